#ifndef MC_PARK_H
#define MC_PARK_H

#include <stdbool.h>

struct claim_look;
struct err;
struct pickup;

/* Parking (SPEC section 6): where a ticket waits for a slot, or for max_live, the agent that rests for a person longest
 * (rules/parking.h) is ended and its slot given back; its ticket stays where it is. The intent to end it, the end of
 * its run and the row of its story are one transaction, which looks again. *made: there may be room now. A dry run says
 * who it would be. An agent that survives is said, and healing goes on with it. */
bool park_one(struct pickup *pickup, const struct claim_look *need, bool *made, struct err *err);

#endif
