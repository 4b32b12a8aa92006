#ifndef MC_BREAKER_H
#define MC_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/classes.h"

/* The breakers of SPEC section 9: one for each thing that can fail for all who need it, kept in settings by the store
 * under "breaker:" and the thing's key. Times are Unix milliseconds. */

enum {
    BREAKER_TICKETS = 3, /* so many in a row open it */
    BREAKER_THING_SIZE = 128,
    BREAKER_WORDS = 400,          /* of what was seen, and of what to do */
    BREAKER_LONGEST = 3600 * 1000 /* pause */
};

/* Zeroed is closed. */
struct breaker {
    int failures;       /* in a row, as they count */
    int openings;       /* since the last success; more than 0: the thing is known to be broken */
    int64_t open_until; /* 0: never opened */
    int64_t trial;      /* the ticket that tries whether it works again; 0: none */
    struct breaker_share {
        int64_t ticket;
        int failures;
    } shares[BREAKER_TICKETS]; /* the tickets of the row */
    bool told;                 /* somebody was told that tickets wait for it */
    char class[24];            /* of the last failure, what was seen, and what to do ("": the class's) */
    char detail[BREAKER_WORDS];
    char next[BREAKER_WORDS];
};

struct breaker_failure {
    enum send_class class;
    int64_t ticket;
    int64_t now;
    const char *detail, *next; /* one clean line each, NULL: none */
};

/* How long it is open still: "until 2026-…", "until a turn of it succeeds"; and why: " after repeated failures". */
enum { BREAKER_SPAN_SIZE = 64 };
void breaker_span(const struct breaker *breaker, const char *stamp, char out[BREAKER_SPAN_SIZE]);

/* "machine", "endpoint", "profile:codex": the thing's key. `name` is the profile's or the workspace's. */
void breaker_thing(char out[BREAKER_THING_SIZE], enum thing thing, const char *name);

/* Does what has this profile and this workspace (NULL: none) need the thing of this key? `endpoint`: turns go by HTTP.
 */
struct breaker_need {
    const char *profile, *workspace;
    bool endpoint;
};
bool breaker_is_needed(const char *key, const struct breaker_need *need);

/* What needs the thing has to wait at this moment? Not so when the pause is over (half open: one ticket tries), and
 * not where it lies further ahead than any pause, after the clock was put back. */
bool breaker_open(const struct breaker *breaker, int64_t now);

/* Half open: this ticket tries. For the others it is open for as long as a first pause. */
void breaker_try(struct breaker *breaker, int64_t ticket, int64_t now);

/* Counts one failure. True when it opened a closed breaker: the third in a row does, `denied` at once.
 * For the machine and a workspace, and of agents that come to no turn, only failures of different tickets count:
 * one ticket's own fault may look like the thing's. A failure of a half open one opens it again for twice as long; one
 * while it is open changes nothing. */
bool breaker_fail(struct breaker *breaker, const struct breaker_failure *failure);

/* Open at once, and until a person has acted: for as long as anything ever is. */
void breaker_stop(struct breaker *breaker, int64_t now);
bool breaker_stopped(const struct breaker *breaker);

/* The longest pause that anything ever sets, a breaker, an endpoint or a retry of at most `max`, in milliseconds: a
 * time further off is from a clock that was wrong. */
int64_t pause_longest(int64_t max_ms);

/* Why it failed last ("": a class that is none). */
const char *breaker_why(const struct breaker *breaker);

/* What to do about its last failure. */
const char *breaker_advice(const struct breaker *breaker);

/* Has more than one ticket a share in the row? */
bool breaker_is_shared(const struct breaker *breaker);

#endif
