#ifndef MC_WORKPLACE_PLACE_H
#define MC_WORKPLACE_PLACE_H

#include <stdbool.h>

#include "host/git_tree.h"
#include "pickup/starting.h"
#include "rules/slot.h"
#include "run/base_own.h"
#include "run/slot_hold.h"

struct err;
struct work;

/* One slot on its way to its run. */
struct place {
    struct work *work;
    struct slot_hold hold;
    struct git_tree tree;
    struct slot_facts facts;
    struct git_changes changes;
    struct base base;
    struct starting starting;
    char *branch;
};

/* What became of one slot. */
enum try_end { TRY_READY, TRY_NEXT, TRY_STOPPED };

void workplace_release(struct place *place);

/* Its folder, afresh. */
void workplace_find(struct place *place);

/* The verdict of a failure, which is released. Our own disk and system are the machine's; else it is the workspace's
 * (`shared`), or the ticket's alone. */
enum try_end workplace_stop(struct work *work, struct err *own, bool shared);

/* Nobody has failed: what is there, or who works in it, cannot be told on this machine just now. */
enum try_end workplace_not_told(struct place *place, const struct slot_ruling *ruling);

/* The same of its folder alone: err, and false. */
bool workplace_unknown(const struct place *place, struct err *own);

/* Quarantined, for the next. `own`, which is released: what was seen beside the ruling. */
enum try_end workplace_set_aside(struct place *place, const struct slot_ruling *ruling, struct err *own,
                                 struct err *err);

/* A clean one goes onto a branch of its own, where the ticket's work had come to, and what was preserved of that is put
 * back. */
enum try_end workplace_begin(struct place *place, struct err *err);

#endif
