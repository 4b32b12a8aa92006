#ifndef MC_PARKING_H
#define MC_PARKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/words.h"

/* Which agent makes room for a ticket that waits: SPEC section 6, "Parking". */

struct parking_place {
    enum runtime_status runtime;
    enum ticket_status ticket;
    bool owns;             /* the ticket is still this run's */
    bool ending;           /* its end was begun */
    bool awaited;          /* something that a person has said waits for it, or is on its way */
    enum seen watched;     /* a person looks at its terminal */
    bool stays;            /* its slot would not be given back: somebody else works in it, or what is in it */
    const char *workspace; /* of the slot that it holds; NULL: none */
    int64_t rest_ms;       /* how long it has been at rest */
    int64_t ticket_id;
};

/* `workspace` NULL: a ticket waits for max_live, whoever ends. */
bool parking_may(const struct parking_place *place, const char *workspace);

/* The one at rest longest, of two the older ticket's; -1: nobody may be parked. */
int parking_choose(const struct parking_place *places, size_t count, const char *workspace);

#endif
