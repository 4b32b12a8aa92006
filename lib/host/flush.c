#include "host/flush.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* What the open folder's flush leaves in errno stays. */
static void shut(int fd) {
    int error = errno;

    if (fd >= 0)
        close(fd);
    errno = error;
}

static char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');

    return !slash ? xstrdup(".") : xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
}

bool flush_name(const char *path) {
    char *folder = folder_of(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);

    shut(fd);
    free(folder);
    return done;
}

bool flush_names(const char *path, int names) {
    char *folder = folder_of(path);
    bool done = flush_name(path) && (names <= 1 || flush_names(folder, names - 1));
    int error = errno;

    free(folder);
    errno = error;
    return done;
}

bool flush_all(const char *folder) {
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && syncfs(fd) == 0;

    shut(fd);
    return done;
}
