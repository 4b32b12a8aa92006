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
#include "host/descriptors.h"
#include "host/spawn.h"

enum { DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, LINK_MAX_BYTES = 65536, DEPTH_MAX = 256 };

bool beneath_refuse(const struct beneath *beneath, const char *path, const char *what, struct err *err) {
    struct text shown = {0};
    clean_escape(&shown, path, strlen(path));
    err_set(err, MC_DATAERR, "%s/%s %s", beneath->where, text_str(&shown), what);
    text_release(&shown);
    return false;
}

bool beneath_changed(const struct beneath *beneath, const char *path, struct err *err) {
    return beneath_refuse(beneath, path, "has changed while it was read; it is tried again", err);
}

bool beneath_open(struct beneath *beneath, const char *root, struct err *err) {
    *beneath = (struct beneath){.root = open(root, DIRECTORY), .fd = -1, .where = root};
    return beneath->root >= 0 || err_errno(err, MC_NOINPUT, errno, "%s cannot be opened", root);
}

static void leave(struct beneath *beneath) {
    descriptor_close(&beneath->fd);
    free(beneath->parent);
    beneath->parent = NULL;
}

void beneath_release(struct beneath *beneath) {
    leave(beneath);
    descriptor_close(&beneath->root);
}

static bool part_is_good(const char *part, size_t n) {
    return n > 0 && !(n <= 2 && memcmp(part, "..", n) == 0) && !(n == 4 && strncasecmp(part, ".git", n) == 0);
}

bool beneath_path_is_good(const char *path) {
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

static bool fail(const struct beneath *beneath, const char *path, const char *what, struct err *err) {
    struct text shown = {0};
    int error = errno;
    if (!beneath_path_is_good(path))
        return beneath_refuse(beneath, path, "is no path of a file that git keeps", err);
    clean_escape(&shown, path, strlen(path));
    err_errno(err, MC_CANTCREAT, error, "%s/%s cannot be %s", beneath->where, text_str(&shown), what);
    text_release(&shown);
    return false;
}

/* One directory further down, in place of this one; -1 with errno. */
static int descend(int fd, const char *name, bool make) {
    bool made = make && mkdirat(fd, name, 0700) == 0, hopeless = make && !made && errno != EEXIST;
    int next = hopeless ? -1 : openat(fd, name, DIRECTORY), error = errno;
    if (made) /* and what our own umask took away */
        (void)fchmod(next, 0777 & ~spawn_caller_umask());
    close(fd);
    errno = error;
    return next;
}

/* The directory that holds `path`, kept open for the next one. False with errno: it is not there, or the path is one
 * that nobody is led by. */
static bool enter(struct beneath *beneath, const char *path, bool make) {
    size_t n = (size_t)(text_name(path) - path);
    if (!beneath_path_is_good(path)) {
        errno = EINVAL;
        return false;
    }
    if (beneath->fd >= 0 && strlen(beneath->parent) == n && memcmp(beneath->parent, path, n) == 0)
        return true;
    leave(beneath);
    beneath->parent = xstrndup(path, n);
    beneath->fd = openat(beneath->root, ".", DIRECTORY);
    for (const char *slash; beneath->fd >= 0 && (slash = strchr(path, '/')) != NULL; path = slash + 1) {
        char *name = xstrndup(path, (size_t)(slash - path));
        beneath->fd = descend(beneath->fd, name, make);
        free(name);
    }
    return beneath->fd >= 0;
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
    return a->device == b->device && a->inode == b->inode && a->size == b->size && a->changed_ns == b->changed_ns &&
           a->status_ns == b->status_ns && a->mode == b->mode;
}

bool beneath_look(struct beneath *beneath, const char *path, struct beneath_seen *seen, struct err *err) {
    struct stat st;
    *seen = (struct beneath_seen){0};
    if (!enter(beneath, path, false) || fstatat(beneath->fd, text_name(path), &st, AT_SYMLINK_NOFOLLOW) != 0)
        return absent(errno) || fail(beneath, path, "looked at", err);
    *seen = seen_of(&st);
    return true;
}

int beneath_read(struct beneath *beneath, const char *path, struct beneath_seen *seen, struct err *err) {
    struct stat st;
    int fd = -1;
    if (enter(beneath, path, false))
        fd = openat(beneath->fd, text_name(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        *seen = seen_of(&st);
        return fd;
    }
    if (fd >= 0)
        beneath_refuse(beneath, path, "is no regular file any more; it is tried again", err);
    else if (absent(errno))
        beneath_changed(beneath, path, err);
    else
        fail(beneath, path, "read", err);
    descriptor_close(&fd);
    return fd;
}

char *beneath_link(struct beneath *beneath, const char *path, struct err *err) {
    char to[LINK_MAX_BYTES];
    ssize_t n = enter(beneath, path, false) ? readlinkat(beneath->fd, text_name(path), to, sizeof to) : -1;
    if (n >= 0)
        return xstrndup(to, (size_t)n);
    beneath_changed(beneath, path, err);
    return NULL;
}

bool beneath_may_remove(struct beneath *beneath, const char *path, struct err *err) {
    return !enter(beneath, path, false) || faccessat(beneath->fd, ".", W_OK | X_OK, AT_EACCESS) == 0 ||
           fail(beneath, path, "removed", err);
}

bool beneath_remove(struct beneath *beneath, const char *path, const struct beneath_seen *seen, struct err *err) {
    struct beneath_seen now;
    if (!beneath_look(beneath, path, &now, err))
        return false;
    if (now.kind == BENEATH_NOTHING)
        return true;
    if (!beneath_same(&now, seen))
        return beneath_refuse(beneath, path, "has changed since it was kept, and stays; it is tried again", err);
    return unlinkat(beneath->fd, text_name(path), 0) == 0 || errno == ENOENT || fail(beneath, path, "removed", err);
}

void beneath_prune(struct beneath *beneath, const char *path) {
    char *parent = xstrdup(path), *slash;
    bool gone = true;
    while (gone && (slash = strrchr(parent, '/')) != NULL) {
        *slash = '\0';
        gone = enter(beneath, parent, false) && unlinkat(beneath->fd, text_name(parent), AT_REMOVEDIR) == 0;
    }
    free(parent);
}

static bool holds_only(int parent, const char *path, const struct beneath_ask *ask, int depth) {
    int fd = openat(parent, text_name(path), DIRECTORY);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *entry;
    bool only = depth < DEPTH_MAX;
    if (fd < 0)
        return (errno == ENOTDIR || errno == ELOOP) && ask->goes(ask->context, path);
    if (dir == NULL) {
        descriptor_close(&fd);
        return false;
    }
    while (only && (entry = readdir(dir)) != NULL) {
        char *below = xasprintf("%s/%s", path, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            only = holds_only(fd, below, ask, depth + 1);
        free(below);
    }
    closedir(dir);
    return only;
}

bool beneath_holds_only(struct beneath *beneath, const char *path, const struct beneath_ask *ask) {
    return enter(beneath, path, false) && holds_only(beneath->fd, path, ask, 0);
}

static bool hollow(int parent, const char *name, int depth) {
    int fd = openat(parent, name, DIRECTORY);
    DIR *dir = fdopendir(fd);
    const struct dirent *entry;
    bool empty = depth < DEPTH_MAX;
    if (dir == NULL) {
        descriptor_close(&fd);
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
    bool gone = beneath_look(beneath, path, &seen, &ignored) &&
                (seen.kind != BENEATH_DIR || hollow(beneath->fd, text_name(path), 0));
    err_release(&ignored);
    return gone;
}

int beneath_begin(struct beneath *beneath, const char *temporary, struct err *err) {
    int fd;
    beneath_discard(beneath, temporary);
    fd = openat(beneath->root, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        fail(beneath, temporary, "made", err);
    return fd;
}

bool beneath_begin_link(struct beneath *beneath, const char *temporary, const char *to, struct err *err) {
    beneath_discard(beneath, temporary);
    return symlinkat(to, beneath->root, temporary) == 0 || fail(beneath, temporary, "made", err);
}

bool beneath_place(struct beneath *beneath, const char *temporary, const char *path, struct err *err) {
    return (enter(beneath, path, true) && renameat(beneath->root, temporary, beneath->fd, text_name(path)) == 0) ||
           fail(beneath, path, "written", err);
}

/* Where there are no second names, and of a directory. */
static bool move(int from, int to, const char *name) {
    struct stat st;
    if (fstatat(to, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return false;
    }
    return errno == ENOENT && renameat(from, name, to, name) == 0;
}

bool beneath_adopt(struct beneath *beneath, struct beneath *from, const char *path, struct err *err) {
    const char *name = text_name(path);
    if (!enter(from, path, false) || !enter(beneath, path, true))
        return fail(beneath, path, "written", err);
    if (linkat(from->fd, name, beneath->fd, name, 0) == 0) {
        (void)unlinkat(from->fd, name, 0);
        return true;
    }
    return ((errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK) &&
            move(from->fd, beneath->fd, name)) ||
           fail(beneath, path, "written", err);
}

void beneath_discard(struct beneath *beneath, const char *temporary) {
    (void)unlinkat(beneath->root, temporary, 0);
}
