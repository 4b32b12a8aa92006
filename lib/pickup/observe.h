#ifndef MC_OBSERVE_H
#define MC_OBSERVE_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct site;
struct world;
struct world_case;

/* One picture of rows, tmux and processes (SPEC section 3): the active rows from the caller's read transaction, one
 * list-panes for all sessions, none at all when no row is active, and /proc. */
bool observe(struct site *site, struct world *world, struct err *err);

/* The seen half of one case again, by its own session: for re-checking a premise. */
void observe_again(struct site *site, struct world_case *one);

/* A picture of one ticket alone, by a read transaction of its own; the caller releases it. */
bool observe_ticket(struct site *site, int64_t ticket, struct world *world, struct err *err);

#endif
