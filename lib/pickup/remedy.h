#ifndef MC_PICKUP_REMEDY_H
#define MC_PICKUP_REMEDY_H

#include <stdbool.h>

struct err;
struct pickup;
struct repair;
struct world;

/* One repair of the plan, if it is still called for. */
bool remedy_apply(struct pickup *pickup, const struct world *world, const struct repair *repair, struct err *err);

#endif
