#ifndef MC_SKELETON_H
#define MC_SKELETON_H

#include <stdbool.h>
#include <stddef.h>

/* What of a rendered screen survives wrapping, frames and markdown: its letters, digits and colons, and where each of
 * them stands. Linear to make; takes about as much memory as the screen. */
struct skeleton {
    const char *screen;
    size_t length;
    char *bones;
    size_t n;
    size_t *blocks; /* how many bones stand before each block of the screen */
    size_t block_count;
    bool counts[256]; /* which bytes are bones */
};

void skeleton_make(struct skeleton *skeleton, const char *screen, size_t n);
void skeleton_release(struct skeleton *skeleton);

/* Where a bone stands on the screen; `bone` < n. */
size_t skeleton_place(const struct skeleton *skeleton, size_t bone);

/* Where these bones begin at or behind `from`, SIZE_MAX when nowhere. `words` holds bones alone. */
size_t skeleton_find(const struct skeleton *skeleton, size_t from, const char *words);

/* The bones of a text; the caller's. */
char *skeleton_of(const char *words);

#endif
