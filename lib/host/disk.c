#include "host/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { BLOCK = 512, FOLDERS_MAX = 1 << 20, LOOK_EVERY = 256 };

/* The folders that are still to be read, by their paths. */
struct walk {
    char **folders;
    size_t count, cap;
    dev_t device;
    int64_t bytes, until;
    unsigned seen;
};

static void push(struct walk *walk, char *path) {
    walk->folders = xgrow(walk->folders, walk->count, &walk->cap, sizeof *walk->folders);
    walk->folders[walk->count++] = path;
}

static bool over_time(struct walk *walk) {
    return ++walk->seen % LOOK_EVERY == 0 && clock_monotonic() > walk->until;
}

/* A file that is gone by now takes nothing. */
static bool add(struct walk *walk, const char *folder, int fd, const char *name) {
    struct stat info;

    if (fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT;
    if (info.st_dev != walk->device)
        return true;
    walk->bytes += (int64_t)info.st_blocks * BLOCK;
    if (!S_ISDIR(info.st_mode))
        return true;
    if (walk->count == FOLDERS_MAX)
        return false;
    push(walk, xasprintf("%s/%s", folder, name));
    return true;
}

static bool read_folder(struct walk *walk, const char *folder) {
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    bool ok = dir != NULL || errno == ENOENT;

    if (!dir) {
        if (fd >= 0)
            close(fd);
        return ok;
    }
    for (struct dirent *entry = readdir(dir); ok && entry; entry = readdir(dir)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        ok = !over_time(walk) && add(walk, folder, fd, entry->d_name);
    }
    closedir(dir);
    return ok;
}

bool disk_used(const struct disk_asked *asked, int64_t *bytes) {
    struct walk walk = {.until = asked->until};
    struct stat info;
    bool ok = lstat(asked->path, &info) == 0 && S_ISDIR(info.st_mode) && clock_monotonic() <= asked->until;

    walk.device = info.st_dev;
    if (ok) {
        walk.bytes = (int64_t)info.st_blocks * BLOCK;
        push(&walk, xstrdup(asked->path));
    }
    while (walk.count) {
        char *folder = walk.folders[--walk.count];

        ok = ok && read_folder(&walk, folder);
        free(folder);
    }
    free(walk.folders);
    *bytes = walk.bytes;
    return ok;
}
