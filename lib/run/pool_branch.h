#ifndef MC_POOL_BRANCH_H
#define MC_POOL_BRANCH_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct git;
struct run;
struct site;
struct slot;
struct slot_facts;

/* What becomes of a run's branch when its slot is given back. Where the slot stands on another one of its ticket, the
 * agent has gone back to that: what it has committed there is of this run, too. */
struct pool_branch {
    struct site *site;
    const struct git *git;
    const struct slot *slot;
    const struct run *run; /* one that has a branch; NULL: nothing is to be done */
    const struct slot_facts *facts;
    bool kept;      /* uncommitted work of it is kept, which stands on it */
    bool alone;     /* the branch stays the run's: other hosts know its work by it */
    bool dropped;   /* found: no agent was started, and nobody had worked on it */
    bool goes_on;   /* found: the other one holds all that this has, and more */
    int64_t parted; /* found: else so many commits of the other one are not on it */
};

/* False: the board. What git cannot say is not found. */
bool pool_branch_find(struct pool_branch *found, struct err *err);

/* Inside the caller's transaction: the run's branch from then on, or none; or what the story has to say. */
bool pool_branch_write(const struct pool_branch *found, struct err *err);

#endif
