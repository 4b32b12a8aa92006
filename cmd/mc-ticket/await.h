#ifndef MC_TICKET_AWAIT_H
#define MC_TICKET_AWAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/key.h"
#include "rules/rows.h"
#include "run/turn_look.h"

struct call;
struct err;

/* One who waits for the reply of one turn. */
struct await {
    struct call *call;
    int64_t ticket;
    int64_t message; /* what is to become a turn; 0: it is one */
    char run_id[RUN_ID_SIZE], nonce[NONCE_SIZE];
    int64_t limit_ms; /* 0: none */
};

/* From here on an interrupt ends the waiting and nothing else: what is being typed is typed to its end. */
void await_interrupts(void);

/* The reply of exactly that turn. 75: the time was over, or whoever waits has had enough, and the turn goes on; 69: it
 * came to no reply. Progress is shown on standard error where that is a terminal. */
bool await_reply(struct await *await, struct turn_reply *reply, struct err *err);

#endif
