#include "store/facts.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "store/board.h"
#include "store/board_role.h"
#include "store/db.h"
#include "store/engine.h"

enum { LACKS_SAID = 4 };

static int by_length(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* The quickest answer tells the clock best: the server has said it half a round trip ago. */
static bool measure(struct board *board, struct board_facts *facts, struct err *err) {
    int64_t took[SERVER_ROUNDS], quickest = INT64_MAX;

    for (int i = 0; i < SERVER_ROUNDS; i++) {
        int64_t begun = clock_stopwatch(), now = 0;

        if (!db_number(board, CALL_BARE(SQL_SERVER_CLOCK), &now, err))
            return false;
        took[i] = clock_stopwatch() - begun;
        if (took[i] < quickest) {
            quickest = took[i];
            facts->ahead_ms = clock_here() - now - took[i] / 2000;
        }
    }
    qsort(took, SERVER_ROUNDS, sizeof *took, by_length);
    facts->round_trip_us = took[SERVER_ROUNDS / 2];
    return true;
}

static bool ask(struct board *board, struct board_facts *facts, struct err *err) {
    struct query query;

    query_open(&query, board, CALL_BARE(SQL_SERVER_FACTS), err);
    while (query_next(&query)) {
        query_copy(&query, facts->version, sizeof facts->version);
        query_copy(&query, facts->role, sizeof facts->role);
        facts->owner = query_int(&query);
        facts->standby = query_int(&query);
        facts->read_only = query_int(&query);
        query_copy(&query, facts->unsafe, sizeof facts->unsafe);
    }
    return query_close(&query);
}

bool board_works(struct board *board, struct err *err) {
    return role_works(board, err);
}

bool board_facts(struct board *board, struct board_facts *facts, struct err *err) {
    *facts = (struct board_facts){.shared = board_is_shared(board)};
    if (!facts->shared)
        return true;
    if (!measure(board, facts, err) || !ask(board, facts, err))
        return false;
    board->engine->way(board, &facts->local, &facts->encrypted);
    return true;
}

bool board_takes(struct board *board, struct err *err) {
    struct board_facts facts = {0};

    if (!board_is_shared(board))
        return true;
    return ask(board, &facts, err) &&
           ((!facts.standby && !facts.read_only) ||
            err_set(err, MC_TEMPFAIL, "board %s: the server takes no changes (%s): name the one that does", board->path,
                    facts.standby ? "it is a standby" : "default_transaction_read_only is on"));
}

/* The first few of a kind; the rest are counted. */
struct lacks {
    struct text words;
    int count;
};

static void add_lack(struct lacks *lacks, char *lack) {
    if (lacks->count++ < LACKS_SAID)
        text_addf(&lacks->words, "%s%s", lacks->words.len ? ", " : "", lack);
    free(lack);
}

static const char *say_lacks(struct lacks *lacks) {
    if (lacks->count > LACKS_SAID)
        text_addf(&lacks->words, " and %d more", lacks->count - LACKS_SAID);
    return text_str(&lacks->words);
}

/* A role's rights are of no use on what is not there. */
static bool judge_lacks(const struct board *board, struct lacks *shape, struct lacks *rights, struct err *err) {
    if (shape->count)
        return err_set(err, MC_CONFIG,
                       "board %s: its schema mc_pickup is not as it was made: %s: restore it from a backup "
                       "(mc-pickup-hosts(7))",
                       board->path, say_lacks(shape));
    return !rights->count || err_set(err, MC_NOPERM,
                                     "board %s: this role lacks %s: let the board's owner run mc-ticket init --worker "
                                     "ROLE (mc-board(5))",
                                     board->path, say_lacks(rights));
}

bool board_whole(struct board *board, struct err *err) {
    struct lacks shape = {0}, rights = {0};
    struct query query;
    bool ok;

    if (!board_is_shared(board))
        return true;
    query_open(&query, board, CALL(SQL_SERVER_WHOLE, bind_text(":shape", board->engine->shape)), err);
    while (query_next(&query)) {
        bool right = query_int(&query) != 0;

        add_lack(right ? &rights : &shape, query_text(&query));
    }
    ok = query_close(&query) && judge_lacks(board, &shape, &rights, err);
    text_release(&shape.words);
    text_release(&rights.words);
    return ok;
}
