#ifndef MC_STREAM_H
#define MC_STREAM_H

#include <stdbool.h>
#include <stdint.h>

struct text;

/* Reads a descriptor to its end, for at most `ms`, as much as `out` takes (text.max). False: it has not ended, or it
 * could not be read, or it was longer. */
bool stream_read(struct text *out, int fd, int64_t ms);

#endif
