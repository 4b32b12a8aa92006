#ifndef MC_PARKED_H
#define MC_PARKED_H

#include <stdbool.h>

struct board;
struct err;
struct ticket;

/* The kind of activity, the reason of the end, and healing's word for it (SPEC section 6). */
#define PARKED "parked"

/* Was the agent of a ticket that waits for a person ended to make room for another? Then a new run goes on. */
bool parked_ask(struct board *board, const struct ticket *ticket, bool *parked, struct err *err);

#endif
