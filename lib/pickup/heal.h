#ifndef MC_PICKUP_HEAL_H
#define MC_PICKUP_HEAL_H

#include <stdbool.h>

struct err;
struct pickup;
struct world;

/* Observe, plan, repair (SPEC sections 3 and 11). *world is what is seen before the repairs; the caller releases it.
 * Each repair is a transaction of its own that looks again first; one that cannot be done is left for the next pickup
 * and said. */
bool heal_observe(struct pickup *pickup, struct world *world, struct err *err);
bool heal_step(struct pickup *pickup, struct world *world, struct err *err);

#endif
