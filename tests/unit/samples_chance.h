#ifndef MC_SAMPLES_CHANCE_H
#define MC_SAMPLES_CHANCE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

static uint64_t chance;

/* One of so many, by xorshift. */
static inline unsigned draw(unsigned count) {
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (unsigned)(chance >> 33) % count;
}

/* What an input asks for: a name, and a number to draw by. */
struct asked {
    char name[80];
    unsigned long seed;
};

static inline bool asked_read(struct asked *asked, const char *bytes, size_t n) {
    char *input = xstrndup(bytes, n);
    bool ok = sscanf(input, "%79s %lu", asked->name, &asked->seed) == 2;

    free(input);
    return ok;
}

#endif
