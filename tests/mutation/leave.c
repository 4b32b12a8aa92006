/* Linked into every program of the coverage build (reach.py). What leaves without exit(3) writes its counts first; and
 * a program in counts/TEST/bin counts for TEST, also where a test or the program itself empties the environment. */
#include <gcov.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
_Noreturn void __real__Exit(int status);
_Noreturn void __wrap__Exit(int status);
int __real_execve(const char *path, char *const argv[], char *const env[]);
int __wrap_execve(const char *path, char *const argv[], char *const env[]);
char *__real_getenv(const char *name);
char *__wrap_getenv(const char *name);

void __wrap__exit(int status) {
    __gcov_dump();
    __real__exit(status);
}

void __wrap__Exit(int status) {
    __gcov_dump();
    __real__Exit(status);
}

int __wrap_execve(const char *path, char *const argv[], char *const env[]) {
    __gcov_dump();
    __gcov_reset(); /* what failed goes on counting */
    return __real_execve(path, argv, env);
}

/* libgcov asks for the folder to write to when it writes. */
char *__wrap_getenv(const char *name) {
    static char folder[PATH_MAX];
    static char strip[] = MC_STRIP;
    if (strncmp(name, "GCOV_PREFIX", strlen("GCOV_PREFIX")) != 0)
        return __real_getenv(name);
    ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
    folder[length > 0 ? length : 0] = '\0';
    char *counts = strstr(folder, "/counts/");
    char *bin = counts != NULL ? strstr(counts, "/bin/") : NULL;
    if (bin == NULL)
        return __real_getenv(name);
    *bin = '\0';
    return strcmp(name, "GCOV_PREFIX") == 0 ? folder : strip;
}
