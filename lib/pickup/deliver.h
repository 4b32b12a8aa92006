#ifndef MC_DELIVER_H
#define MC_DELIVER_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct pickup;
struct work;

/* Sends the oldest due message of each runtime that is at rest (SPEC section 3, step 4). */
bool deliver_step(struct pickup *pickup, struct err *err);

/* A later turn of a runtime that is there: its work by ticket and runtime, with a nonce of its own; and its sending, by
 * whatever the configuration sends with. */
void deliver_name(struct work *work, int64_t now);
bool deliver_turn(struct work *work, struct err *err);

#endif
