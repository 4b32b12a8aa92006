#ifndef MC_LAST_TURN_H
#define MC_LAST_TURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct activity;
struct message;

/* What messages and story still tell of a run's turns, for a runtime whose row is lost (SPEC section 11, lost_row). */
struct last_turn {
    const char *nonce;  /* of the turn under way; NULL: none. Both point into the messages */
    const char *before; /* of the turn that ended last; NULL: none */
    int64_t sent_at;    /* of the turn under way; 0: not told */
    int turns;
};
struct turn_traces {
    const char *run_id;
    const struct message *messages; /* of the ticket */
    size_t message_count;
    const struct activity *story;
    size_t story_count;
};

/* A turn is under way when a message of the run is being sent, or when the last that was sent has no end in the story:
 * the agent's word, its reply, or what was said of an end without a word. */
void last_turn_find(struct last_turn *last, const struct turn_traces *traces);

#endif
