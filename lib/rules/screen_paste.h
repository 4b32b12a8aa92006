#ifndef MC_SCREEN_PASTE_H
#define MC_SCREEN_PASTE_H

#include <stdbool.h>

#include "rules/words.h"

struct profile;
struct screen;

/* Did text that was pasted land: the screen changed and shows its nonce, or the end of a marker or a "[Pasted …]" label
 * nearer to the bottom than any was before. */
bool screen_has_paste(const char *before, const char *after, const char *nonce);

/* A paste that Enter was pressed after. */
struct screen_paste {
    const struct screen *before; /* with the paste in the input, just before the first Enter */
    const struct screen *after;  /* now */
    const char *nonce;
};

/* Was the paste submitted? True when busy shows that did not show before, and when the paste is out of the input box
 * and stands above it or has gone with what stood there. False at an unchanged or blank screen, and without a box (a
 * dialog over it): look again. */
bool screen_submitted(const struct profile *profile, const struct screen_paste *paste);

/* One look, nothing known from before: does what was pasted stand in the input, unsubmitted? NO: a turn runs, or the
 * box has nothing of it. UNKNOWN: no box. For Enter after a crash only on YES. */
enum seen screen_in_input(const struct profile *profile, const struct screen *screen, const char *nonce);

#endif
