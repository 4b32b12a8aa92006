#ifndef MC_TURN_FAULT_H
#define MC_TURN_FAULT_H

#include <stdint.h>

/* Why a turn ended that was not finished, as agents report it or screens show it. */
enum turn_fault {
    FAULT_NONE,
    FAULT_INTERRUPTED, /* a person pressed Escape */
    FAULT_LIMIT,       /* a usage limit, a rate limit that outlived the agent's own tries */
    FAULT_LOGIN,
    FAULT_BILLING,
    FAULT_SERVER,  /* 5xx, overloaded, no network, after the agent's own tries */
    FAULT_REQUEST, /* refused in a way that the same request never mends */
    FAULT_OTHER,
    FAULT_COUNT
};

enum fault_action {
    FAULT_GO_ON,        /* nothing to do */
    FAULT_PAUSE,        /* wait, then "go on" as a turn of its own, once */
    FAULT_ASK,          /* needs_input, with why and next */
    FAULT_ASK_AND_STOP, /* the same, and claiming for this profile stops until a turn of it succeeds */
    FAULT_ASK_SILENTLY, /* a person sits at the terminal: needs_input, nothing is sent into it */
};

struct turn_fault_rule {
    enum fault_action action;
    const char *why;  /* "the agent …" */
    const char *next; /* what a person does; NULL for FAULT_NONE */
};

const char *turn_fault_name(enum turn_fault fault);
int turn_fault_from(const char *name); /* -1 */

const struct turn_fault_rule *turn_fault_rule(enum turn_fault fault); /* never NULL */

/* An agent's own word for it (claude's and qwen's StopFailure, opencode's error names): NULL or unknown is OTHER. */
enum turn_fault turn_fault_from_word(const char *word);

/* An HTTP status: OTHER for what is no failure. */
enum turn_fault turn_fault_from_status(int64_t status);

/* An error message in an agent's own words: the first row of the table that it holds; OTHER when none.
 * What ends by itself, at a time that it names, is neither want of credit nor OTHER but a LIMIT. */
enum turn_fault turn_fault_from_text(const char *text);

#endif
