#ifndef MC_SPOOLED_H
#define MC_SPOOLED_H

#include <stdbool.h>

struct err;
struct pickup;
struct runtime;
struct site;
struct world;

/* Takes what the agents of this world have told where no board could hear it (run/spool.h), each once, before anything
 * is judged. *taken: there was something, and the world is another now. Costs one look into a folder a run. */
bool spooled_take(struct pickup *pickup, const struct world *world, bool *taken, struct err *err);

/* The same of one, before its turn is looked at or another is sent. */
bool spooled_take_of(struct site *site, const struct runtime *runtime, bool *taken, struct err *err);

#endif
