#include "host/output.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

/* Asked of the pipe itself: the write that failed may have been an earlier one, whose errno nobody kept. */
bool output_reader_gone(void) {
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

bool output_end(void) {
    bool ok = fflush(stdout) == 0 && !ferror(stdout);
    int error = errno;

    if (ok || output_reader_gone())
        return true;
    errno = error;
    return false;
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
