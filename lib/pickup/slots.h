#ifndef MC_PICKUP_SLOTS_H
#define MC_PICKUP_SLOTS_H

#include <stdbool.h>

struct err;
struct pickup;
struct work;

/* Every slot that is left is given back (run/pool.h): the rules slot_leak and half_slot of SPEC section 11. What goes
 * wrong with one of them is said and leaves the others alone. A dry run only plans it. */
bool slots_step(struct pickup *pickup, struct err *err);

/* Of a dry run: pickup->vacant becomes the slot of an agent that healing would end, if one of them has one of that
 * workspace. */
bool slots_foresee(struct pickup *pickup, const char *workspace, struct err *err);

/* The same as slots_step for the slot of a run that has failed, at the end of its pickup; nothing where its agent is at
 * work. */
bool slots_after(struct work *work, struct err *err);

#endif
