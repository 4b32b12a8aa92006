#ifndef MC_FLUSH_H
#define MC_FLUSH_H

#include <stdbool.h>

/* Has a name on the disk, which a file's own flush does not promise: the folder that it stands in is flushed. A file
 * system that knows no such thing (EINVAL) keeps it as it does. False: errno. */
bool flush_name(const char *path);

/* The same of its last so many names: the folders that it stands in may be as new as it is. */
bool flush_names(const char *path, int names);

/* Has all that is in the folder's file system on the disk. False: errno. */
bool flush_all(const char *folder);

#endif
