#include "host/reserve.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "host/flush.h"
#include "host/output.h"

bool reserve_make(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool made = fd >= 0 && posix_fallocate(fd, 0, RESERVE_SIZE) == 0;

    if (fd >= 0)
        close(fd);
    if (fd >= 0 && !made)
        unlink(path);
    return made;
}

/* Its blocks are kept while it is written; what is left of them is cut off. */
static bool fill(const char *path, const char *bytes, size_t n) {
    int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    bool done = fd >= 0 && output_write(fd, bytes, n) && ftruncate(fd, (off_t)n) == 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return done;
}

bool reserve_spend(const char *path, const char *to, const char *bytes, size_t n) {
    char *own = xasprintf("%s.%lld", path, (long long)getpid());
    bool done =
        n <= RESERVE_SIZE && rename(path, own) == 0 && fill(own, bytes, n) && rename(own, to) == 0 && flush_name(to);

    free(own);
    return done;
}
