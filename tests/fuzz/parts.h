#ifndef MC_PARTS_H
#define MC_PARTS_H

#include <stddef.h>
#include <string.h>

#include "base/mem.h"

/* An input in parts, which stand between its NULs: strings for what takes several. "" where there is no more; each is
 * the caller's. */
struct parts {
    const char *at, *end;
};

static inline char *parts_next(struct parts *parts) {
    const char *from = parts->at, *nul = from < parts->end ? memchr(from, '\0', (size_t)(parts->end - from)) : NULL;
    const char *to = nul ? nul : parts->end;

    parts->at = nul ? nul + 1 : parts->end;
    return xstrndup(from, (size_t)(to - from));
}

#endif
