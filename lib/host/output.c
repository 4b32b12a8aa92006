#include "host/output.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "base/err.h"

/* Asked of the pipe itself: the write that failed may have been an earlier one, whose errno nobody kept. */
bool output_reader_gone(void) {
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

bool output_fail(struct err *err, int error) {
    return error == EBADF ? err_set(err, MC_IOERR, "standard output: it is closed, so nothing could be printed")
                          : err_errno(err, MC_IOERR, error, "standard output: not everything could be written");
}

bool output_end(struct err *err) {
    bool ok = fflush(stdout) == 0 && !ferror(stdout);
    int error = errno;

    return ok || output_reader_gone() || output_fail(err, error);
}

bool output_write(int fd, const char *bytes, size_t n) {
    while (n) {
        ssize_t wrote = write(fd, bytes, n);

        if (wrote < 0 && errno != EINTR)
            return false;
        bytes += wrote > 0 ? wrote : 0;
        n -= wrote > 0 ? (size_t)wrote : 0;
    }
    return true;
}
