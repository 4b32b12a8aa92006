#ifndef MC_TURN_OVER_H
#define MC_TURN_OVER_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/moves.h"
#include "rules/turn_fault.h"
#include "rules/words.h"

/* What becomes of a ticket when a turn of its agent is over (SPEC section 12): one table in turn_over.c. */

/* Which turn it was that is told to be over. */
enum turn_told {
    TOLD_OTHER, /* none of this run that we know of */
    TOLD_LAST,  /* the one that was over last, and none was begun since */
    TOLD_PAST,  /* the same, and another is under way */
    TOLD_NOW,   /* the one under way */
};

struct over_facts {
    enum turn_told turn;
    bool ours; /* the ticket is this run's */
    enum ticket_status status;
    bool word;
    enum turn_fault fault;
    bool still_at_work; /* work in the background will wake the agent */
    bool waiting;       /* a message for the agent waits */
    bool person;        /* and one of them is a person's */
    bool heard;         /* the turn has had its word */
    bool seen;          /* what is known of it was read off the screen or its log */
    bool after_go_on;   /* the turn was our "go on" after a pause */
    bool nudge;
    int64_t quiet, quiet_turns; /* in a row without a word: with this one; at most */
    int64_t turns, max_turns;   /* of the ticket, with this one */
    int64_t worked_ms, max_runtime_ms;
};

enum over_act {
    OVER_IGNORE,
    OVER_KEEP,         /* its reply, if there is none; nothing moves */
    OVER_STILL,        /* it is not over: said once */
    OVER_END,          /* the turn; the ticket has moved on */
    OVER_WORD,         /* the word moves the ticket */
    OVER_REST,         /* the turn ends; what waits for the agent goes next */
    OVER_NUDGE,        /* it ends, and the agent is asked for its word */
    OVER_PAUSE,        /* it ends, and the agent is told to go on, later */
    OVER_ASK,          /* it ends, and a person is asked */
    OVER_ASK_AND_STOP, /* the same, and claiming for the profile stops */
    OVER_ACT_COUNT
};
const char *over_act_name(enum over_act act);

struct over_ruling {
    enum over_act act;
    const char *reason; /* one word for the ticket's failure_reason: "quiet", "max_turns", "login"; NULL: none */
    const char *why;    /* static text; with FAULT_NONE of the row, else of the fault */
    const char *next;   /* what a person does; NULL: nothing */
};
struct over_ruling over_judge(const struct over_facts *facts);

/* How a word on the turn stands to the ticket, by the same table as a signal (rules/moves.h). */
enum signal_verdict over_word_judge(const struct over_facts *facts);

/* Is its reply no more than what the agent says before it waits for its work in the background? */
bool over_preliminary(const struct over_facts *facts);

/* How good an account of the turn a reply is, the best first. */
enum reply_rank {
    REPLY_FINAL,       /* reported, and the turn has had its word */
    REPLY_WORDLESS,    /* reported, without one */
    REPLY_PRELIMINARY, /* the agent may say more: its work in the background goes on, or a fault ended the turn */
    REPLY_SEEN,        /* read off the screen */
    REPLY_RANK_COUNT
};
enum reply_rank over_reply_rank(const struct over_facts *facts);

#endif
