#ifndef MC_PICKUP_SLOTS_H
#define MC_PICKUP_SLOTS_H

#include <stdbool.h>

struct err;
struct pickup;
struct work;

/* Every slot that is left is given back (run/pool.h): the rules slot_leak and half_slot of SPEC section 11. What goes
 * wrong with one of them is said and leaves the others alone. A dry run only plans it. */
bool slots_step(struct pickup *pickup, struct err *err);

/* The same for the slot of a run that has failed, at the end of its pickup; nothing where its agent is at work. */
bool slots_after(struct work *work, struct err *err);

#endif
