#ifndef MC_AFTER_TURNS_H
#define MC_AFTER_TURNS_H

#include <stdbool.h>

struct err;
struct pickup;
struct world;

/* What the turns that are over are still followed by (run/aftermath.h), run by run. Once that has taken a minute the
 * others are left to the next pickup: a remote that hangs holds nobody longer. */
bool after_turns_step(struct pickup *pickup, const struct world *world, struct err *err);

#endif
