#ifndef MC_PICKUP_H
#define MC_PICKUP_H

#include <stdbool.h>

#include "pickup/state.h"

struct err;

/* The site is open already. False: err says what kept the pickup from its end; its code is the exit. Else the
 * report's. */
bool pickup_run(struct pickup *pickup, struct err *err);

#endif
