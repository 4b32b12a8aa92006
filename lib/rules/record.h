#ifndef MC_RECORD_H
#define MC_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/argv.h"

struct text;

/* The terminal-state record of SPEC section 11. */
struct record {
    const char *status;     /* where the ticket is now: todo, blocked, needs_input */
    const char *summary;    /* one line */
    const char *root_cause; /* one line */
    bool safe_retry;
    const char *stop_condition;
    bool human_input_required;
    struct argv next_actions;
    struct argv artifacts; /* ticket:MC-4629 first, then run:…, log:… */
};

/* "key: value" lines, then a line "json: {…}" with the same. Values are cleaned to one line each; list members stand
 * on lines of their own, "- " before each. No newline at the end. */
void record_text(struct text *out, const struct record *record);
void record_json(struct text *out, const struct record *record);

/* For whoever is told and reads no further: "SUMMARY; to do: ACTION; ACTION". */
void record_told(struct text *out, const struct record *record);
void record_release(struct record *record);

/* The death report of SPEC section 11, as "key: value" lines and the last output below; no newline at the end. */
struct death {
    long long pid; /* 0: never known */
    bool status_known;
    int exit_status;       /* when not signalled */
    int signal;            /* 0: none */
    const char *oom;       /* "no", "yes (…)", "unknown (why)" */
    long long run_time_ms; /* -1: unknown */
    const char *last_turn; /* nonce or NULL */
    const char *target;    /* tmux target */
    const char *output;    /* last 40 lines, cleaned; NULL or "": none captured, and why_no_output says why */
    const char *why_no_output;
};
void death_text(struct text *out, const struct death *death);
const char *death_output(const char *report);                    /* in such a text: where the last output begins */
void death_summary(struct text *out, const struct death *death); /* "pid 12 exited with status 3" one line */

#endif
