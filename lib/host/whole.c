#include "host/whole.h"

#include <errno.h>
#include <unistd.h>

ssize_t whole_read(int fd, char *bytes, size_t max, off_t from) {
    size_t done = 0;

    while (done < max) {
        ssize_t n = pread(fd, bytes + done, max - done, from + (off_t)done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}
