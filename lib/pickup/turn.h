#ifndef MC_TURN_H
#define MC_TURN_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct work;

/* The tmux transport (SPEC section 8). Each sets the work's verdict and returns true when the turn was taken by the
 * agent; false with another class, or with err set when the board failed. */

/* Readiness, the turn, the paste, Enter, verification. */
bool turn_paste(struct work *work, struct err *err);

/* The prompt went along as an argument: look that the agent lives through its start. */
bool turn_watch(struct work *work);

/* Takes the turn in the rows and commits the intent to send: true, or a verdict of busy or conflict. Used by both
 * transports. */
bool turn_take(struct work *work, struct err *err);

#endif
