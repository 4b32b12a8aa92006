#ifndef MC_STARTING_H
#define MC_STARTING_H

#include <stdbool.h>

#include "base/text.h"
#include "rules/rows.h"
#include "rules/slot.h"
#include "run/travel.h"

struct err;
struct git_tree;
struct work;

/* Where a run's branch begins: where the ticket's work had come to, on whichever host, else the base. What of it is
 * left out is told in work->told. */
struct starting {
    struct work *work;
    const struct git_tree *tree; /* clean */
    const char *base;
    struct run before;    /* of the ticket, in this workspace; run_id "": none */
    struct travel travel; /* of that one */
    struct text told;
    char commit[OID_SIZE];   /* the answer */
    char restores[OID_SIZE]; /* what git_restore is to put back there; "": nothing */
};

/* False: `own` says what went wrong in the repository, or err (the board). starting_release in any case. */
bool starting_choose(struct starting *starting, struct err *own, struct err *err);
void starting_release(struct starting *starting);

#endif
