#ifndef MC_OWN_H
#define MC_OWN_H

#include <stdbool.h>

struct stat;

/* A regular file of this user's, by its own name: not through a link. */
bool own_file(const char *path);

/* The same of what is open, and no other name leads to it: behind a hard link stands anything else of this user's.
 * *seen is what it is, zeroed where that cannot be told. */
bool own_opened(int fd, struct stat *seen);

/* Opens such a file that nobody else may read or write, made 0600 where it is missing, and anew where something else
 * stands there, which is not touched but for this name. access: O_WRONLY or O_RDWR. -1: it cannot be had. */
int own_open(const char *path, int access);

/* A directory of this user's, not through a link either. */
bool own_folder(const char *path);

#endif
