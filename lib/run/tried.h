#ifndef MC_TRIED_H
#define MC_TRIED_H

#include <stdbool.h>

struct board;

/* Under this key of the settings mc-ticket doctor --try says what it has begun (pickup/trial_note.h); it is among those
 * that an idle pickup looks for anyway. */
#define TRIED_KEY "new_trial"

/* Is it the agent of such a trial, which has no run on the board? */
bool tried_is(struct board *board, const char *run_id);

#endif
