#ifndef MC_DEATH_H
#define MC_DEATH_H

#include <stdbool.h>

struct runtime;
struct site;
struct text;

/* The death report of SPEC section 11, from tmux while it keeps the pane, the pane log, /proc and the kernel's records:
 * the report's text and a one-line summary. Never fails: what cannot be told is said to be unknown. */
void death_look(struct site *site, const struct runtime *runtime, struct text *report, struct text *summary);

/* When it died, as far as its row tells; `giving`: a turn was being sent. NULL: before its first turn. */
const char *death_cause(const struct runtime *runtime, bool giving);

#endif
