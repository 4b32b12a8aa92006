#ifndef MC_RESERVE_H
#define MC_RESERVE_H

#include <stdbool.h>
#include <stddef.h>

/* Room for one file on a disk that may be full when it is needed. */
enum { RESERVE_SIZE = 64 * 1024 };

/* Makes the file (0600) with its blocks; false: there is no room even now. */
bool reserve_make(const char *path);

/* Writes at most RESERVE_SIZE bytes into it and gives it the other name, on the disk. It is used up: false where
 * another was first, or it never was. */
bool reserve_spend(const char *path, const char *to, const char *bytes, size_t n);

#endif
