#ifndef MC_REPORTED_H
#define MC_REPORTED_H

#include <stdbool.h>

struct site;

/* Has the agent itself told us that it took the turn of this nonce: that it began it, or that it ended it? False says
 * nothing: not every agent reports. */
bool reported_taken(const struct site *site, const char *run_id, const char *nonce);

#endif
