#ifndef MC_FOLDER_H
#define MC_FOLDER_H

#include <stddef.h>

struct argv;

/* The paths of what ends like this in a folder, sorted, the first `max` that are found; none where it cannot be read.
 */
void folder_list(const char *folder, const char *ending, size_t max, struct argv *paths);

/* Where a path leads, absolute and without any link, as a new string; NULL: nowhere, errno says why. */
char *folder_resolved(const char *path);

#endif
