#include "calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

void calls_told(const char *variable, char *text, size_t size) {
    const char *path = getenv(variable);
    int saved = errno;
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t n = fd >= 0 ? read(fd, text, size - 1) : 0;

    if (fd >= 0)
        close(fd);
    errno = saved;
    text[n > 0 ? n : 0] = '\0';
}

int fstatat(int at, const char *restrict path, struct stat *restrict seen, int flags) {
    return calls_seen((int)syscall(SYS_newfstatat, at, path, seen, flags), seen);
}

int stat(const char *restrict path, struct stat *restrict seen) {
    return fstatat(AT_FDCWD, path, seen, 0);
}

int lstat(const char *restrict path, struct stat *restrict seen) {
    return fstatat(AT_FDCWD, path, seen, AT_SYMLINK_NOFOLLOW);
}

int fstat(int fd, struct stat *seen) {
    return calls_seen((int)syscall(SYS_fstat, fd, seen), seen);
}

time_t time(time_t *out) {
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
    struct timespec now;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}
