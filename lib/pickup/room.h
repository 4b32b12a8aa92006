#ifndef MC_ROOM_H
#define MC_ROOM_H

#include <stdbool.h>

#include "store/claim.h"

struct err;
struct pickup;

/* Room for the tickets that wait for a slot or for max_live, made by parking (pickup/park.h): at most three agents in
 * one pickup; of a pool in which nobody can be parked no ticket is waited for any more. */
struct room {
    struct pickup *pickup;
    int parks;
    struct claim_look full; /* the first look that found a pool full in which nobody can be parked */
};

/* *again: there may be room now, or another ticket's turn has come: look once more. In a dry run the ticket that waits
 * is the one found. */
bool room_make(struct room *room, struct claim_look *found, bool *again, struct err *err);

/* Nothing was found: the report says why, where it is for want of room. */
bool room_say(struct room *room, const struct claim_look *found, struct err *err);
void room_end(struct room *room);

#endif
