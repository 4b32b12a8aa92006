#include "store/board.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/db.h"
#include "store/engine.h"

static bool begin(struct board *board, enum begin_kind kind, struct err *err) {
    if (!board->engine->begin(board, board->look ? BEGIN_LOOK : kind, err))
        return false;
    board->begun_at = db_changes(board);
    board->claiming = kind == BEGIN_CLAIM && board_is_shared(board);
    return true;
}

bool board_begin(struct board *board, struct err *err) {
    return begin(board, BEGIN_ALONE, err);
}

bool board_begin_claim(struct board *board, struct err *err) {
    return begin(board, BEGIN_CLAIM, err);
}

bool board_begin_read(struct board *board, struct err *err) {
    return begin(board, BEGIN_LOOK, err);
}

bool board_commit(struct board *board, struct err *err) {
    board->claiming = false;
    if (board->engine->commit(board, err))
        return true;
    board_rollback(board);
    return false;
}

void board_rollback(struct board *board) {
    if (!board || !db_in_transaction(board))
        return;
    board->claiming = false;
    board->engine->rollback(board);
    board->undone += db_changes(board) - board->begun_at; /* what was sent along is counted by now */
}

bool board_relax(struct board *board, struct err *err) {
    static const char *const whole[] = {"PRAGMA synchronous=NORMAL", "PRAGMA secure_delete=FAST", NULL};
    board->relaxed = true;
    return board_is_shared(board) || db_script(board, whole, err);
}

bool board_be_strict(struct board *board, struct err *err) {
    static const char *const durable[] = {"PRAGMA synchronous=FULL", NULL};
    board->relaxed = false;
    return board_is_shared(board) || db_script(board, durable, err);
}

size_t board_altered(struct board *board) {
    size_t altered = board->altered;
    board->altered = 0;
    return altered;
}

bool board_refused(const struct board *board) {
    return board->engine->refusal(board) != NULL;
}

bool board_is_shared(const struct board *board) {
    return board->engine != &engine_sqlite;
}

void board_free(struct board *board) {
    if (!board)
        return;
    board_rollback(board);
    db_close(board, false);
    free(board->name);
    free(board->host);
    free(board->path);
    free(board);
}

bool board_changed(const struct board *board) {
    return db_changes(board) != board->undone;
}

bool board_name(struct board *board, char out[BOARD_NAME_SIZE], struct err *err) {
    struct query query;
    query_open(&query, board, CALL(SQL_SETTING_GET, bind_text(":key", "board")), err);
    bool found = query_next(&query) && query_copy(&query, out, BOARD_NAME_SIZE);
    if (!query_close(&query))
        return false;
    if (found && strlen(out) == BOARD_NAME_SIZE - 1 && strspn(out, "0123456789abcdef") == BOARD_NAME_SIZE - 1)
        return true;
    return err_set(err, MC_IOERR,
                   "board %s: its name is missing or damaged: put 16 hexadecimal digits as `board` into "
                   "settings",
                   board->path);
}
