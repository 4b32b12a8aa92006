#ifndef MC_WORLDS_H
#define MC_WORLDS_H

#include <stdlib.h>

/* Where a test may have a folder of its own that need not be on a disk. */
static inline const char *worlds(void) {
    const char *place = getenv("MC_WORLDS");

    return place ? place : "/tmp";
}

#endif
