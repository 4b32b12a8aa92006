#ifndef MC_PICKUP_CLAIM_H
#define MC_PICKUP_CLAIM_H

#include <stdbool.h>

struct err;
struct pickup;
struct work;

/* Claims one ticket (SPEC section 5): *took and the work filled with its rows; else the report says why not. A dry run
 * looks the same way and takes nothing. */
bool claim_one(struct pickup *pickup, struct work *work, bool *took, struct err *err);

#endif
