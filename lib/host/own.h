#ifndef MC_OWN_H
#define MC_OWN_H

#include <stdbool.h>

/* A regular file of this user's, by its own name: not through a link. */
bool own_file(const char *path);

/* The same of a directory. */
bool own_folder(const char *path);

#endif
