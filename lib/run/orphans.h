#ifndef MC_ORPHANS_H
#define MC_ORPHANS_H

#include <stdbool.h>

struct err;
struct site;
struct workspace;
struct world;

/* What is on the board goes by the configuration of its time: the keys of tickets in the names of sessions, folders and
 * branches, their sessions by the tmux server, slots by where the pool and its repository are. 78 where that has
 * changed under agents at work or slots that are claimed or quarantined, with what to do first. Costs nothing where
 * there are none; of the world it is asked what snapshot_any tells. */
bool orphans_check(struct site *site, const struct world *world, struct err *err);

/* In the claim's transaction: what orphans_check compares. workspace: NULL where there is none. */
bool orphans_note(const struct site *site, const struct workspace *workspace, struct err *err);

#endif
