#ifndef MC_OWN_H
#define MC_OWN_H

#include <stdbool.h>

/* A regular file of this user's, by its own name: not through a link. */
bool own_file(const char *path);

/* The same of what is open, and no other name leads to it: behind a hard link stands anything else of this user's. */
bool own_opened(int fd);

/* A directory of this user's, not through a link either. */
bool own_folder(const char *path);

#endif
