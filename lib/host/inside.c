#include "host/inside.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "host/proc_table.h"

enum { GENERATIONS_MAX = 64 };

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

static bool is_of_agent(const struct proc_line *line, int64_t agent) {
    return line->pid == agent || line->session == agent || line->group == agent;
}

/* It, or what it descends from as far as that still lives. */
static bool descends(const struct proc_line *line, int64_t agent) {
    struct proc_line above = *line;
    for (int i = 0; i < GENERATIONS_MAX && above.pid > 1; i++) {
        if (is_of_agent(&above, agent))
            return true;
        if (proc_line_read(above.parent, &above) != 0)
            return false;
    }
    return false;
}

static int64_t find(const char *folder, int64_t agent, char program[32]) {
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
        if (agent > 0 && descends(&line, agent))
            continue;
        found = pid;
        (void)text_copy(program, sizeof line.comm, line.comm);
    }
    closedir(dir);
    return found;
}

int64_t inside_find(const char *folder, char program[32]) {
    return find(folder, 0, program);
}

int64_t inside_stranger(const char *folder, int64_t agent, char program[32]) {
    return find(folder, agent, program);
}

bool inside_removed(int64_t pid, const char *folder) {
    char link[64];
    struct stat st;
    snprintf(link, sizeof link, "/proc/%lld/cwd", (long long)pid);
    if (stat(folder, &st) != 0)
        return errno == ENOENT || errno == ENOTDIR;
    return stat(link, &st) == 0 && st.st_nlink == 0;
}
