#ifndef MC_STUCK_H
#define MC_STUCK_H

#include <stdbool.h>

struct claim_look;
struct err;
struct pickup;

/* Tickets that can never be picked up as things are are said, once: those that wait for a cancelled one, and those that
 * name a profile or a workspace which is not configured, or none where there is no default. Nothing is written where
 * none is new. */
bool speak_of_stuck(struct pickup *pickup, const struct claim_look *look, struct err *err);

/* That tickets wait for a thing that one ticket alone has found broken, which was not worth saying as long as nobody
 * else needed it: said once, when another does. */
bool speak_of_waiting(struct pickup *pickup, const struct claim_look *look, struct err *err);

#endif
