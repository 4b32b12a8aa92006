#include "host/inside.h"

#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "host/proc_table.h"

/* A folder that was removed under it is not the one that has its name now. */
static bool works_in(int64_t pid, const char *folder) {
    char link[64], cwd[PATH_MAX];
    size_t width = strlen(folder);
    struct stat st;
    ssize_t n;
    snprintf(link, sizeof link, "/proc/%lld/cwd", (long long)pid);
    n = readlink(link, cwd, sizeof cwd - 1);
    if (n <= 0)
        return false;
    cwd[n] = '\0';
    return strncmp(cwd, folder, width) == 0 && (cwd[width] == '\0' || cwd[width] == '/') && stat(link, &st) == 0 &&
           st.st_nlink > 0;
}

/* Its group's leader is a child of ours: what spawn.c has started, and what that has. */
static bool is_our_own(const struct proc_line *line) {
    struct proc_line leader;
    return line->pid == getpid() || line->parent == getpid() ||
           (proc_line_read(line->group, &leader) == 0 && leader.parent == getpid());
}

int64_t inside_find(const char *folder, char program[32]) {
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    int64_t found = 0;
    program[0] = '\0';
    if (dir == NULL)
        return 0;
    while (found == 0 && (entry = readdir(dir)) != NULL) {
        struct proc_line line;
        long long pid;
        if (!text_to_int(entry->d_name, 1, INT_MAX, &pid) || !works_in(pid, folder))
            continue;
        if (proc_line_read(pid, &line) != 0 || !proc_line_lives(&line) || is_our_own(&line))
            continue;
        found = pid;
        (void)text_copy(program, sizeof line.comm, line.comm);
    }
    closedir(dir);
    return found;
}
