#ifndef MC_STUMBLES_H
#define MC_STUMBLES_H

/* A board that fails at one of the statements and rows that it is asked for. Link with --wrap=sqlite3_step; for verbs
 * that have transactions of their own with --wrap=board_begin, board_begin_read, board_commit and board_rollback, too:
 * they are savepoints of one that is rolled back. */
#include "store_fixture.h"

#include "store/engine.h"

static struct {
    const struct engine *engine; /* a server's */
    struct engine stumbling;
    long left; /* calls that go well; -1: all */
    bool fell;
    int result, number; /* a file's, and the system's */
} board_of = {.left = -1, .result = SQLITE_BUSY};

/* Whatever is asked after that goes well again, so that nothing else fails in its place. */
static inline bool falls(void) {
    if (board_of.left < 0 || board_of.left-- > 0)
        return false;
    board_of.fell = true;
    return true;
}

int __real_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement) {
    return falls() ? board_of.result : __real_sqlite3_step(statement);
}

static inline bool stumble(struct err *err) {
    return err_set(err, MC_TEMPFAIL, "a server stumbled");
}

static inline bool stumble_start(struct query *query, const struct call *call) {
    return falls() ? stumble(query->err) : board_of.engine->start(query, call);
}

static inline bool stumble_step(struct query *query) {
    if (!falls())
        return board_of.engine->step(query);
    query->failed = !stumble(query->err);
    return false;
}

static inline void make_stumble(struct board *board) {
    board_of.engine = board->engine;
    board_of.stumbling = *board->engine;
    board_of.stumbling.start = stumble_start;
    board_of.stumbling.step = stumble_step;
    if (server_given())
        board->engine = &board_of.stumbling;
}

static inline void make_firm(struct board *board) {
    board->engine = board_of.engine;
}

#endif
