#include "host/unseen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "host/files.h"
#include "host/output.h"

enum { PRIVATE = 0600, SUFFIX = 12 };

static char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');

    return !slash ? xstrdup(".") : xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static int open_nameless(const char *path) {
    char *folder = folder_of(path);
    int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, PRIVATE);

    free(folder);
    return fd;
}

static bool lock(int fd) {
    return flock(fd, LOCK_EX | LOCK_NB) == 0;
}

/* Whose writer is dead holds no lock. As long as we hold it nobody else takes that file for a dead one's. */
static bool remove_dead(const char *beside) {
    int fd = open(beside, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat seen;
    bool removed = fd >= 0 && fstat(fd, &seen) == 0 && S_ISREG(seen.st_mode) && seen.st_uid == geteuid() && lock(fd) &&
                   files_is_at(fd, beside) && unlink(beside) == 0;

    if (fd >= 0)
        close(fd);
    return removed;
}

static bool link_nameless(int fd, const char *to) {
    char *self = xasprintf("/proc/self/fd/%d", fd);
    bool linked = linkat(AT_FDCWD, self, AT_FDCWD, to, AT_SYMLINK_FOLLOW) == 0;

    free(self);
    return linked;
}

/* Between its making and its lock another may have taken it for a dead one's. */
static bool take(struct unseen *file, const char *beside) {
    if (file->fd >= 0)
        return lock(file->fd) && link_nameless(file->fd, beside);
    file->fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, PRIVATE);
    if (file->fd < 0 || (lock(file->fd) && files_is_at(file->fd, beside)))
        return file->fd >= 0;
    close(file->fd);
    file->fd = -1;
    errno = EEXIST;
    return false;
}

/* One name for all, so that at most one is ever left; another where somebody is at it right now. */
static bool take_name(struct unseen *file) {
    char suffix[SUFFIX + 1];
    char *beside = xasprintf("%s.mc-new", file->path);
    bool taken = take(file, beside) || (errno == EEXIST && remove_dead(beside) && take(file, beside));

    if (!taken) {
        free(beside);
        random_hex(suffix, SUFFIX);
        beside = xasprintf("%s.mc-new.%s", file->path, suffix);
        taken = take(file, beside);
    }
    if (taken)
        file->beside = beside;
    else
        free(beside);
    return taken;
}

static bool begun(struct unseen *file, struct err *err) {
    if (file->fd >= 0 && fchmod(file->fd, PRIVATE) == 0)
        return true;
    err_errno(err, MC_CANTCREAT, errno, "%s: cannot be made", file->path);
    unseen_close(file);
    return false;
}

bool unseen_open(struct unseen *file, const char *path, struct err *err) {
    *file = (struct unseen){.path = xstrdup(path), .fd = open_nameless(path)};
    if (file->fd < 0)
        (void)take_name(file);
    return begun(file, err);
}

bool unseen_open_beside(struct unseen *file, const char *path, struct err *err) {
    *file = (struct unseen){.path = xstrdup(path), .fd = -1};
    (void)take_name(file);
    return begun(file, err);
}

bool unseen_write(struct unseen *file, const char *bytes, size_t n) {
    return output_write(file->fd, bytes, n);
}

bool unseen_place(struct unseen *file, struct err *err) {
    if ((!file->beside && !take_name(file)) || rename(file->beside, file->path) != 0)
        return err_errno(err, MC_CANTCREAT, errno, "%s: cannot be put in its place", file->path);
    free(file->beside);
    file->beside = NULL;
    return true;
}

bool unseen_create(struct unseen *file, struct err *err) {
    return (file->beside ? link(file->beside, file->path) == 0 : link_nameless(file->fd, file->path)) ||
           err_errno(err, MC_CANTCREAT, errno, "%s: cannot be created", file->path);
}

void unseen_close(struct unseen *file) {
    if (file->beside)
        (void)unlink(file->beside);
    if (file->path && file->fd >= 0)
        close(file->fd);
    free(file->beside);
    free(file->path);
    *file = (struct unseen){.fd = -1};
}

int unseen_scratch(const char *folder) {
    int fd = open(folder, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, PRIVATE);
    char *name;

    if (fd >= 0)
        return fd;
    name = xasprintf("%s/mc-scratch-XXXXXX", folder);
    fd = mkstemp(name);
    if (fd >= 0) {
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
        (void)unlink(name);
    }
    free(name);
    return fd;
}
