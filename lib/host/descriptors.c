#include "host/descriptors.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

/* One by one, where the kernel (before 5.9) or a filter refuses close_range. */
static void close_each(int low, int high) {
    DIR *dir = opendir("/proc/self/fd");
    struct dirent *entry;
    long limit;
    if (dir == NULL) {
        limit = sysconf(_SC_OPEN_MAX);
        for (int fd = 3; fd < (limit > 0 && limit < 65536 ? (int)limit : 65536); fd++)
            if (fd != low && fd != high)
                close(fd);
        return;
    }
    while ((entry = readdir(dir)) != NULL) {
        long long fd;
        if (text_to_int(entry->d_name, 3, INT_MAX, &fd) && fd != low && fd != high && fd != dirfd(dir))
            close((int)fd);
    }
    closedir(dir);
}

static bool close_from_to(int first, unsigned last) {
    return (unsigned)first > last || close_range((unsigned)first, last, 0) == 0;
}

void descriptors_close(int keep, int inherit) {
    int low = keep < inherit ? keep : inherit, high = keep < inherit ? inherit : keep;
    if (!close_from_to(DESCRIPTOR_NONE + 1, (unsigned)low - 1) || !close_from_to(low + 1, (unsigned)high - 1) ||
        !close_from_to(high + 1, UINT_MAX))
        close_each(low, high);
}

void descriptor_close(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

bool descriptor_pipe(int ends[2]) {
    int made[2];
    if (pipe(made) != 0)
        return false;
    for (int i = 0; i < 2; i++)
        ends[i] = fcntl(made[i], F_DUPFD_CLOEXEC, 3);
    close(made[0]);
    close(made[1]);
    return ends[0] >= 0 && ends[1] >= 0;
}

size_t descriptor_holds(int fd, size_t unknown) {
    int n = 0;
    return ioctl(fd, FIONREAD, &n) == 0 ? (size_t)n : unknown;
}
