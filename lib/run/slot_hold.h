#ifndef MC_SLOT_HOLD_H
#define MC_SLOT_HOLD_H

#include <stdint.h>

#include "host/git.h"

struct err;
struct site;
struct slot;
struct workspace;

/* One slot in our hands alone, with its repository open: who makes it ready or gives it back. The lock is inherited by
 * every git that is started, so that one which outlives a killed pickup still holds it. */
struct slot_hold {
    const struct workspace *workspace;
    char *folder; /* its pool, as the row has it */
    int lock;
    struct git git;
};
enum slot_held { HOLD_OURS, HOLD_BUSY, HOLD_FAILED };

/* FAILED, by what is wrong for every slot of the workspace: 78 it is not configured, its repository is none, or the
 * pool lies inside that; 77 the pool is another board's, or others may write there; 73, 74 it cannot be made; 69 it
 * has lost its mark, or there is no git. slot_let_go in any case. */
enum slot_held slot_hold(struct site *site, const struct slot *slot, struct slot_hold *hold, struct err *err);
void slot_let_go(struct slot_hold *hold);

/* A person gives the slot up: where its pool has lost its mark the folder was deleted, and is made anew: true. */
bool slot_say_deleted(struct site *site, const struct slot *slot);

/* The file of its lock, in a pool: new string. */
char *slot_lock_file(const char *folder, int64_t number);

#endif
