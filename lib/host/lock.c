#include "host/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "base/err.h"
#include "host/descriptors.h"
#include "host/files.h"
#include "host/own.h"

enum lock_found lock_take(const char *path, int *fd, struct err *err) {
    *fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
    if (*fd < 0) {
        err_errno(err, MC_CANTCREAT, errno, "%s: cannot be opened", path);
        if (files_exists(path) && !own_file(path))
            err_advise(err, "move away what stands there");
        return LOCK_FAILED;
    }
    while (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
        int error = errno;

        if (error == EINTR)
            continue;
        lock_leave(fd);
        if (error == EWOULDBLOCK)
            return LOCK_BUSY;
        err_errno(err, MC_OSERR, error, "%s: cannot be locked", path);
        return LOCK_FAILED;
    }
    return LOCK_TAKEN;
}

void lock_leave(int *fd) {
    descriptor_close(fd);
}
