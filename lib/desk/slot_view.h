#ifndef MC_SLOT_VIEW_H
#define MC_SLOT_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "desk/stray.h"
#include "rules/rows.h"
#include "rules/slot.h"

struct err;
struct site;
struct workspace;

/* What is seen of the slots of this host, for a person: nothing is changed, and no slot is waited for much longer than
 * others have left of the time. */
struct slot_view {
    struct slot slot;
    const struct workspace *workspace; /* NULL: the configuration has it no more */
    struct slot_facts facts;           /* where `why` is NULL */
    struct stray stray;                /* the same */
    int64_t stranger; /* a process in it that is none of its agent's session; 0: none; less: not told */
    char *base;       /* what its branch began from; NULL: not known */
    char *surplus;    /* the configuration has no use for it any more, and why; else NULL */
    char *why;        /* it was not looked at, one line */
    int64_t commits;  /* on its branch beyond where that began; -1: not known */
    int64_t bytes;    /* on disk; -1: not known in the time */
};
struct slot_views {
    struct slot_view *items;
    size_t count, cap;
};

/* By workspace and number. False: the board. */
bool slot_views_read(struct site *site, struct slot_views *views, struct err *err);
void slot_views_release(struct slot_views *views);

/* Is it clean, as far as it was looked at? */
bool slot_view_clean(const struct slot_view *view);

#endif
