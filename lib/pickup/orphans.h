#ifndef MC_ORPHANS_H
#define MC_ORPHANS_H

#include <stdbool.h>

struct err;
struct pickup;
struct work;
struct world;

/* What is on the board goes by the configuration of its time: the keys of tickets in the names of sessions, folders and
 * branches, slots by where the pool and its repository are. 78 where that has changed under agents at work or slots
 * that are claimed or quarantined, with what to do first. Costs nothing where there are none. */
bool orphans_check(struct pickup *pickup, const struct world *world, struct err *err);

/* In the claim's transaction: what orphans_check compares. */
bool orphans_note(const struct work *work, struct err *err);

#endif
