#ifndef MC_TAKEOVER_H
#define MC_TAKEOVER_H

#include <stdbool.h>

#include "rules/adopt.h"

struct err;
struct site;

/* Adoption (SPEC section 10): looks at the process and the session, reads ticket and runtime again inside one immediate
 * transaction, lets adopt_decide judge, and writes. A board that cannot be read in that moment is `state_unconfirmed`,
 * not an error. */
struct takeover {
    const char *session_key;
    int64_t ticket_id;
    const char *run_id;
    const char *nonce; /* of the message that was refused; NULL: none */
    enum adopt_path path;
    const char *why; /* "send answered 409: runtime_busy" */
    int64_t message_due;
};
struct takeover_done {
    enum adopt_verdict verdict;
    bool changed; /* rows were written */
    enum ticket_status from;
    int64_t pid;
};
bool takeover(struct site *site, const struct takeover *take, struct takeover_done *done, struct err *err);

#endif
