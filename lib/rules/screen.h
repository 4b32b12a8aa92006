#ifndef MC_SCREEN_H
#define MC_SCREEN_H

#include <stdbool.h>

#include "rules/words.h"

struct profile;
struct text;

/* What a rendered screen says about an agent, by its profile's patterns. Dialog wins over busy, busy over ready. */
enum screen_state { SCREEN_OTHER, SCREEN_READY, SCREEN_BUSY, SCREEN_DIALOG };

/* screen: capture-pane's text; title: the pane's title (may be NULL). Blank screens are OTHER. The dialog pattern is
 * looked for in both, busy and ready on the screen, busy_title in the title. */
enum screen_state screen_state(const struct profile *profile, const char *screen, const char *title);

/* A POSIX extended regular expression, compiled with REG_NEWLINE in the C locale: NULL when it compiles, else the
 * reason in a new string. For the configuration. */
char *screen_pattern_error(const char *pattern);

/* Did text that was pasted land: the screen changed and shows its nonce, or the end of a marker or a "[Pasted …]" label
 * nearer to the bottom than any was before. */
bool screen_has_paste(const char *before, const char *after, const char *nonce);

/* A paste that Enter was pressed after. */
struct screen_paste {
    const char *before; /* the screen with the paste in the input, just before the first Enter */
    const char *after;  /* the screen now */
    const char *title;  /* now; may be NULL */
    const char *nonce;
};

/* Was the paste submitted? True when busy shows that did not show before, when the ready pattern does and the paste is
 * no longer the lowest thing on the screen, or when the paste is gone or has moved up by two lines or more. False at an
 * unchanged or blank screen: look again. A dialog is not looked at here: ask screen_state before another Enter. */
bool screen_submitted(const struct profile *profile, const struct screen_paste *paste);

/* One look, nothing known from before: does what was pasted stand in the input, unsubmitted? NO: no trace of it, or a
 * turn runs, or the agent's empty input stands below it. For Enter after a crash only on YES. */
enum seen screen_in_input(const struct profile *profile, const char *screen, const char *title, const char *nonce);

/* The last `lines` lines that are not blank, runs of blank ones between them as one, cleaned for a record; no newline
 * at the end. */
void screen_tail(struct text *out, const char *screen, int lines);

#endif
