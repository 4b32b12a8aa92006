#ifndef MC_HARVEST_H
#define MC_HARVEST_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct pickup;
struct world;

/* Turns under way of which no report has come: those that are over, by their agents' screens, move their tickets on
 * (SPEC sections 3 and 12). One call of tmux for all screens that have changed, a second where one is not settled. What
 * cannot be seen is left for the next pickup. */
bool harvest_step(struct pickup *pickup, const struct world *world, struct err *err);

/* The same for one ticket, for somebody who waits for its turn. */
bool harvest_ticket(struct pickup *pickup, int64_t ticket, struct err *err);

#endif
