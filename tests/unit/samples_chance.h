#ifndef MC_SAMPLES_CHANCE_H
#define MC_SAMPLES_CHANCE_H

#include <stdint.h>

static uint64_t chance;

/* One of so many, by xorshift. */
static inline unsigned draw(unsigned count) {
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (unsigned)(chance >> 33) % count;
}

#endif
