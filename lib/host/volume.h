#ifndef MC_VOLUME_H
#define MC_VOLUME_H

#include <stdbool.h>
#include <stdint.h>

/* The file system that a path is on. */
struct volume {
    int64_t free_bytes; /* for us: what is kept for root is not among them */
    bool read_only;
    const char *network; /* the name of a network file system; NULL: a disk of this machine, as far as is known */
    bool untold;         /* a program's own: it may be a network's */
};

/* False: there is nothing at the path, errno says why. */
bool volume_look(const char *path, struct volume *volume);

#endif
