#ifndef MC_UPROOT_H
#define MC_UPROOT_H

#include <stdbool.h>
#include <stdint.h>

/* Removes a directory with all that is in it, whoever wrote that: no link is followed, no other file system entered,
 * what its owner may not read is made readable first. Ends at a moment (monotonic). True: it is gone; else what is left
 * of it can be removed by a later call. */
bool uproot(const char *path, int64_t until);

#endif
