#ifndef MC_WIRING_H
#define MC_WIRING_H

#include <stdbool.h>

struct argv;
struct err;
struct work;

/* Tells the agent of a profile with `reports` to call `mc-ticket turn-event` (SPEC section 12): writes the files that
 * takes into the run's private folder, adds to its arguments (before the prompt) and its environment, both whole
 * otherwise. What the person has set there is added to; where that cannot be, the agent goes without reports, which is
 * said once for its profile. False: our own disk is the trouble. */
bool wiring_apply(struct work *work, struct argv *argv, struct argv *env, struct err *err);

#endif
