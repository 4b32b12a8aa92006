#ifndef MC_SPOOLED_H
#define MC_SPOOLED_H

#include <stdbool.h>

struct err;
struct pickup;
struct world;

/* Takes what the agents of this world have told while the board could not (run/spool.h), each once, before anything is
 * judged. *taken: there was something, and the world is another now. Costs one look into a folder a run. */
bool spooled_take(struct pickup *pickup, const struct world *world, bool *taken, struct err *err);

#endif
