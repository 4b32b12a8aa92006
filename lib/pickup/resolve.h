#ifndef MC_RESOLVE_H
#define MC_RESOLVE_H

#include <stdbool.h>

struct err;
struct pickup;
struct world_case;

/* interrupted_send (SPEC section 11): a pickup died between the intent to send and its result. By looking only: its
 * marker outside the input box or a visible turn means sent; our text still in the input box gets Enter, verified;
 * provably never pasted goes back to pending; else unknown, and a person is asked. */
bool resolve_send(struct pickup *pickup, const struct world_case *one, bool *changed, struct err *err);

#endif
