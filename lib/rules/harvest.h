#ifndef MC_HARVEST_RULES_H
#define MC_HARVEST_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/screen.h"

struct world;
struct world_case;

/* Is a turn over of which no report has come? From what the board and tmux's list say, and then from a look at the
 * agent's screen (SPEC sections 3 and 12). */

/* A turn of ours under way, or one that a dialog has kept from its beginning, whose agent lives in its pane, which
 * nobody else is at work on, and whose pane has changed since it was looked at. */
bool harvest_wants(const struct world *world, const struct world_case *one);

/* Is it told that no endpoint has this turn, whatever is configured since? Of what was typed by us the word at its
 * agent's pane tells (token.h), and what its agent's start has carried has no send. */
bool harvest_typed(const struct world_case *one, const char *turn);

enum harvest_say {
    HARVEST_GOES_ON,     /* until the pane changes */
    HARVEST_LOOK_AGAIN,  /* at the next pickup, whatever the pane does */
    HARVEST_UNSETTLED,   /* a second look in this one tells */
    HARVEST_OVER,        /* its reply stands on the screen */
    HARVEST_INTERRUPTED, /* a person broke it off */
    HARVEST_STOPPED,     /* a limit, a login, an error stands there */
    HARVEST_ASKS,        /* a dialog waits for a person */
    HARVEST_ANSWERED     /* a dialog did, and was answered in its session: the turn goes on, or may begin */
};

struct harvest_facts {
    enum screen_state state;
    bool interrupted;
    bool idle;        /* no turn is under way: a dialog came first */
    bool reports;     /* its agent is told to report: that is the stronger word, and may be on its way */
    bool settled;     /* two looks showed the same */
    int64_t quiet_ms; /* since the pane's last output */
    int64_t turn_ms;  /* since the turn began */
    bool asked;       /* its ticket waits for a person because of a dialog (harvest_asked) */
    int64_t asked_ms; /* for so long */
    bool begun;       /* its agent has told since that it began the turn */
};
bool harvest_asked(const struct world_case *one);
enum harvest_say harvest_judge(const struct harvest_facts *facts);

/* May a pane that was looked at be passed by until it changes? tmux counts its output in whole seconds. A dialog never:
 * it is still there when the ticket has gone on without it. */
bool harvest_keeps(enum harvest_say say, int64_t quiet_ms);

#endif
