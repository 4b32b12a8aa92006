#ifndef MC_ENDED_H
#define MC_ENDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rows.h"
#include "rules/turn_over.h"
#include "rules/words.h"

struct site;

/* Who has told that a turn is over. */
enum over_by { OVER_BY_SIGNAL, OVER_BY_REPORT, OVER_BY_SCREEN, OVER_BY_LOG };

struct over_word {
    enum signal_word word;
    const char *payload; /* one clean line */
};

struct over {
    int64_t ticket;
    const char *run_id;
    const char *nonce; /* of the turn; NULL with a signal alone: of one that is not ours, or of none */
    enum over_by by;
    const char *author; /* NULL: the agent */
    const char *reply;  /* exact; NULL: not known */
    size_t reply_len;
    const struct over_word *word; /* NULL: none */
    enum turn_fault fault;
    const char *detail; /* of the fault, one line, or NULL */
    int64_t until_ms;   /* when a limit ends, or has ended; 0: not told */
    bool still_at_work; /* work in the background will wake the agent */
};

struct over_done {
    struct over_ruling ruling;
    enum ticket_status from, to; /* the same where nothing moved */
};

/* One end under way, for those who write its rows. */
struct ending {
    struct site *site;
    const struct over *over;
    struct over_done *done;
    struct ticket ticket;   /* as the transaction found it */
    struct runtime runtime; /* of its session key; another run's has no turn for us */
    char *turn;             /* the nonce under way; NULL: none */
    struct over_facts facts;
    int64_t worked_ms; /* that this turn has run */
    int64_t now;
};

#endif
