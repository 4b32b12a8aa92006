#ifndef MC_TURNBACK_H
#define MC_TURNBACK_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/turn_end.h"

struct err;
struct runtime;
struct site;

/* Books the end of a turn by its row of rules/turn_end.c, in one transaction: the runtime's turn, the message, the
 * send's effect, the story. Fenced by run and nonce: what another has settled stays. */
struct turnback {
    const struct runtime *runtime; /* as it was before the turn */
    const char *run_id, *nonce;
    enum turn_end end;
    const char *why;    /* the class or rule, for message and effect */
    int64_t due;        /* of a message that waits; 0: now */
    int64_t message_id; /* one that is postponed where it was not taken yet; 0: none */
};
/* *changed (or NULL): a message was settled by this call. */
bool turnback(struct site *site, const struct turnback *turn, bool *changed, struct err *err);

#endif
