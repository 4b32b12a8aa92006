#ifndef MC_POOL_KEEP_H
#define MC_POOL_KEEP_H

#include <stdbool.h>

#include "host/git_tree.h"

struct err;
struct run;
struct site;
struct slot;

/* Uncommitted work of a slot on its way into the repository: preserve, verify, and only then clean. */
struct pool_keep {
    struct site *site;
    const struct slot *slot;
    const struct git_tree *tree;
    const struct slot_facts *facts;
    struct git_changes *changes; /* as the last look found them */
    int64_t ticket;              /* in whose story it is told, and under whose name it is kept; 0: nobody's */
    bool half;                   /* nobody's: kept aside, and handed to no later run */
    bool left;                   /* of half: by an earlier ticket, whose commit ignored it */
    char oid[OID_SIZE];          /* what was kept until now; "": nothing */
    bool apart;                  /* what was kept before touches what was committed since, and is not in it */
    bool late;                   /* as it was told: a later run of the ticket has begun without it */
    bool had_agent;              /* of late: else nothing of it is missed */
};
enum keep_end { KEEP_DONE, KEEP_FAILED, KEEP_BOARD_FAILED };

/* What an earlier try, cut short, has kept. False: git failed. */
bool pool_kept_before(struct pool_keep *keep, const struct run *run, struct err *err);

/* One pass. FAILED: it is the slot's, and its files stand as they did, but for what was kept and verified. */
enum keep_end pool_keep(struct pool_keep *keep, struct err *err);

#endif
