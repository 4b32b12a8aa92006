#ifndef MC_HOLE_H
#define MC_HOLE_H

#include <stdbool.h>
#include <stdint.h>

/* Holes of a file: they read as NUL and take no room on the disk, and every offset stays what it was. */

/* Gives the room of [from, to) back. False: this file system cannot (errno says). */
bool hole_punch(int fd, int64_t from, int64_t to);

/* The first byte from `at` on that is not in a hole, the first that is in one; the file's size where there is none. A
 * file system that does not tell has none. */
int64_t hole_end(int fd, int64_t at);
int64_t hole_begin(int fd, int64_t at);

#endif
