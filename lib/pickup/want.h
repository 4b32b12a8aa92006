#ifndef MC_PICKUP_WANT_H
#define MC_PICKUP_WANT_H

#include "store/claim.h"
#include "store/slots.h"

struct pickup;

/* What may be claimed by the configuration, as the store asks for it; without the horizon. */
struct pickup_want {
    struct claim_want claim;
    const char **profiles;
    struct slot_pool *pools;
    char **folders;
};
void pickup_want(const struct pickup *pickup, struct pickup_want *want);
void pickup_want_release(struct pickup_want *want);

#endif
