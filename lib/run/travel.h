#ifndef MC_RUN_TRAVEL_H
#define MC_RUN_TRAVEL_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/slot.h"
#include "rules/travel.h"

struct err;
struct git;
struct run;
struct site;
struct workspace;

/* A run's work as it can be had here: where another host has done it, from the remote that the workspace pushes to
 * (SPEC section 16). Outside a transaction. */
struct travel_asked {
    struct site *site;
    const struct git *git;
    const struct workspace *workspace;
    const struct run *run; /* one that has a branch */
    int64_t timeout_ms;    /* of each fetch; 0: a minute */
};
struct travel {
    bool elsewhere;          /* another host has done it, and it is not whole here already */
    struct travel_seen seen; /* where it is: what rules/travel.h says of it */
    char tip[OID_SIZE];      /* the end of its branch as far as it is here; "": it is not */
    char *folder, *why;
};
void travel_release(struct travel *travel);

/* Fetches branch and preserved work of one that is elsewhere; a remote that fails is seen, and is no failure. `own`:
 * git failed here; err: the board. */
bool travel_fetch(const struct travel_asked *asked, struct travel *travel, struct err *own, struct err *err);

/* The same as far as it was fetched before: nothing goes over the network, and the board is not asked. */
bool travel_look(const struct travel_asked *asked, struct travel *travel, struct err *own);

#endif
