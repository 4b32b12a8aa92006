#ifndef MC_PUBLISH_H
#define MC_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

/* A file for others to read: written whole beside its place and renamed, so that nobody ever sees half of it, and what
 * was there stays where that fails. New it is 0600 (0644
 * `for_all`); over one that is there it gets that one's mode, and its group where
 * we may give it. `at`: when it was last changed, as whoever asks for its age is told (Unix ms; 0: now). 77 for a
 * symbolic link and for a file of another's, 73 where it cannot be put there. */
struct publishing {
    const char *path, *bytes;
    size_t n;
    int64_t at;
    bool for_all;
};
bool publish(const struct publishing *what, struct err *err);

/* May anything be put there? The same two refusals, before it is begun. */
bool publish_may(const char *path, struct err *err);

#endif
