#ifndef MC_TURN_LOOK_H
#define MC_TURN_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct err;
struct site;

/* One turn, seen by whoever waits for its reply. */
struct turn_name {
    int64_t ticket_id;
    const char *run_id, *nonce;
};

enum turn_seen {
    TURN_UNDER_WAY,
    TURN_OVER, /* it was ended by a word, a report or a look */
    TURN_LOST  /* its agent is gone, or was ended */
};
bool turn_look(struct site *site, const struct turn_name *turn, enum turn_seen *seen, struct err *err);

/* Does its agent report its replies to us? */
bool turn_reports(struct site *site, const struct turn_name *turn);

/* What the turn came to: the agent's own reply, byte for byte; else, of an agent on another machine, as the story has
 * it; else the line of its word. */
enum turn_left { LEFT_NOTHING, LEFT_LINE, LEFT_REPLY };
struct turn_reply {
    enum turn_left left;
    struct text text;
};
bool turn_reply(struct site *site, const struct turn_name *turn, struct turn_reply *reply, struct err *err);
void turn_reply_release(struct turn_reply *reply);

#endif
