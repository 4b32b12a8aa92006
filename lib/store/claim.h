#ifndef MC_CLAIM_H
#define MC_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rows.h"

struct board;
struct err;

/* The claim, SPEC section 5. claim_next looks, claim_take writes; both inside the caller's one IMMEDIATE transaction. A
 * dry run does the same looks without writing. */
enum claim_found {
    CLAIM_TICKET,
    CLAIM_NONE,
    CLAIM_CAPACITY,
    CLAIM_BREAKER, /* the caller's look */
    CLAIM_PAUSED
};

struct claim_want {
    const char *host;
    int64_t max_running;
    const char *const *profiles; /* names that are known: a ticket with another profile is not eligible */
    size_t profile_count;
    bool have_default_profile; /* else only tickets that name one are eligible */
    int64_t now;
};

/* The next eligible ticket by priority, then its place in the queue, then id. Partial indexes only, no sort, the same
 * cost beside a million closed and 100,000 not-yet-due ones. */
struct claim_choice {
    enum claim_found found;
    int64_t id;         /* CLAIM_PAUSED and CLAIM_CAPACITY: it is there but must wait; 0: none */
    bool needs_profile; /* one that names no profile waits for a default */
};
bool claim_next(struct board *board, const struct claim_want *want, struct claim_choice *choice, struct err *err);

/* Why a named ticket can or cannot be taken now. */
enum claim_named {
    NAMED_GO,
    NAMED_WRONG_STATUS, /* 65 */
    NAMED_NOT_DUE,      /* 75 */
    NAMED_WAITS_FOR,    /* 75: depends on one that is not done (`blocker`) */
    NAMED_NO_PROFILE,   /* 78 */
    NAMED_WORKING       /* in_progress already */
};
struct claim_naming {
    int64_t id; /* given; the rest is found */
    enum claim_named named;
    int64_t blocker;
};
bool claim_named(struct board *board, const struct claim_want *want, struct claim_naming *naming, struct err *err);

/* runtimes of this host that are spawning or running. */
bool claim_running(struct board *board, const char *host, int64_t *count, struct err *err);

/* Writes ticket, run, runtime (spawning), work message (pending, or sending with the nonce when `argv_turn`: the spawn
 * itself delivers it), the pending notes that go along (their run_id and nonce set the same way), the `spawn`
 * intent and the activity row `claimed`. An old row of the session_key is taken over only if it is dead or closed.
 * *changed false: the race was lost, nothing was written. */
struct claim_taking {
    int64_t id;
    const char *run_id, *host, *profile, *session_key, *tmux_target, *cwd, *log, *nonce;
    const struct identity *pickup;
    bool argv_turn;
    struct tick tick;
    int64_t now;
};
/* Before the transaction: compiles what claim_take needs, so that no other claim waits for that. */
bool claim_prepare(struct board *board, struct err *err);

bool claim_take(struct board *board, const struct claim_taking *taking, bool *changed, struct err *err);

#endif
