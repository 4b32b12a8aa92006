#ifndef MC_WORK_H
#define MC_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "rules/classes.h"
#include "rules/key.h"
#include "rules/rows.h"
#include "rules/token.h"
#include "run/site.h"

struct err;
struct profile;
struct report;
struct workspace;

/* One turn under way: the ticket, its runtime, the prompt, and what the sending of it came to. */
struct verdict {
    enum send_class class; /* sent, as long as nothing else is */
    char *detail;          /* what was seen, one line */
    char *next;            /* what to do about it, one line; NULL: the class's (work_advice) */
    char *advice;          /* as it was said */
    int http_status;
    int64_t pause_ms; /* paused: how long; 0 not said */
    char *screen;     /* awaiting_human: the dialog; a death: last output */
    bool typed;       /* typed and never submitted: looking for the marker would lie */
    char *death;      /* worker_died: the report's text */
    bool own_place;   /* it is the ticket's own private place that is wrong, and nobody else's */
    const char
        *waits;  /* nothing was started and nothing failed: the ticket goes back, due at once, for this; or NULL */
    bool shared; /* of workspace_failed: it is the workspace's fault, whatever the ticket: no attempt */
    bool said;   /* an earlier pickup has said the very same */
};

struct work {
    struct site *site;
    struct report *report;
    struct ticket ticket;
    struct runtime runtime; /* as this pickup wrote it */
    char key[KEY_SIZE];
    char run_id[RUN_ID_SIZE];
    char nonce[NONCE_SIZE];
    char token[TOKEN_SIZE]; /* ours at the agent's pane */
    const struct profile *profile;
    const struct workspace *workspace; /* NULL: its agent works in the ticket's private directory */
    struct slot slot;                  /* of the pool, as this pickup has claimed it; name NULL: none */
    bool in_the_way;                   /* what its own work brings was, in one slot already */
    char *passed_over; /* why a slot was left for the next one; NULL: somebody was at work in it, or none was */
    char *run_dir;     /* of the run this pickup claimed, also after a hidden one was adopted in its place */
    char *launch_file; /* in it; NULL for a later turn */
    struct text prompt;
    bool argv_turn;     /* the spawn itself carries the prompt */
    bool spawned;       /* an agent of this run may be there */
    bool restored;      /* what was left uncommitted by the run before stands in its worktree again */
    char *told;         /* what of the ticket's work this run does not start from, a sentence; NULL: nothing */
    bool over;          /* the report is whole already: a hidden runtime was adopted */
    bool asked;         /* for this very ticket, with --ticket: whoever did is told, also what was said before */
    bool first;         /* the run's first turn: a failure ends the run; else only the message waits */
    int64_t message_id; /* of a later turn */
    /* In the transaction that takes the turn, before it is taken: what goes with it. False: the verdict, or err. */
    bool (*begin)(struct work *work, struct err *err);
    void *context; /* its */
    bool taken;    /* the turn is ours, or was */
    int message_attempts;
    int message_class; /* of its last failure (enum send_class); -1: none */
    bool spoken;       /* a person says it */
    bool past_limit;   /* a limit that the agent still shows is no reason to wait any longer */
    struct verdict verdict;
};

void work_release(struct work *work);

/* Sets the verdict; returns false, so that a step that stops reads `return work_stop(...)`. */
bool work_stop(struct work *work, enum send_class class, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Somebody else has the ticket by now, or what this run held of it: no answer of anybody's says why, its story does. */
bool work_stop_taken(struct work *work, const char *when);

/* What to do about what was seen, beside work_stop; returns false. By_err: both from an error of ours. */
bool work_advise(struct work *work, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool work_stop_by_err(struct work *work, enum send_class class, const struct err *err);

/* The verdict's own, or its class's. */
const char *work_advice(struct work *work);

/* Copies what a reader needs of the work into the report. */
void work_report(struct work *work);

#endif
