#ifndef MC_STUMBLES_ALONE_H
#define MC_STUMBLES_ALONE_H

/* Verbs that have transactions of their own, on a board that stumbles at each call in turn: the failure is told and
 * never taken for an answer, and no transaction stays open behind it. */
#include "stumbles.h"

#include "store/db.h"

/* How deep the verb is in transactions of its own; -1: they are the board's. */
static int within = -1;

bool __real_board_begin(struct board *board, struct err *err);
bool __wrap_board_begin(struct board *board, struct err *err);
bool __real_board_begin_read(struct board *board, struct err *err);
bool __wrap_board_begin_read(struct board *board, struct err *err);
bool __real_board_commit(struct board *board, struct err *err);
bool __wrap_board_commit(struct board *board, struct err *err);
void __real_board_rollback(struct board *board);
void __wrap_board_rollback(struct board *board);

static inline void say(struct board *board, const char *first, const char *second) {
    const char *const texts[] = {first, second, NULL};
    struct err err = {0};

    if (!db_script(board, texts, &err))
        fail_msg("%s: %s", first, err.text);
}

static inline bool enter(struct board *board, struct err *err) {
    assert_int_equal(within, 0);
    if (falls())
        return stumble(err);
    say(board, "SAVEPOINT own", NULL);
    within++;
    return true;
}

bool __wrap_board_begin(struct board *board, struct err *err) {
    return within < 0 ? __real_board_begin(board, err) : enter(board, err);
}

bool __wrap_board_begin_read(struct board *board, struct err *err) {
    return within < 0 ? __real_board_begin_read(board, err) : enter(board, err);
}

void __wrap_board_rollback(struct board *board) {
    if (within < 0)
        __real_board_rollback(board);
    if (within <= 0)
        return;
    say(board, "ROLLBACK TO SAVEPOINT own", "RELEASE SAVEPOINT own");
    within--;
}

bool __wrap_board_commit(struct board *board, struct err *err) {
    if (within < 0)
        return __real_board_commit(board, err);
    assert_int_equal(within, 1);
    if (falls()) {
        __wrap_board_rollback(board);
        return stumble(err);
    }
    say(board, "RELEASE SAVEPOINT own", NULL);
    within--;
    return true;
}

struct verb {
    const char *name;
    const char *rows; /* what stands before; NULL: as it is */
    bool (*run)(struct fixture *f, struct err *err);
    bool inside; /* the caller's transaction */
};

static inline void tell(const struct verb *verb, long calls, const char *what) {
    fail_msg("%s, at its call %ld: %s", verb->name, calls, what);
}

/* Did it come through? Nothing of it stays. */
static inline bool attempt(struct fixture *f, const struct verb *verb, long calls) {
    bool ok;

    must(__real_board_begin(f->board, &f->err));
    if (verb->rows)
        fixture_sql(f, verb->rows);
    within = verb->inside ? -1 : 0;
    board_of.left = calls;
    board_of.fell = false;
    ok = verb->run(f, &f->err);
    board_of.left = -1;
    if (within > 0)
        tell(verb, calls, "its transaction is left open");
    within = -1;
    __real_board_rollback(f->board);
    if (board_of.fell && ok)
        tell(verb, calls, "the failure was lost");
    if (board_of.fell && f->err.code != MC_TEMPFAIL)
        tell(verb, calls, f->err.text ? f->err.text : "nothing is said");
    if (!board_of.fell && !ok)
        tell(verb, calls, f->err.text ? f->err.text : "nothing is said");
    err_release(&f->err);
    return !board_of.fell;
}

static inline void attempt_each(struct fixture *f, const struct verb *verbs, size_t count) {
    make_stumble(f->board);
    for (size_t i = 0; i < count; i++) {
        long calls = 0;

        while (!attempt(f, &verbs[i], calls))
            calls++;
        if (calls == 0)
            tell(&verbs[i], calls, "it asked for nothing");
    }
    make_firm(f->board);
}

#endif
