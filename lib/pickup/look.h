#ifndef MC_LOOK_H
#define MC_LOOK_H

#include <stdbool.h>

#include "pickup/report.h"

struct claim_look;
struct err;
struct pickup;

/* Which ticket may be claimed now: the named one, else the next (SPEC section 5). Its id; 0 where there is none, and
 * then the report says why, but for what look_full says. Inside a transaction or not; nothing is written. */
bool look(struct pickup *pickup, struct claim_look *look, struct err *err);

/* It was CLAIM_POOL or CLAIM_LIVE: the report says so, of a named ticket with who has the slots. Any other: nothing. */
bool look_full(struct pickup *pickup, const struct claim_look *look, struct err *err);

void look_settle(struct report *report, enum outcome outcome, const char *reason, int exit);

#endif
