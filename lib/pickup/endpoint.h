#ifndef MC_ENDPOINT_H
#define MC_ENDPOINT_H

#include <stdbool.h>

struct err;
struct site;
struct work;

/* Can the endpoint's token be read? Asked before a ticket is touched: 77 and 78 as for any wrong configuration. */
bool endpoint_check(const struct site *site, struct err *err);

/* The http transport (SPEC section 8): the status request where the dialect has one, the turn, one POST, its answer as
 * a class. `starting` is asked again until the profile's start-up limit. True: sent; false: the verdict, or err. */
bool endpoint_send(struct work *work, struct err *err);

/* The same request once more with the same key, where the dialect honours idempotency keys and the answer was unknown.
 */
bool endpoint_repeat(struct work *work);

#endif
