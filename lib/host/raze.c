#include "host/raze.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEPEST = 200 };

static bool raze_at(int parent, const char *name, dev_t device, int depth);

static bool raze_entries(int fd, DIR *dir, dev_t device, int depth) {
    bool ok = true;

    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        struct stat seen;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (fstatat(fd, entry->d_name, &seen, AT_SYMLINK_NOFOLLOW) != 0)
            ok = errno == ENOENT && ok;
        else if (S_ISDIR(seen.st_mode))
            ok = raze_at(fd, entry->d_name, device, depth + 1) && ok;
        else
            ok = unlinkat(fd, entry->d_name, 0) == 0 && ok;
    }
    return ok;
}

static bool raze_at(int parent, const char *name, dev_t device, int depth) {
    int fd = depth < DEEPEST ? openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    struct stat seen;
    DIR *dir;
    bool ok;

    if (fd < 0)
        return errno == ENOENT;
    if (fstat(fd, &seen) != 0 || seen.st_uid != geteuid() || (device && seen.st_dev != device) ||
        !(dir = fdopendir(fd))) {
        close(fd);
        return false;
    }
    ok = raze_entries(fd, dir, seen.st_dev, depth);
    closedir(dir);
    return unlinkat(parent, name, AT_REMOVEDIR) == 0 && ok;
}

bool raze_folder(const char *path) {
    return raze_at(AT_FDCWD, path, 0, 0);
}
