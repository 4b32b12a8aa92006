#ifndef MC_RULES_REPORT_EVENT_H
#define MC_RULES_REPORT_EVENT_H

#include <stdbool.h>

#include "rules/turn_fault.h"

/* What an agent tells a program of ours about itself (SPEC section 12, FACTS "Reports"). */
enum report_kind {
    REPORT_NOTHING, /* no concern of ours: an errand, a hook of another kind */
    REPORT_STARTED,
    REPORT_OVER,
    REPORT_WAITS, /* for its person: a permission, a question; detail says what */
    REPORT_GONE
};

enum { REPORT_MAX = 8 * 1024 * 1024, REPORT_DETAIL_MAX = 1000 };

/* Zeroed is nothing. What the agent did not say is NULL. */
struct report_event {
    enum report_kind kind;
    char *prompt;     /* as the agent names it: blanks may differ from what was sent; look for the nonce alone */
    char *prompt_id;  /* the same in started and over of one turn (claude: prompt_id, codex: turn_id) */
    char *reply;      /* exact; NULL: read the transcript, or the screen */
    char *detail;     /* one line, at most REPORT_DETAIL_MAX bytes: the error, the question, why it is gone */
    char *transcript; /* a path, where the agent names one */
    enum turn_fault fault;
    bool still_at_work; /* over, but work in the background will wake it */
    bool inexact;       /* reply may have stray blanks or be said twice: the transcript has it exact */
    bool errand;        /* the agent's own: a sub-agent, a title */
};

void report_event_release(struct report_event *event);

#endif
