#include "host/output.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

/* Asked of the pipe itself: the write that failed may have been an earlier one, whose errno nobody kept. */
static bool reader_gone(void) {
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

bool output_end(void) {
    bool ok = fflush(stdout) == 0 && !ferror(stdout);
    int error = errno;

    if (ok || reader_gone())
        return true;
    errno = error;
    return false;
}
