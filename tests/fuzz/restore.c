/* Lines of an export, or of an archive, that a board is made of again. */
#include <stdio.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/err.h"
#include "fuzz.h"
#include "run/ledger.h"
#include "store/board.h"

const struct fuzz_shape fuzz_shape = {"{\"ticket\":{\"id\":1},\"needs\":[", "2,", "2]}", false};

enum { NUMBER_DIGITS = 15 };

/* A board of one process, which each input is put on and taken off again. */
static struct board *board;
static char folder[] = "/tmp/mc-fuzz-XXXXXX", file[64];

static void forget_board(void) {
    static const char *const endings[] = {"", "-wal", "-shm"};

    board_free(board);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char *path = xasprintf("%s%s", file, endings[i]);

        unlink(path);
        free(path);
    }
    rmdir(folder);
}

static void make_board(void) {
    struct err err = {0};
    bool made = false;

    HOLDS(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/mc.db", folder);
    HOLDS(board_create(file, &made, &err) && made);
    HOLDS(board_open(&board, file, BOARD_WRITE, &err));
    atexit(forget_board);
}

static void is_sound(const struct ledger *line) {
    const struct json *at = NULL;
    int64_t needs = 0, limit = 1;

    for (int i = 0; i < NUMBER_DIGITS; i++)
        limit *= 10;
    HOLDS(ledger_kind_of(line) < LEDGER_COUNT);
    HOLDS((ledger_kind_of(line) == LEDGER_TICKET) == (ledger_ticket(line) != 0));
    HOLDS(ledger_ticket(line) >= 0 && ledger_ticket(line) < limit);
    while (ledger_need_next(line, &at, &needs))
        HOLDS(needs > 0 && needs < limit && needs != ledger_ticket(line));
    (void)ledger_closed(line);
    (void)ledger_made_at(line);
    (void)ledger_changed_at(line);
}

/* What a ticket became on the board, as a line; put back in its place it is the same. */
static void comes_again(int64_t ticket) {
    struct text once = {0}, again = {0};
    struct err err = {0};
    struct ledger_owed owed = {0};
    struct ledger *line;

    HOLDS(ledger_write(board, ticket, &once, &err));
    line = ledger_read(once.data, once.len, &err);
    HOLDS(line && ledger_ticket(line) == ticket);
    HOLDS(ledger_replace(board, line, &owed, &err));
    HOLDS(ledger_write(board, ticket, &again, &err));
    HOLDS(strcmp(once.data, again.data) == 0);
    ledger_free(line);
    ledger_owed_release(&owed);
    text_release(&once);
    text_release(&again);
}

static void restore(const struct ledger *line) {
    struct ledger_owed owed = {0};
    struct err err = {0};

    if (!board)
        make_board();
    HOLDS(board_begin(board, &err));
    if (ledger_restore(board, line, &owed, &err)) {
        if (ledger_kind_of(line) == LEDGER_TICKET)
            comes_again(ledger_ticket(line));
    } else {
        HOLDS(err.code == MC_DATAERR);
    }
    board_rollback(board);
    err_release(&err);
    ledger_owed_release(&owed);
}

void fuzz_one(const char *bytes, size_t n) {
    struct err err = {0};
    struct ledger *line;

    if (!clean_is_utf8(bytes, n))
        return; /* host/infile.h has refused it */
    line = ledger_read(bytes, n, &err);

    HOLDS(!line == (err.text != NULL));
    if (line) {
        is_sound(line);
        restore(line);
    } else {
        HOLDS(err.code == MC_DATAERR);
    }
    ledger_free(line);
    err_release(&err);
}
