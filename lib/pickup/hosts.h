#ifndef MC_PICKUP_HOSTS_H
#define MC_PICKUP_HOSTS_H

#include <stdbool.h>

struct err;
struct pickup;
struct world;

/* On a board that several machines share, before anything else: notes this host (78, and nothing is touched, where
 * another machine has its name), says once of each of the others that it is silent, and gives up one that was for
 * longer than host_lost_after_s. A dry run says what it would do. */
bool hosts_step(struct pickup *pickup, struct err *err);

/* Behind healing: a host that came back after it was retired is as the others once no session of an ended run is left
 * on it. */
bool hosts_after(struct pickup *pickup, const struct world *world, struct err *err);

#endif
