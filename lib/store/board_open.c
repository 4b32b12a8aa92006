#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "rules/database.h"
#include "store/board.h"
#include "store/board_file.h"
#include "store/board_server.h"
#include "store/db.h"

static int64_t busy_limit = 10000;
static char *this_host;

void board_busy_limit(int64_t ms) {
    busy_limit = ms;
}

void board_as_host(const char *host) {
    xreplace(&this_host, host);
}

static struct board *board_new(const char *name, enum board_mode mode) {
    struct board *board = xcalloc(1, sizeof *board);
    board->name = xstrdup(name);
    board->path = database_kind(name) == DATABASE_FILE ? xstrdup(name) : database_label(name);
    board->host = xstrdup(this_host);
    board->look = mode == BOARD_LOOK;
    board->busy_limit = busy_limit;
    return board;
}

static bool is_server(const struct board *board) {
    return database_kind(board->name) != DATABASE_FILE;
}

bool board_open(struct board **board, const char *name, enum board_mode mode, struct err *err) {
    struct board *opened = board_new(name, mode);
    *board = NULL;
    if (is_server(opened) ? !board_server_open(opened, err) : !board_file_open(opened, err)) {
        board_free(opened);
        return false;
    }
    opened->undone = db_changes(opened);
    *board = opened;
    return true;
}

bool board_create(const char *name, bool *made, struct err *err) {
    struct board *board = board_new(name, BOARD_WRITE);
    bool ok = is_server(board) ? board_server_make(board, made, err) : board_file_make(board, made, err);
    board_free(board);
    return ok;
}

bool board_worker(const char *name, const char *role, struct err *err) {
    struct board *board = board_new(name, BOARD_WRITE);
    bool ok = is_server(board) && board_server_worker(board, role, err);
    if (!is_server(board))
        err_set(err, MC_USAGE, "board %s is a file of its owner's alone: init --worker is for a board on a server",
                board->path);
    board_free(board);
    return ok;
}

bool board_own(const char *name, struct board_owned *owned, struct err *err) {
    struct board *board = board_new(name, BOARD_WRITE);
    *owned = (struct board_owned){0};
    bool ok = !is_server(board) && board_file_own(board, owned, err);
    if (is_server(board))
        err_set(err, MC_USAGE, "board %s is on a server, and no copy of a file: init --own is for files", board->path);
    board_free(board);
    return ok;
}
