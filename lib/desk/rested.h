#ifndef MC_RESTED_H
#define MC_RESTED_H

/* Of a ticket whose agent was ended to make room (parked), as a new string: what it waits for now. What its agent
 * showed when it was there can be answered in no session any more. NULL for NULL. */
char *rested_reason(const char *key, const char *reason);

#endif
