#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "host/files.h"
#include "host/output.h"

struct bytes {
    const char *bytes;
    size_t n;
    bool flush;
};

/* A new file with these bytes; what was half made is removed again. */
static bool create(const char *path, const struct bytes *bytes, struct err *err) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool done;
    int error;
    if (fd < 0)
        return err_errno(err, MC_CANTCREAT, errno, "%s: cannot be created", path);
    done = fchmod(fd, 0600) == 0 && output_write(fd, bytes->bytes, bytes->n) && (!bytes->flush || fsync(fd) == 0);
    error = errno;
    if (close(fd) != 0 && done) {
        error = errno;
        done = false;
    }
    if (done)
        return true;
    (void)unlink(path);
    return err_errno(err, MC_IOERR, error, "%s: cannot be written", path);
}

bool files_create(const char *path, const char *bytes, size_t n, struct err *err) {
    return create(path, &(struct bytes){bytes, n, false}, err);
}

static char *name_beside(const char *path) {
    char suffix[13];
    random_hex(suffix, sizeof suffix - 1);
    return xasprintf("%s.%s", path, suffix);
}

bool files_create_whole(const char *path, const char *bytes, size_t n, struct err *err) {
    char *beside = name_beside(path);
    bool done = create(beside, &(struct bytes){bytes, n, true}, err);
    if (done) {
        done = link(beside, path) == 0 || err_errno(err, MC_CANTCREAT, errno, "%s: cannot be created", path);
        (void)unlink(beside);
    }
    free(beside);
    return done;
}

static bool put(const char *path, const struct bytes *bytes, struct err *err) {
    char *beside = name_beside(path);
    bool done = false;
    if (!create(beside, bytes, err))
        goto out;
    done = rename(beside, path) == 0;
    if (!done) {
        err_errno(err, MC_CANTCREAT, errno, "%s: cannot be put in place", path);
        (void)unlink(beside);
    }
out:
    free(beside);
    return done;
}

bool files_write(const char *path, const char *bytes, size_t n, struct err *err) {
    return put(path, &(struct bytes){bytes, n, true}, err);
}

bool files_put(const char *path, const char *bytes, size_t n, struct err *err) {
    return put(path, &(struct bytes){bytes, n, false}, err);
}
