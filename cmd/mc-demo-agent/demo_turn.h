#ifndef MC_DEMO_TURN_H
#define MC_DEMO_TURN_H

#include <stddef.h>

struct demo;

/* Takes one prompt, works, signals, replies. */
void demo_turn(struct demo *demo, const char *prompt, size_t n);

#endif
