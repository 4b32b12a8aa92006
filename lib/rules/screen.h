#ifndef MC_SCREEN_H
#define MC_SCREEN_H

#include <stdbool.h>

#include "rules/words.h"

struct profile;
struct text;

/* What a rendered screen says about an agent, by its profile's patterns. Only the live region speaks (rules/region.h):
 * what a ticket, a file or a reply has put on the screen never counts. */
enum screen_state { SCREEN_OTHER, SCREEN_READY, SCREEN_BUSY, SCREEN_DIALOG, SCREEN_LIMIT };

/* One look at a pane. The cursor stands in line cursor_y of the text, from 0; -1: unknown, or the text has history
 * above.
 */
struct screen {
    const char *text;
    const char *title; /* may be NULL */
    int cursor_y;
    bool cursor_shown;
};

/* Busy goes before limit, limit before ready. DIALOG only where there is no input box. LIMIT only below the last turn's
 * echo, where its nonce is known (NULL: it is not) and shown, and near the box. READY: the box is empty and has the
 * cursor, if one is shown. A blank screen is OTHER. */
enum screen_state screen_state(const struct profile *profile, const struct screen *screen, const char *nonce);

/* The key of the profile's pattern for which an agent without a dialog is taken for one that works, or "ready", which
 * matches nothing that would tell otherwise. */
const char *screen_key(const struct profile *profile, const struct screen *screen);

/* Is the agent at its prompt with nothing in it, whatever it says about a limit? For a turn after the limit's end. */
bool screen_rests(const struct profile *profile, const struct screen *screen);

/* What an agent at LIMIT says of it: the lines from where the profile's `limit` matches, or, where those tell no fault,
 * the last ones about its box; of a limit as many as tell until when; below the last trace of a text of ours. Cleaned,
 * in at most twelve lines. */
void screen_stopped(struct text *out, const struct profile *profile, const char *text, const char *nonce);

/* Does the profile's `interrupted` stand near the box, below the echo of the turn? */
bool screen_interrupted(const struct profile *profile, const struct screen *screen, const char *nonce);

/* What two looks are compared by to know whether a screen rests: the live region, where there is no box the whole
 * screen; without its clocks and counters. */
void screen_live(struct text *out, const struct profile *profile, const struct screen *screen);

/* Does the turn's marker stand above the input box, as the echo of a turn taken? In the box it is none. UNKNOWN where
 * it cannot be told: no box is there, or an echo that shows only a label. The text may have history above. */
enum seen screen_echo(const struct profile *profile, const char *text, const char *nonce);

/* A POSIX extended regular expression, compiled with REG_NEWLINE in the C locale: NULL when it compiles, else the
 * reason in a new string: "is not …", "would take …". For the configuration. */
char *screen_pattern_error(const char *pattern);

/* The last `lines` lines that are not blank, runs of blank ones between them as one, cleaned for a record; no newline
 * at the end. */
void screen_tail(struct text *out, const char *screen, int lines);

#endif
