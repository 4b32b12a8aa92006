#include "host/publish.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "host/unseen.h"

enum { EVERYBODYS = 0644, BITS = 0777 };

/* What stands there already; mode 0: nothing. */
static bool look(const char *path, struct stat *old, struct err *err) {
    if (lstat(path, old) != 0) {
        *old = (struct stat){0};
        return errno == ENOENT || err_errno(err, MC_CANTCREAT, errno, "%s: cannot be looked at", path);
    }
    if (S_ISLNK(old->st_mode))
        return err_set(err, MC_NOPERM, "%s: it is a symbolic link; name the file that it leads to", path);
    if (!S_ISREG(old->st_mode))
        return err_set(err, MC_CANTCREAT, "%s: it is no file; name one, or a place where there is none", path);
    return old->st_uid == geteuid() ||
           err_set(err, MC_NOPERM, "%s: it is another user's; name a place of our own", path);
}

bool publish_may(const char *path, struct err *err) {
    struct stat ignored;

    return look(path, &ignored, err);
}

/* The group may be one that we are not in: then it keeps ours, and gives it nothing that is not everybody's. */
static bool dress(int fd, const struct publishing *what, const struct stat *old) {
    mode_t mode = old->st_mode & BITS;

    if (!old->st_mode)
        return !what->for_all || fchmod(fd, EVERYBODYS) == 0;
    if (fchown(fd, (uid_t)-1, old->st_gid) != 0)
        mode &= ~(mode_t)S_IRWXG | (mode & S_IRWXO) << 3;
    return fchmod(fd, mode) == 0;
}

static bool stamp(int fd, int64_t at) {
    const struct timespec then = {.tv_sec = (time_t)(at / 1000), .tv_nsec = (long)(at % 1000) * 1000000};

    return !at || futimens(fd, (const struct timespec[]){then, then}) == 0;
}

bool publish(const struct publishing *what, struct err *err) {
    struct unseen file;
    struct stat old;
    bool ok;

    if (!look(what->path, &old, err))
        return false;
    if (!unseen_open(&file, what->path, err))
        return err_advise(err, "name a place in a folder that is there and that we may write");
    ok = (unseen_write(&file, what->bytes, what->n) && dress(file.fd, what, &old) && stamp(file.fd, what->at) &&
          fsync(file.fd) == 0) ||
         err_errno(err, MC_CANTCREAT, errno, "%s: cannot be written; what was there stays", what->path);
    ok = ok && unseen_place(&file, err);
    unseen_close(&file);
    return ok;
}
