#ifndef MC_SENDER_H
#define MC_SENDER_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/key.h"
#include "rules/rows.h"

struct err;
struct json;
struct site;

/* A text as a turn of its own, now, by this process (SPEC section 12). Message, turn and ticket are written in one
 * transaction, with this process as the run's pickup: killed while it holds the turn it is healed as an interrupted
 * send. */
struct sender {
    struct site *site;
    int64_t ticket;
    const char *text;
    const char *by; /* the author */
    bool own;       /* its own agent speaks, not a person: nothing is counted anew, and 77 where one is waited for */
    const char *request; /* seen before, the first answer comes again and nothing is sent; NULL: none */
};

struct sender_done {
    int64_t ticket;
    enum ticket_status from, to;
    char run_id[RUN_ID_SIZE];
    char nonce[NONCE_SIZE];
    char *say; /* one line for a person */
};
void sender_done_release(struct sender_done *done);

/* {"schema":1,"ticket":…,"from":…,"to":…,"changed":true,"message":…,"run":…,"nonce":…} */
struct json *sender_done_json(const struct site *site, const struct sender_done *done);

/* True: the agent has it. A turn under way, or an agent that is not at its prompt: 75 at once, and nothing is written;
 * nor is anything where no agent is there (65, 75), or where the agent turns out to be gone before the turn is taken.
 * What was taken and provably not delivered is taken back whole. Where it cannot be told the ticket asks (69). */
bool sender_send(const struct sender *sender, struct sender_done *done, struct err *err);

#endif
