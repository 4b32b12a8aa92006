#ifndef MC_POOL_GLANCE_H
#define MC_POOL_GLANCE_H

#include <stdbool.h>

struct run;
struct site;
struct slot;
struct workspace;

/* Is that branch one of its ticket's: its row's, its run's, or one that an earlier run has made, to which the agent has
 * gone back? NULL is none. */
struct pool_owner {
    const struct workspace *workspace;
    const struct slot *slot;
    const struct run *run;
};
bool pool_own_branch(const struct site *site, const struct pool_owner *owner, const char *branch);

/* Would a ticket that waits get this slot, if the agent at rest in it was ended? One look, and nothing is changed.
 * Not where it is beyond `size`, or what is in it would set it aside or let it wait. */
bool pool_would_come(struct site *site, const struct slot *slot);

#endif
