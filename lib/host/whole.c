#include "host/whole.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

size_t whole_take(int fd, char *bytes, size_t max, int *error) {
    size_t done = 0;
    ssize_t n = 1;

    while (done < max && (n > 0 || (n < 0 && errno == EINTR))) {
        n = read(fd, bytes + done, max - done);
        done += n > 0 ? (size_t)n : 0;
    }
    *error = n < 0 ? errno : 0;
    return done;
}

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

bool whole_has(int fd, const char *bytes, size_t n) {
    char *own = xmalloc(n);
    int error;
    bool has = whole_take(fd, own, n, &error) == n && memcmp(own, bytes, n) == 0;
    free(own);
    return has;
}
