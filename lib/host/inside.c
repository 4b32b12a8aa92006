#include "host/inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "host/proc_table.h"

enum { GENERATIONS_MAX = 64, DEEPEST = 64 };

/* The folder that is asked for, and our own namespace of mounts. */
struct asked {
    const char *folder;
    struct stat seen;
    char mounts[64];
};

static void mounts_of(const char *process, char name[64]) {
    char link[64];
    ssize_t n;
    snprintf(link, sizeof link, "/proc/%s/ns/mnt", process);
    n = readlink(link, name, 63);
    name[n > 0 ? n : 0] = '\0';
}

static bool is_same(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Where its folder has another name, as in a container: is it this one, or one of those above? */
static bool is_above(const char *link, const struct asked *asked) {
    int at = open(link, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat st, last = {0};
    bool found = false;
    for (int depth = 0; at >= 0 && !found && depth < DEEPEST; depth++) {
        int above;
        if (fstat(at, &st) != 0 || is_same(&st, &last))
            break;
        found = is_same(&st, &asked->seen);
        last = st;
        above = found ? -1 : openat(at, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        close(at);
        at = above;
    }
    if (at >= 0)
        close(at);
    return found;
}

/* A folder that was removed under it is not the one that has its name now. */
static bool works_in(const char *process, const struct asked *asked) {
    char link[64], cwd[PATH_MAX], mounts[64];
    size_t width = strlen(asked->folder);
    struct stat st;
    ssize_t n;
    snprintf(link, sizeof link, "/proc/%s/cwd", process);
    n = readlink(link, cwd, sizeof cwd - 1);
    if (n <= 0)
        return false;
    cwd[n] = '\0';
    if (strncmp(cwd, asked->folder, width) == 0 && (cwd[width] == '\0' || cwd[width] == '/'))
        return stat(link, &st) == 0 && st.st_nlink > 0;
    if (asked->seen.st_ino == 0 || stat(link, &st) != 0 || st.st_dev != asked->seen.st_dev)
        return false;
    mounts_of(process, mounts);
    return is_same(&st, &asked->seen) || (strcmp(mounts, asked->mounts) != 0 && is_above(link, asked));
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
    struct asked asked = {.folder = folder};
    struct dirent *entry;
    int64_t found = 0;
    program[0] = '\0';
    if (stat(folder, &asked.seen) != 0)
        asked.seen = (struct stat){0};
    mounts_of("self", asked.mounts);
    if (dir == NULL)
        return 0;
    while (found == 0 && (entry = readdir(dir)) != NULL) {
        struct proc_line line;
        long long pid;
        if (!text_to_int(entry->d_name, 1, INT_MAX, &pid) || !works_in(entry->d_name, &asked))
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
