/* Each program comes late: one in three pauses before it becomes another, and before it begins. Most for some
 * milliseconds, a few for more than a second. What a test takes for done because it mostly is, is not yet done then.
 * tests/run --late has it loaded into everything. */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { WORDS = 512 }; /* of an argument list that is spelled out */

/* Of a thousand, so many pause for less than so many milliseconds. */
static const struct {
    uint32_t share;
    uint32_t ms;
} pauses[] = {{300, 16}, {85, 120}, {15, 1200}};

static void pause_perhaps(void) {
    int saved = errno;
    uint32_t drawn[2];

    if (getrandom(drawn, sizeof drawn, GRND_NONBLOCK) == (ssize_t)sizeof drawn) {
        uint32_t place = drawn[0] % 1000;
        for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
            if (place < pauses[i].share) {
                uint32_t ms = drawn[1] % pauses[i].ms;
                const struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000};
                nanosleep(&pause, NULL);
                break;
            }
            place -= pauses[i].share;
        }
    }
    errno = saved;
}

__attribute__((constructor)) static void begin(void) {
    pause_perhaps();
}

typedef int becoming(const char *program, char *const *argv, char *const *envp);

static int become(const char *how, const char *program, char *const *argv, char *const *envp) {
    becoming *real = (becoming *)dlsym(RTLD_NEXT, how); // NOLINT(clang-diagnostic-pedantic)

    pause_perhaps();
    return real(program, argv, envp);
}

int execve(const char *program, char *const argv[], char *const envp[]) {
    return become("execve", program, argv, envp);
}

int execvpe(const char *program, char *const argv[], char *const envp[]) {
    return become("execvpe", program, argv, envp);
}

int execv(const char *program, char *const argv[]) {
    return execve(program, argv, environ);
}

int execvp(const char *program, char *const argv[]) {
    return execvpe(program, argv, environ);
}

/* The words up to the null pointer, into argv. */
static void gather(char **argv, const char *first, va_list *rest) {
    int words = 0;

    for (const char *word = first; words < WORDS - 1 && word; word = va_arg(*rest, const char *))
        argv[words++] = (char *)(uintptr_t)word;
    argv[words] = NULL;
}

int execl(const char *program, const char *arg, ...) {
    char *argv[WORDS];
    va_list rest;

    va_start(rest, arg);
    gather(argv, arg, &rest);
    va_end(rest);
    return execv(program, argv);
}

int execlp(const char *program, const char *arg, ...) {
    char *argv[WORDS];
    va_list rest;

    va_start(rest, arg);
    gather(argv, arg, &rest);
    va_end(rest);
    return execvp(program, argv);
}

int execle(const char *program, const char *arg, ...) {
    char *argv[WORDS];
    char *const *envp;
    va_list rest;

    va_start(rest, arg);
    gather(argv, arg, &rest);
    envp = va_arg(rest, char *const *);
    va_end(rest);
    return execve(program, argv, envp);
}
