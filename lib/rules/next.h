#ifndef MC_NEXT_H
#define MC_NEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/words.h"

struct text;

/* What is to be done next with a ticket, and by whom: a command to type, or what it waits for. Strings are raw, NULL
 * where there is nothing of the kind. */
struct next_facts {
    const char *key;
    const char *program; /* how mc-ticket is called for this board */
    enum ticket_status status;
    const char *needs;    /* the key of one that it waits for */
    bool needs_cancelled; /* that will never be done */
    const char *lacks;    /* "profile", "workspace": its own is none of the configuration's, so no pickup can take it */
    const char *thing;    /* an open breaker: profile:codex */
    bool later;           /* it is put off */
    bool paused;          /* the whole board */
    int64_t before;       /* so many come first; NEXT_MANY and more are not counted */
    bool agent;           /* one lives */
    bool working;         /* and a turn of it is under way */
    bool messages;        /* some wait for its next turn */
    const char *held;     /* why a pickup could not hand one over: the name of a send_class, "limit" */
    bool pausing;         /* it is paused, and what waits is for the end of that */
    const char *until;    /* when that is; NULL: now */
    bool unbranched;      /* its work is in no repository, and diff shows nothing of it */
    bool dialog;          /* its agent shows one, which is answered on its own screen */
};

enum { NEXT_MANY = 100 };

/* The same for a glance: "its agent is not at its prompt". */
const char *next_held(const char *error);

/* Adds one line, without a newline. */
void next_words(struct text *out, const struct next_facts *facts);

#endif
