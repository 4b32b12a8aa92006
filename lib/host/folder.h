#ifndef MC_FOLDER_H
#define MC_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

struct argv;

/* The paths of what ends like this in a folder, sorted, the first `max` that are found; none where it cannot be read.
 */
void folder_list(const char *folder, const char *ending, size_t max, struct argv *paths);

/* Where a path leads, absolute and without any link, as a new string; NULL: nowhere, errno says why. */
char *folder_resolved(const char *path);

/* The same of one that is not there yet: as far as it is, the rest as it is written. New string. */
char *folder_foreseen(const char *path);

/* Do both lead to one place, however they are written? */
bool folder_same(const char *path, const char *other);

/* The path itself, or what is nearest above it that is there: new string. */
char *folder_nearest(const char *path);

/* Is it this folder, or below it? Of paths without links. */
bool folder_within(const char *path, const char *folder);

/* The folder nearest above `path` (resolved) in which others may write and take away what is not theirs: not one with
 * the sticky bit, nor one of the user's that only the user's own group may write. False: there is none. */
struct folder_open {
    char path[4096];
    bool ours;
};
bool folder_open_above(const char *path, struct folder_open *open);

#endif
