#ifndef MC_GIVEBACK_H
#define MC_GIVEBACK_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/classes.h"
#include "rules/words.h"
#include "run/tally.h"

struct err;
struct runtime;
struct site;

/* A run has failed: end what may live of it, then in one transaction retire its runtime, end the run, give its messages
 * back and move its ticket, if it is still the run's, to todo or blocked by the class table; one terminal-state
 * record an event, then notify. Killed anywhere in between, the kill intent tells the next pickup to go on here. */
struct giveback {
    int64_t ticket_id;
    const char *run_id;
    const struct runtime *runtime; /* NULL: no row */
    enum send_class class;
    const char *detail;
    const char *cause;  /* what is known of it, NULL: the class's */
    const char *next;   /* what to do about it, NULL: the class's */
    const char *death;  /* death report, or NULL */
    const char *screen; /* what was on the screen, or NULL */
    bool agent_may_live;
    bool end_intended;     /* the kill intent of an earlier try stands still */
    bool uncounted;        /* nothing was started: neither an attempt nor the breaker's business; due at once, but not
                              time and again */
    bool own_place;        /* a failure of the world in the ticket's own place: no other ticket meets it */
    const char *workspace; /* of workspace_failed */
    bool shared;           /* of workspace_failed: it is the workspace's, and no attempt of the ticket's */
    bool early;            /* the agent came to no turn at all: perhaps its profile's fault */
    bool said;             /* the same was recorded before: no second record */
    bool newer;            /* giveback_ask: a question after the one that the ticket waits with is told as well */
    bool ends_agent;       /* giveback_ask: the intent to end it goes with the question; the caller ends it */
    int64_t pause_ms;
    enum runtime_status to;
    enum run_outcome outcome;
};

struct giveback_done {
    bool moved;                /* the ticket was moved by this call */
    enum ticket_status status; /* where it is now */
    int64_t due;               /* of its next attempt */
    struct tally tally;
};

/* False: the board failed, or an agent survives (71): then the ticket stays the run's and the next pickup tries again.
 */
bool giveback(struct site *site, const struct giveback *give, struct giveback_done *done, struct err *err);

/* The record and notify for a ticket that now waits for a person, without an end of its runtime: needs_input from
 * in_progress of this run, or from an older question of it. *moved false: the ticket had moved on, or waits with this.
 * Inside no transaction. */
bool giveback_ask(struct site *site, const struct giveback *give, bool *moved, struct err *err);

#endif
