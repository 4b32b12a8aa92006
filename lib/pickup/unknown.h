#ifndef MC_UNKNOWN_H
#define MC_UNKNOWN_H

#include <stdbool.h>

struct err;
struct pickup;
struct site;
struct world;

/* Agents of this machine with the tag of a board on a server, and a run that the board does not know: it has lost the
 * last claims, because a standby took over or an older copy was put back. They are left alone, and said once. */

/* Is it time to look for them, though no row of this machine is active? Every ten minutes. */
bool unknown_due(const struct site *site);

/* Of the sessions that were seen. */
bool unknown_say(struct pickup *pickup, const struct world *world, struct err *err);

#endif
