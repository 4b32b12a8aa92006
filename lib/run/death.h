#ifndef MC_DEATH_H
#define MC_DEATH_H

struct runtime;
struct site;
struct text;

/* The death report of SPEC section 11, from tmux while it keeps the pane, the pane log, /proc and the kernel's records:
 * the report's text and a one-line summary. Never fails: what cannot be told is said to be unknown. */
void death_look(struct site *site, const struct runtime *runtime, struct text *report, struct text *summary);

#endif
