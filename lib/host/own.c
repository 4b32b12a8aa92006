#include "host/own.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

bool own_file(const char *path) {
    struct stat seen;

    return lstat(path, &seen) == 0 && S_ISREG(seen.st_mode) && seen.st_uid == geteuid();
}

bool own_opened(int fd, struct stat *seen) {
    *seen = (struct stat){0};
    return fstat(fd, seen) == 0 && S_ISREG(seen->st_mode) && seen->st_uid == geteuid() && seen->st_nlink <= 1;
}

static int open_private(const char *path, int access) {
    int fd = open(path, access | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_CREAT, 0600);
    struct stat seen;

    if (fd < 0 || (own_opened(fd, &seen) && (seen.st_mode & (S_IRWXG | S_IRWXO)) == 0))
        return fd;
    close(fd);
    return -1;
}

int own_open(const char *path, int access) {
    int fd = open_private(path, access);

    return fd < 0 && unlink(path) == 0 ? open_private(path, access) : fd;
}

bool own_folder(const char *path) {
    struct stat seen;

    return lstat(path, &seen) == 0 && S_ISDIR(seen.st_mode) && seen.st_uid == geteuid();
}
