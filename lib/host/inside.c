#include "host/inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "host/proc_table.h"
#include "rules/rows.h"

enum { GENERATIONS_MAX = 64, DEEPEST = 64 };

/* The folder that is asked for, and our own namespace of mounts. */
struct asked {
    const char *folder;
    int64_t agent; /* which is none of them, nor are its own; 0: there is none */
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

static enum seen unless_hidden(int error) {
    return proc_hidden(error) ? SEEN_NO : SEEN_UNKNOWN;
}

/* Where its folder has another name, as in a container: is it this one, or one of those above? */
static enum seen is_above(const char *link, const struct asked *asked) {
    int at = open(link, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat st, last = {0};
    bool found = false;
    if (at < 0)
        return unless_hidden(errno);
    for (int depth = 0; at >= 0 && depth < DEEPEST; depth++) {
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
    return found ? SEEN_YES : SEEN_NO;
}

/* A folder that was removed under it is not the one that has its name now. */
static enum seen works_in(const char *process, const struct asked *asked) {
    char link[64], cwd[PATH_MAX], mounts[64];
    size_t width = strlen(asked->folder);
    struct stat st;
    ssize_t n;
    snprintf(link, sizeof link, "/proc/%s/cwd", process);
    n = readlink(link, cwd, sizeof cwd - 1);
    if (n <= 0 || stat(link, &st) != 0)
        return unless_hidden(n == 0 ? ENOENT : errno);
    cwd[n] = '\0';
    if (strncmp(cwd, asked->folder, width) == 0 && (cwd[width] == '\0' || cwd[width] == '/'))
        return st.st_nlink > 0 ? SEEN_YES : SEEN_NO;
    if (asked->seen.st_ino == 0 || st.st_dev != asked->seen.st_dev)
        return SEEN_NO;
    mounts_of(process, mounts);
    if (is_same(&st, &asked->seen))
        return SEEN_YES;
    return strcmp(mounts, asked->mounts) != 0 ? is_above(link, asked) : SEEN_NO;
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

/* Is it a living one that is asked for? */
static enum seen is_meant(const char *process, const struct asked *asked, struct proc_line *line) {
    enum seen works;
    long long pid;
    int error;
    if (!text_to_int(process, 1, INT_MAX, &pid))
        return SEEN_NO;
    works = works_in(process, asked);
    if (works == SEEN_NO)
        return SEEN_NO;
    error = proc_line_read(pid, line);
    if (error != 0)
        return unless_hidden(error);
    if (!proc_line_lives(line) || is_our_own(line) || (asked->agent > 0 && descends(line, asked->agent)))
        return SEEN_NO;
    return works;
}

/* The first of them; where there is none, INSIDE_UNKNOWN if there may be one. */
static int64_t look(DIR *dir, const struct asked *asked, struct proc_line *found) {
    struct dirent *entry;
    bool unknown = false;
    for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0) {
        enum seen meant = is_meant(entry->d_name, asked, found);
        if (meant == SEEN_YES)
            return found->pid;
        unknown = unknown || meant == SEEN_UNKNOWN;
    }
    return unknown || errno != 0 ? INSIDE_UNKNOWN : 0;
}

static int64_t find(const char *folder, int64_t agent, char program[32]) {
    DIR *dir = opendir("/proc");
    struct asked asked = {.folder = folder, .agent = agent};
    struct proc_line line = {0};
    int64_t found = INSIDE_UNKNOWN;
    if (stat(folder, &asked.seen) != 0)
        asked.seen = (struct stat){0};
    mounts_of("self", asked.mounts);
    if (dir != NULL) {
        found = look(dir, &asked, &line);
        closedir(dir);
    }
    (void)text_copy(program, sizeof line.comm, found > 0 ? line.comm : "");
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
