#ifndef MC_CLAIM_H
#define MC_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/breaker.h"
#include "rules/rows.h"

struct board;
struct err;
struct slot_pool;

/* The claim, SPEC section 5. claim_next looks, claim_take writes; both inside the caller's one IMMEDIATE transaction. A
 * dry run does the same looks without writing. */
enum claim_found {
    CLAIM_TICKET,
    CLAIM_NONE,
    CLAIM_CAPACITY, /* max_running agents are at work */
    CLAIM_LIVE,     /* one could be claimed, but max_live agents live */
    CLAIM_POOL,     /* one waits for a slot of its workspace, and none is free */
    CLAIM_BREAKER,
    CLAIM_PAUSED
};

struct claim_want {
    const char *host;
    int64_t max_running;
    int64_t max_live;            /* 0: as many as there are */
    const char *const *profiles; /* names that are known: a ticket with another profile is not eligible */
    size_t profile_count;
    const char *default_profile;   /* NULL: only tickets that name one are eligible */
    const struct slot_pool *pools; /* of the workspaces that are known: a ticket with another is not eligible */
    const bool *hopeless;          /* of each: while it is full no ticket waits for it; NULL: all are waited for */
    size_t pool_count;             /* 0: an agent works in a private directory, and needs none */
    const struct slot_pool *default_pool; /* one of pools; NULL: only tickets that name one, where there are some */
    bool left;                            /* as in struct slot_want */
    bool endpoint;                        /* turns go through send.url */
    int64_t now;
    int64_t horizon; /* an attempt put off beyond it is due: no pause is so long (pause_longest) */
    bool all;        /* read all that are due, not only those that are due longest */
};

struct claim_look {
    enum claim_found found;
    int64_t id;                     /* of CLAIM_TICKET, else 0 */
    char thing[BREAKER_THING_SIZE]; /* of CLAIM_BREAKER: what is broken */
    const char *workspace;          /* of CLAIM_POOL; also where one before the ticket found waits for a slot of it */
    int64_t waiting;                /* that one; of CLAIM_LIVE, the one that could be claimed; 0: none */
    bool ready;                     /* some ticket stands in the ready index */
    bool due;                       /* some ticket that was put off is due again */
    bool more_due;                  /* none was found among those that are due longest, and there are more */
    bool new_stuck;                 /* stuck_take has something (queue.h) */
    bool said;                      /* said_profiles has something */
    bool untold;                    /* a breaker is open of which nobody was told yet */
    bool needs_profile;             /* one that names no profile waits for a default */
};
/* The next eligible ticket by priority, then longest queued, then id. Partial indexes only, no sort, the same cost
 * beside a million closed and 100,000 not-yet-due ones. Of those that are due again only the 1,000 that are due longest
 * are compared (claim_sweep moves them over), so that a million of them cost what a thousand do; and none is read where
 * the board is paused, max_running agents are at work, or something that every ticket needs is broken. Each profile and
 * workspace that are known cost one look, each pool that a ticket asks for one more. */
bool claim_next(struct board *board, const struct claim_want *want, struct claim_look *look, struct err *err);

/* Has a ticket that names these (NULL: nothing) its agent and its place? */
bool claim_eligible(const struct claim_want *want, const char *profile, const char *workspace);

/* Why a named ticket can or cannot be taken now. */
enum claim_named {
    NAMED_GO,
    NAMED_WRONG_STATUS, /* 65 */
    NAMED_NOT_DUE,      /* 75 */
    NAMED_WAITS_FOR,    /* 75: depends on one that is not done (blocker) */
    NAMED_NO_PROFILE,   /* 78 */
    NAMED_NO_WORKSPACE, /* 78 */
    NAMED_POOL,         /* 75: no slot of its workspace is free */
    NAMED_BREAKER,      /* 75: what it needs is broken (thing) */
    NAMED_WORKING       /* in_progress already */
};
struct claim_naming {
    int64_t id; /* asked for; the rest is the answer */
    enum claim_named named;
    int64_t blocker;
    bool blocker_cancelled;
    char thing[BREAKER_THING_SIZE];
    const char *workspace; /* of NAMED_POOL */
};
bool claim_named(struct board *board, const struct claim_want *want, struct claim_naming *naming, struct err *err);

/* Runtimes of this host. */
struct claim_agents {
    int64_t running; /* spawning or running */
    int64_t live;    /* these, and the idle ones */
    bool paused;     /* none is to be added: the board is paused */
};
bool claim_agents(struct board *board, const char *host, struct claim_agents *agents, struct err *err);

/* Writes ticket, run, slot, runtime (spawning), work message (pending, or sending with the nonce when `argv_turn`: the
 * spawn itself delivers it), the pending notes that go along (their run_id and nonce set the same way), the `spawn`
 * intent and the activity row `claimed`. An old row of the session_key is taken over only if it is dead or closed.
 * Where something that it needs is half open, it is the one ticket that tries.
 * *changed false: the race was lost, nothing was written. */
struct claim_taking {
    int64_t id;
    const struct slot_pool *pool; /* of its workspace, whose next slot is taken: its path goes before cwd; NULL: none */
    struct slot *slot;            /* that one; the caller releases it */
    const char *run_id, *host, *profile, *session_key, *tmux_target, *cwd, *log, *nonce;
    const struct identity *pickup;
    bool argv_turn;
    struct tick tick;
    bool endpoint; /* as in claim_want */
    bool sweep;    /* those that are due are put into the ready index in the same transaction */
    bool straight; /* queue_straighten, too */
    int64_t now;
    int64_t horizon;
};
/* Those that are due longest, at most 1,000, are put into the ready index, where they are found by priority. In a
 * transaction of its own; claim_take does it too where it is told. */
bool claim_sweep(struct board *board, const struct claim_want *want, struct err *err);

/* Before the transaction: compiles what claim_take needs, so that no other claim waits for that. */
bool claim_prepare(struct board *board, bool pool, struct err *err);

bool claim_take(struct board *board, const struct claim_taking *taking, bool *changed, struct err *err);

#endif
