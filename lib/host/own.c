#include "host/own.h"

#include <sys/stat.h>
#include <unistd.h>

bool own_file(const char *path) {
    struct stat seen;

    return lstat(path, &seen) == 0 && S_ISREG(seen.st_mode) && seen.st_uid == geteuid();
}

bool own_opened(int fd) {
    struct stat seen;

    return fstat(fd, &seen) == 0 && S_ISREG(seen.st_mode) && seen.st_uid == geteuid() && seen.st_nlink <= 1;
}

bool own_folder(const char *path) {
    struct stat seen;

    return lstat(path, &seen) == 0 && S_ISDIR(seen.st_mode) && seen.st_uid == geteuid();
}
