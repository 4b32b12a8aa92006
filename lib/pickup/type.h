#ifndef MC_TYPE_H
#define MC_TYPE_H

#include <stdbool.h>

#include "host/tmux.h"

struct glance;
struct work;

/* Typing a turn into its agent's pane (SPEC section 8): each act needs the right to type (rules/token.h). */

/* The prompt pasted and submitted, given the look just before. False: the verdict says why, and whether anything was
 * sent. */
bool type_text(struct work *work, const struct tmux_view *before);

/* Takes the right to type into the agent's pane from whoever has it: the word `seen` there is replaced by one of our
 * own. Refused: another word stood there. */
enum tmux_act type_own(struct work *work, const char *seen);

/* Enter until it was submitted, given the look just before; true when it was. The right to type is ours before, and
 * nobody's after. Used by healing, too. */
bool type_submit(struct work *work, const struct glance *before);

#endif
