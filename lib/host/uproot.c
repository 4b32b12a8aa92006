#include "host/uproot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"

enum { DEEPEST = 64, NAME_DIGITS = 24 };

struct work {
    int root;
    dev_t device;
    int64_t until;
};

static int open_dir(int at, const char *name) {
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* -1: it is no directory of this file system, or not ours to enter. */
static int enter(const struct work *work, int at, const char *name) {
    int fd = open_dir(at, name);
    struct stat seen;

    if (fd < 0 && errno == EACCES && fchmodat(at, name, 0700, 0) == 0)
        fd = open_dir(at, name);
    if (fd < 0)
        return -1;
    if (fstat(fd, &seen) == 0 && seen.st_dev == work->device) {
        (void)fchmod(fd, 0700);
        return fd;
    }
    close(fd);
    return -1;
}

static bool is_dots(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* However deep it lies: what is too deep is brought up first, so that it takes few descriptors. */
static bool bring_up(const struct work *work, int at, const char *name) {
    char token[NAME_DIGITS + 1], to[NAME_DIGITS + 8];

    random_hex(token, NAME_DIGITS);
    snprintf(to, sizeof to, ".up-%s", token);
    return renameat(at, name, work->root, to) == 0;
}

static bool clear(const struct work *work, int fd, int depth);

static bool remove_one(const struct work *work, int at, const char *name, int depth) {
    int fd;

    if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
        return true;
    if (depth >= DEEPEST)
        return bring_up(work, at, name);
    fd = enter(work, at, name);
    return fd >= 0 && clear(work, fd, depth + 1) && unlinkat(at, name, AT_REMOVEDIR) == 0;
}

/* Takes the descriptor. True: it is empty. */
static bool clear(const struct work *work, int fd, int depth) {
    DIR *dir = fdopendir(fd);
    struct dirent *entry;
    bool gone = true, any = true;

    if (!dir) {
        close(fd);
        return false;
    }
    while (any) { /* once more, for what was brought up or passed over meanwhile */
        any = false;
        rewinddir(dir);
        while (gone && (entry = readdir(dir)) != NULL) {
            if (is_dots(entry->d_name))
                continue;
            any = true;
            gone = clock_monotonic() < work->until && remove_one(work, dirfd(dir), entry->d_name, depth);
        }
    }
    closedir(dir);
    return gone;
}

bool uproot(const char *path, int64_t until) {
    struct work work = {.root = open_dir(AT_FDCWD, path), .until = until};
    struct stat seen;
    bool empty;

    if (work.root < 0)
        return errno == ENOENT;
    if (fstat(work.root, &seen) != 0 || seen.st_uid != geteuid()) {
        close(work.root);
        return false;
    }
    (void)fchmod(work.root, 0700);
    work.device = seen.st_dev;
    empty = clear(&work, dup(work.root), 1);
    close(work.root);
    return empty && rmdir(path) == 0;
}
