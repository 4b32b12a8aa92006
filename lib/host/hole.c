#include "host/hole.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

bool hole_punch(int fd, int64_t from, int64_t to) {
    int done;

    if (from >= to)
        return true;
    do
        done = fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from, to - from);
    while (done != 0 && errno == EINTR);
    return done == 0;
}

static int64_t size_of(int fd) {
    struct stat seen;

    return fstat(fd, &seen) == 0 ? (int64_t)seen.st_size : 0;
}

int64_t hole_end(int fd, int64_t at) {
    off_t found = lseek(fd, at, SEEK_DATA);

    if (found >= 0)
        return found;
    return errno == ENXIO ? size_of(fd) : at; /* nothing but a hole is left */
}

int64_t hole_begin(int fd, int64_t at) {
    off_t found = lseek(fd, at, SEEK_HOLE);

    return found >= 0 ? found : size_of(fd);
}
