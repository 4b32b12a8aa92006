#ifndef MC_OVER_H
#define MC_OVER_H

#include <stdbool.h>

#include "run/ended.h"

struct err;
struct runtime;
struct site;

/* A turn of an agent is over: the one place where that moves a ticket (SPEC section 12), whoever has told it.
 *
 * Keeps the reply, then books all of it in one immediate transaction, fenced by run and nonce, and tells notify.
 * Repeated it changes nothing: the nonce is the last turn's then. What moves nothing is no error. */
bool over(struct site *site, const struct over *over, struct over_done *done, struct err *err);

/* The rows alone, inside the caller's transaction; a signal is judged by its caller. */
bool over_within(struct site *site, const struct over *over, struct over_done *done, struct err *err);

/* Has the turn of this nonce had its word? By ticket, run_id and nonce of *over. */
bool over_heard(const struct site *site, const struct over *over, bool *heard, struct err *err);

/* The nonce of the turn under way of this run, as a new string; NULL: none. A first turn that went as an argument may
 * end before the pickup has written that it began: its message says so. */
bool over_turn(struct site *site, const struct runtime *runtime, char **nonce, struct err *err);

/* What waits to be sent to the agent of this run, by ticket and run_id of *over: its first prompt or a message; its
 * first prompt or what a person has said. */
struct over_prompts {
    bool any, first_or_persons;
};
bool over_prompts(const struct site *site, const struct over *over, struct over_prompts *prompts, struct err *err);

/* The agent of a turn waits for a person: a permission, a question, a login. needs_input with its text, once; the turn
 * stays. `runtime` as it was read; nonce NULL: whatever its turn is. */
struct over_wait {
    const struct runtime *runtime;
    const char *nonce;
    const char *text;   /* one line: what it asks */
    const char *screen; /* or NULL */
    const char *next;   /* what to do about it; NULL: what is done about any */
    bool newer;         /* another question than the one before is told as well */
};
bool over_waits(struct site *site, const struct over_wait *wait, bool *moved, struct err *err);

/* The same agent goes on with the same turn, or may begin the one that waits: it was answered in its session.
 * in_progress again, with a row of the story; *moved false: the ticket or the turn is another's business by now. */
bool over_goes_on(struct site *site, const struct runtime *runtime, bool *moved, struct err *err);

#endif
