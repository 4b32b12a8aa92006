#ifndef MC_HOST_LOST_H
#define MC_HOST_LOST_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct host;
struct site;

/* The kind of activity, and the reason of what is over. */
#define HOST_LOST "host_lost"

/* Gives a host up (SPEC section 16), in the caller's transaction: its runs end by their fences, its agents' rows are
 * over, its tickets in progress are to be done again, at once and without an attempt counted; what is at rest for a
 * person stays where it is. Its slots stay as they are: the worktrees are on that machine, which gives them back when
 * it returns. *done false: it was heard meanwhile or is retired already, and nothing was changed. */
struct host_losing {
    const struct host *host; /* as it was read; seen_at 0: only rows name it */
    const char *by;          /* the author in the stories */
    int64_t now;
};
struct host_lost {
    bool done;
    int64_t agents;  /* whose rows are over */
    int64_t tickets; /* that are to be done again */
};
bool host_lose(struct site *site, const struct host_losing *losing, struct host_lost *lost, struct err *err);

#endif
