#ifndef MC_ADOPTION_H
#define MC_ADOPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/rows.h"

struct board;
struct err;

/* The one transaction's writes of an adoption (SPEC section 10), inside the caller's transaction, after adopt_decide
 * said yes: ticket in_progress and this run's, worker_pid, failure_reason NULL; runtime running with the identity; its
 * `sending` message by what is known of that turn; outcome adopted; one activity row. *changed false: all of it was so
 * already and nothing was written. */
enum adopted_turn {
    ADOPTED_TURN_UNTOLD,      /* its message stays `sending`: interrupted_send is to find out */
    ADOPTED_TURN_ARRIVED,     /* sent */
    ADOPTED_TURN_UNDELIVERED, /* pending again, due at message_due */
};
struct adoption {
    int64_t ticket_id;
    const char *run_id, *session_key, *host, *pane_id;
    const struct identity *agent;
    enum adopted_turn turn;
    int64_t message_due;
    const char *why; /* the activity's text */
    struct tick tick;
    int64_t now;
};
bool adoption_write(struct board *board, const struct adoption *adoption, bool *changed, struct err *err);

#endif
