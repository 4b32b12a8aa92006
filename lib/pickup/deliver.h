#ifndef MC_DELIVER_H
#define MC_DELIVER_H

#include <stdbool.h>

struct err;
struct pickup;

/* Sends the oldest due message of each runtime that is at rest (SPEC section 3, step 4). */
bool deliver_step(struct pickup *pickup, struct err *err);

#endif
