#ifndef MC_DISK_H
#define MC_DISK_H

#include <stdbool.h>
#include <stdint.h>

/* What the files below a folder take on disk, links not followed, other file systems left out. False: it is not there,
 * some of it cannot be read, or the time was over first. */
struct disk_asked {
    const char *path;
    int64_t until; /* clock_monotonic */
};
bool disk_used(const struct disk_asked *asked, int64_t *bytes);

#endif
