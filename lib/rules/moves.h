#ifndef MC_MOVES_H
#define MC_MOVES_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/words.h"

/* Which operator command may move a ticket from which status (SPEC section 4), as one table. */
enum move { MOVE_PROMOTE, MOVE_APPROVE, MOVE_REJECT, MOVE_ANSWER, MOVE_BLOCK, MOVE_REOPEN, MOVE_CANCEL, MOVE_COUNT };
enum move_verdict { MOVE_GO, MOVE_ALREADY, MOVE_REFUSED };

/* ALREADY: the ticket is there, nothing to do, exit 0. Never for reject and answer: their text would be lost. That a
 * block holds for another reason than the one that stands its caller sees. */
const char *move_name(enum move move);
enum move_verdict move_judge(enum move move, enum ticket_status from);
enum ticket_status
move_target(enum move move); /* answer: todo (in_progress where its runtime lives, the caller's look) */

/* "inbox or blocked": the statuses from which the move goes, for a message; static text. */
const char *move_sources(enum move move);

/* What a signal does. From in_progress of the same run with the nonce of the active turn: APPLY. */
enum signal_verdict {
    SIGNAL_APPLY,
    SIGNAL_REPEAT,      /* the same word for the same turn again: moves nothing, exit 0 */
    SIGNAL_OLD_TURN,    /* nonce of another turn: recorded, moves nothing */
    SIGNAL_OLD_RUN,     /* another run owns the ticket: recorded, moves nothing */
    SIGNAL_NOT_WORKING, /* ticket is not in progress, nor may go on from needs_input: recorded, moves nothing */
    SIGNAL_NO_TURN,     /* a prompt goes to the agent first: recorded, moves nothing */
    SIGNAL_VERDICT_COUNT
};
const char *signal_why(enum signal_verdict verdict); /* it moves nothing, static text; NULL: it does, or did */

/* May a word still be had on the turn that ended last? A pause, a failure, or an end without a word has ended it, and
 * the agent went on by itself: as long as no other was begun and, where a person is asked, none has spoken since. */
struct late_facts {
    enum ticket_status status;
    bool last, heard; /* it is the one that ended last, and none is under way; it has had its word */
    int64_t turns;    /* of the ticket, since a person last spoke */
};
bool signal_late(const struct late_facts *facts);

struct signal_facts {
    enum ticket_status status;
    bool run_matches;
    bool nonce_given;
    bool nonce_matches;  /* the runtime's active turn */
    bool turn_active;    /* a turn of this run is under way */
    bool late;           /* none is, and it is on the one that ended last (signal_late) */
    bool prompt_waits;   /* none is, and the run's first prompt or what a person has said since waits to be sent */
    bool nonce_was_last; /* equals the turn that ended last, by this same word; without a
                          * nonce: the turn that ended last ended by this same word */
};
/* REPEAT first (a nonce belongs to one run), then OLD_RUN, NOT_WORKING, OLD_TURN, NO_TURN. */
enum signal_verdict signal_judge(const struct signal_facts *facts);

/* DONE gives in_review, or done with on_done "done"; REVIEW in_review; QUESTION needs_input. */
enum ticket_status signal_target(enum signal_word word, bool done_is_done);

#endif
