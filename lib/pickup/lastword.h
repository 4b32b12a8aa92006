#ifndef MC_LASTWORD_H
#define MC_LASTWORD_H

#include <stdbool.h>

struct err;
struct pickup;
struct world_case;

/* An agent that has died may have said its word before (SPEC section 11, worker_died): looked for on the screen that
 * tmux has kept, else in its log. One that is found moves the ticket as it would have. */
bool lastword_take(struct pickup *pickup, const struct world_case *one, struct err *err);

#endif
