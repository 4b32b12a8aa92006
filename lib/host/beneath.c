#include "host/beneath.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/spawn.h"

enum { DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, LINK_MAX_BYTES = 65536, DEPTH_MAX = 2048 };

static bool refuse(const struct beneath *beneath, const char *path, const char *what, struct err *err) {
    struct text shown = {0};
    clean_escape(&shown, path, strlen(path));
    err_set(err, MC_DATAERR, "%s/%s %s", beneath->where, text_str(&shown), what);
    text_release(&shown);
    return false;
}

static bool fail(const struct beneath *beneath, const char *path, const char *what, struct err *err) {
    struct text shown = {0};
    int error = errno;
    clean_escape(&shown, path, strlen(path));
    err_errno(err, MC_CANTCREAT, error, "%s/%s cannot be %s", beneath->where, text_str(&shown), what);
    text_release(&shown);
    return false;
}

bool beneath_open(struct beneath *beneath, const char *root, struct err *err) {
    *beneath = (struct beneath){.fd = -1, .where = root};
    beneath->root = open(root, DIRECTORY);
    return beneath->root >= 0 || err_errno(err, MC_NOINPUT, errno, "%s cannot be opened", root);
}

static void leave(struct beneath *beneath) {
    if (beneath->fd >= 0)
        close(beneath->fd);
    beneath->fd = -1;
    free(beneath->parent);
    beneath->parent = NULL;
}

void beneath_release(struct beneath *beneath) {
    leave(beneath);
    if (beneath->root >= 0)
        close(beneath->root);
    beneath->root = -1;
}

static bool part_is_good(const char *part, size_t n) {
    return n > 0 && !(n <= 2 && memcmp(part, "..", n) == 0) && !(n == 4 && strncasecmp(part, ".git", n) == 0);
}

static bool path_is_good(const char *path) {
    for (const char *part = path;; part++) {
        size_t n = strcspn(part, "/");
        if (!part_is_good(part, n))
            return false;
        part += n;
        if (*part == '\0')
            return true;
    }
}

static bool absent(int error) {
    return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

/* One directory further down, in place of *fd. */
static bool descend(int *fd, const char *name, bool make) {
    int next = openat(*fd, name, DIRECTORY);
    if (next < 0 && errno == ENOENT && make) {
        if (mkdirat(*fd, name, 0777 & ~spawn_caller_umask()) != 0 && errno != EEXIST)
            return false;
        /* what our own umask took away */
        next = openat(*fd, name, DIRECTORY);
        if (next >= 0)
            (void)fchmod(next, 0777 & ~spawn_caller_umask());
    }
    if (next < 0)
        return false;
    close(*fd);
    *fd = next;
    return true;
}

/* The descriptor of the directory `parent` names, from the root; -1 with errno. */
static int walk(const struct beneath *beneath, const char *parent, bool make) {
    int fd = openat(beneath->root, ".", DIRECTORY);
    char *steps = xstrdup(parent), *step = steps;
    while (fd >= 0 && *step != '\0') {
        size_t n = strcspn(step, "/");
        bool last = step[n] == '\0';
        step[n] = '\0';
        if (!descend(&fd, step, make)) {
            int error = errno;
            close(fd);
            errno = error;
            fd = -1;
        }
        step += n + !last;
    }
    free(steps);
    return fd;
}

/* The directory that holds `path`, kept open for the next; *name is its last part. 0: it is not there, -1: err. */
static int enter(struct beneath *beneath, const char *path, const char **name, struct err *err) {
    const char *slash = strrchr(path, '/');
    size_t n = slash != NULL ? (size_t)(slash - path) : 0;
    if (!path_is_good(path))
        return refuse(beneath, path, "is no path of a file that git keeps", err) - 1;
    *name = slash != NULL ? slash + 1 : path;
    if (beneath->fd >= 0 && strlen(beneath->parent) == n && memcmp(beneath->parent, path, n) == 0)
        return 1;
    leave(beneath);
    beneath->parent = xstrndup(path, n);
    beneath->fd = walk(beneath, beneath->parent, false);
    if (beneath->fd >= 0)
        return 1;
    if (absent(errno))
        return 0;
    return fail(beneath, path, "reached", err) - 1;
}

static int64_t nanoseconds(const struct timespec *time) {
    return (int64_t)time->tv_sec * 1000000000 + (int64_t)time->tv_nsec;
}

static struct beneath_seen seen_of(const struct stat *st) {
    struct beneath_seen seen = {.device = (int64_t)st->st_dev,
                                .inode = (int64_t)st->st_ino,
                                .size = (int64_t)st->st_size,
                                .changed_ns = nanoseconds(&st->st_mtim),
                                .status_ns = nanoseconds(&st->st_ctim),
                                .mode = (int64_t)st->st_mode,
                                .executable = (st->st_mode & S_IXUSR) != 0};
    seen.kind = S_ISREG(st->st_mode)   ? BENEATH_FILE
                : S_ISLNK(st->st_mode) ? BENEATH_LINK
                : S_ISDIR(st->st_mode) ? BENEATH_DIR
                                       : BENEATH_OTHER;
    return seen;
}

bool beneath_same(const struct beneath_seen *a, const struct beneath_seen *b) {
    return a->kind == b->kind && a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->changed_ns == b->changed_ns && a->status_ns == b->status_ns && a->mode == b->mode;
}

bool beneath_look(struct beneath *beneath, const char *path, struct beneath_seen *seen, struct err *err) {
    struct stat st;
    const char *name;
    int there = enter(beneath, path, &name, err);
    *seen = (struct beneath_seen){0};
    if (there <= 0)
        return there == 0;
    if (fstatat(beneath->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        *seen = seen_of(&st);
    else if (!absent(errno))
        return fail(beneath, path, "looked at", err);
    return true;
}

int beneath_read(struct beneath *beneath, const char *path, struct beneath_seen *seen, struct err *err) {
    struct stat st;
    const char *name;
    int fd, there = enter(beneath, path, &name, err);
    if (there < 0)
        return -1;
    errno = ENOENT;
    fd = there > 0 ? openat(beneath->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
    if (fd < 0 && absent(errno))
        return refuse(beneath, path, "has changed while it was read; it is tried again", err) - 1;
    if (fd < 0)
        return fail(beneath, path, "read", err) - 1;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        *seen = seen_of(&st);
        return fd;
    }
    close(fd);
    return refuse(beneath, path, "is no regular file any more; it is tried again", err) - 1;
}

char *beneath_link(struct beneath *beneath, const char *path, struct err *err) {
    const char *name;
    ssize_t n = -1;
    char *to;
    int there = enter(beneath, path, &name, err);
    if (there < 0)
        return NULL;
    to = xmalloc(LINK_MAX_BYTES);
    errno = ENOENT;
    if (there > 0)
        n = readlinkat(beneath->fd, name, to, LINK_MAX_BYTES - 1);
    if (n >= 0) {
        to[n] = '\0';
        return to;
    }
    free(to);
    refuse(beneath, path, "has changed while it was read; it is tried again", err);
    return NULL;
}

bool beneath_remove(struct beneath *beneath, const char *path, const struct beneath_seen *seen, struct err *err) {
    struct beneath_seen now;
    const char *name;
    if (!beneath_look(beneath, path, &now, err))
        return false;
    if (now.kind == BENEATH_NOTHING)
        return true;
    if (!beneath_same(&now, seen))
        return refuse(beneath, path, "has changed since it was kept, and stays; it is tried again", err);
    if (enter(beneath, path, &name, err) < 0)
        return false;
    return unlinkat(beneath->fd, name, 0) == 0 || errno == ENOENT || fail(beneath, path, "removed", err);
}

void beneath_prune(struct beneath *beneath, const char *path) {
    char *parent = xstrdup(path), *slash;
    while ((slash = strrchr(parent, '/')) != NULL) {
        struct err ignored = {0};
        const char *name;
        *slash = '\0';
        int there = enter(beneath, parent, &name, &ignored);
        err_release(&ignored);
        if (there <= 0 || unlinkat(beneath->fd, name, AT_REMOVEDIR) != 0)
            break;
    }
    free(parent);
}

static bool hollow(int parent, const char *name, int depth) {
    int fd = openat(parent, name, DIRECTORY);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;
    bool empty = dir != NULL && depth < DEPTH_MAX;
    if (dir == NULL) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    while (empty && (entry = readdir(dir)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            empty = hollow(fd, entry->d_name, depth + 1);
    closedir(dir);
    return empty && unlinkat(parent, name, AT_REMOVEDIR) == 0;
}

bool beneath_hollow(struct beneath *beneath, const char *path) {
    struct err ignored = {0};
    struct beneath_seen seen;
    const char *name;
    bool gone =
        beneath_look(beneath, path, &seen, &ignored) &&
        (seen.kind != BENEATH_DIR || (enter(beneath, path, &name, &ignored) > 0 && hollow(beneath->fd, name, 0)));
    err_release(&ignored);
    return gone;
}

int beneath_begin(struct beneath *beneath, const char *temporary, struct err *err) {
    int fd;
    beneath_discard(beneath, temporary);
    fd = openat(beneath->root, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    return fd >= 0 ? fd : fail(beneath, temporary, "made", err) - 1;
}

bool beneath_begin_link(struct beneath *beneath, const char *temporary, const char *to, struct err *err) {
    beneath_discard(beneath, temporary);
    return symlinkat(to, beneath->root, temporary) == 0 || fail(beneath, temporary, "made", err);
}

bool beneath_place(struct beneath *beneath, const char *temporary, const char *path, struct err *err) {
    const char *name;
    int there = enter(beneath, path, &name, err);
    if (there < 0)
        return false;
    if (there == 0) {
        beneath->fd = walk(beneath, beneath->parent, true);
        if (beneath->fd < 0)
            return fail(beneath, path, "reached", err);
    }
    return renameat(beneath->root, temporary, beneath->fd, name) == 0 || fail(beneath, path, "written", err);
}

void beneath_discard(struct beneath *beneath, const char *temporary) {
    (void)unlinkat(beneath->root, temporary, 0);
}
