#ifndef MC_MOUNTS_H
#define MC_MOUNTS_H

#include "base/argv.h"

/* What is mounted below a folder (resolved), by its paths there, "data/set 1": other file systems, and other places of
 * the same one. As far as the kernel tells; never the folder itself. */
void mounts_below(struct argv *found, const char *folder);

/* The one in which a path of that folder is, or that the path is; NULL: none. */
const char *mounts_hold(const struct argv *found, const char *path);

#endif
