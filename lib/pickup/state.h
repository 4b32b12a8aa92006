#ifndef MC_PICKUP_STATE_H
#define MC_PICKUP_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/argv.h"
#include "pickup/report.h"
#include "run/site.h"

/* One execution of mc-pickup (SPEC section 3). The flow is in pickup.c. */
struct pickup {
    struct site site;
    struct report report;
    int64_t ticket; /* --ticket's number, 0: the next one */
    bool dry;
    bool heal_only;
    bool no_agents;     /* heal saw no active row: nobody to deliver to */
    int64_t freed;      /* dry: a ticket that healing would make todo and due, the named one if it is; 0: none */
    int64_t rooms;      /* dry: how many agents at work it would retire */
    struct argv ending; /* dry: the runs of those */
    struct slot vacant; /* dry: what the one that it would park, or one of those, gives back; name NULL: none */
    bool *hopeless;     /* by workspace: its pool is full, and nobody in it can be parked; NULL: none is known */
    bool unhealed;      /* a repair could not be done */
    bool tmux_silent;   /* heal found that tmux does not answer: nothing is done in this pickup */
    bool short_of;      /* because this machine had no process, pipe or memory to ask it with */
};

#endif
