#ifndef MC_WANTED_H
#define MC_WANTED_H

#include <stdint.h>

#include "store/claim.h"
#include "store/slots.h"

struct site;

/* What may be claimed by the configuration, as the store asks for it: of now, by this host's limits. */
struct wanted {
    struct claim_want claim;
    const char **profiles;
    struct slot_pool *pools;
    char **folders;
};
void wanted_read(const struct site *site, struct wanted *wanted);
void wanted_release(struct wanted *wanted);

/* An attempt that is put off beyond this is due. */
int64_t wanted_horizon(const struct site *site, int64_t now);

#endif
