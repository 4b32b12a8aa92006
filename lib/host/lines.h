#ifndef MC_LINES_H
#define MC_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct err;

/* Adds whole lines to the end of a file (made 0600 where it is not there) and has them on the disk when it returns,
 * its name too, and its folder's. One that an earlier writer left half written, which has told nobody that it was
 * there, is taken away first. 75 while another one writes, 74 where it cannot be written: it is as it was then;
 * 77 when it is not a file of ours. */
struct lines {
    const char *path, *bytes;
    size_t n;
};
bool lines_append(const struct lines *lines, struct err *err);

#endif
