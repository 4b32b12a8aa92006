#ifndef MC_SENDING_H
#define MC_SENDING_H

#include <stdbool.h>

#include "rules/words.h"

/* May a person's text go to a ticket's agent now, as a turn of its own? By the rows alone; what the agent shows comes
 * after it. */
enum sending {
    SENDING_GO,
    SENDING_BUSY,     /* a turn is under way, or its agent is still starting: 75 */
    SENDING_NOBODY,   /* no agent is there, and the next pickup may start one: 75 */
    SENDING_NO_AGENT, /* no agent is there until a person moves the ticket: 65 */
    SENDING_CLOSED    /* 65 */
};

struct sending_facts {
    enum ticket_status status;
    bool of_run; /* an active runtime of the ticket's run is there */
    enum runtime_status runtime;
    bool strangers_turn; /* it runs a turn that is none of ours: over when its agent is at its prompt */
    enum seen process;
};
enum sending sending_judge(const struct sending_facts *facts);

/* What to do where no agent is there: "mc-ticket COMMAND KEY" and what that does. */
struct sending_advice {
    const char *command, *does;
};
const struct sending_advice *sending_advice(enum ticket_status status);

#endif
