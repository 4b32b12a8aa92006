#ifndef MC_SPOOLED_H
#define MC_SPOOLED_H

#include <stdbool.h>

struct err;
struct pickup;

/* Takes what agents have told while the board could not (run/spool.h), each once, before anything is judged. Costs one
 * look for a file where nothing was left. */
bool spooled_take(struct pickup *pickup, struct err *err);

#endif
