#ifndef MC_TURN_END_H
#define MC_TURN_END_H

#include <stdbool.h>

#include "rules/words.h"

/* How a turn that is not simply sent ends in the rows: one row an end in turn_end.c, nothing else decides what is
 * given back, what counts and what is said. */
enum turn_end {
    TURN_CARRIED,       /* it went along with the start, and its agent shows a question */
    TURN_NOT_TAKEN,     /* a run's first turn, provably not delivered; the run goes on */
    TURN_WAITS,         /* a later turn, provably not delivered: its message waits */
    TURN_FAILED,        /* a later turn that fails for good: a person decides */
    TURN_UNTOLD,        /* a later turn of which it cannot be told whether it arrived: a person decides */
    TURN_HEALED_SENT,   /* its pickup died, and it had arrived */
    TURN_HEALED_LOST,   /* its pickup died, and it had not */
    TURN_HEALED_UNTOLD, /* its pickup died, and it cannot be told: a person decides */
    TURN_END_COUNT
};

/* What becomes of the runtime's turn. AS_BEFORE: idle, or running again where a turn that is not ours was under way.
 * ENDED: it is the last one, which may have its word still: whoever names it has read it. */
enum turn_back { BACK_NOT, BACK_SETTLED, BACK_IDLE, BACK_AS_BEFORE, BACK_ENDED };

struct turn_end_rule {
    enum message_status message;
    enum turn_back back;
    bool effect_written;
    enum effect_state effect; /* of the send */
    bool counts;              /* the message's attempts grow, and it is due at the caller's time */
    const char *story;        /* the row of the activity; with one, nothing is written where no message was under way */
};

const struct turn_end_rule *turn_end_rule(enum turn_end end);

#endif
