#ifndef MC_STORE_FIXTURE_H
#define MC_STORE_FIXTURE_H

/* A real board in a folder of its own, and raw SQL beside the store to look at what it wrote. With MC_TEST_DB it is on
 * the server named there (store_server.h). */
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/uproot.h"
#include "store/board.h"
#include "store/claim.h"
#include "store/db.h"
#include "store/runtimes.h"
#include "store/slots.h"
#include "store/tickets.h"

#include "worlds.h"
#ifdef MC_TEST_POSTGRES
#include "store_server.h"
#else
#define MC_TEST_POSTGRES_MODULES ""
static inline bool server_given(void) {
    return false;
}
/* Never called. */
static inline char *server_database(bool board) {
    return board ? NULL : NULL;
}
static inline void server_drop(const char *uri) {
    (void)uri;
}
static inline void server_sql(struct board *board, const char *text) {
    (void)board;
    (void)text;
}
static inline void server_refused(struct board *board, const char *text) {
    server_sql(board, text);
}
static inline char *server_get(struct board *board, const char *text) {
    server_sql(board, text);
    return NULL;
}
#endif

struct fixture {
    char folder[64];
    char path[256]; /* or whatever names the board */
    struct board *board;
    struct err err;
};

#define must(expression)                                                                                               \
    do {                                                                                                               \
        if (!(expression))                                                                                             \
            fail_msg("%s: %s", #expression, f->err.text ? f->err.text : "no failure set");                             \
    } while (0)

#define must_fail(expression, exit_code)                                                                               \
    do {                                                                                                               \
        assert_false(expression);                                                                                      \
        if (f->err.code != (exit_code))                                                                                \
            fail_msg("%s: exit %d, not %s: %s", #expression, (int)f->err.code, #exit_code, f->err.text);               \
        assert_null(strchr(f->err.text, '\n'));                                                                        \
        err_release(&f->err);                                                                                          \
    } while (0)

/* Files, their modes, pragmas, the steps of an SQLite statement. */
#define only_of_files(why)                                                                                             \
    do {                                                                                                               \
        if (server_given()) {                                                                                          \
            print_message("# skipped on a server: %s\n", why);                                                         \
            skip();                                                                                                    \
        }                                                                                                              \
    } while (0)

static inline void fixture_place(struct fixture *f, bool board) {
    if (!server_given()) {
        snprintf(f->path, sizeof f->path, "%s/board.db", f->folder);
        return;
    }
    board_modules(MC_TEST_POSTGRES_MODULES);
    board_as_host("here");
    char *uri = server_database(board);
    assert_true(strlen(uri) < sizeof f->path);
    snprintf(f->path, sizeof f->path, "%s", uri);
    free(uri);
}

static inline int fixture_made(void **state, bool board) {
    struct fixture *f = xcalloc(1, sizeof *f);
    snprintf(f->folder, sizeof f->folder, "%s/mc-store-XXXXXX", worlds());
    if (!mkdtemp(f->folder))
        return 1;
    fixture_place(f, board);
    *state = f;
    return 0;
}

/* Another place for a board, with none there yet. */
static inline void fixture_move(struct fixture *f) {
    if (server_given())
        server_drop(f->path);
    fixture_place(f, false);
}

static inline int fixture_bare(void **state) {
    return fixture_made(state, false);
}

static inline int fixture_board(void **state) {
    bool made = server_given();
    if (fixture_made(state, true) != 0)
        return 1;
    struct fixture *f = *state;
    if (!made)
        must(board_create(f->path, &made, &f->err));
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    return made ? 0 : 1;
}

static inline int fixture_end(void **state) {
    struct fixture *f = *state;
    board_free(f->board);
    if (server_given())
        server_drop(f->path);
    err_release(&f->err);
    uproot(f->folder, INT64_MAX);
    free(f);
    return 0;
}

static inline void fixture_sql(struct fixture *f, const char *text) {
    char *message = NULL;
    if (server_given())
        server_sql(f->board, text);
    else if (sqlite3_exec(f->board->handle, text, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", text, message);
}

/* SQL that the board must refuse. */
static inline void fixture_refused(struct fixture *f, const char *text) {
    if (server_given())
        server_refused(f->board, text);
    else if (sqlite3_exec(f->board->handle, text, NULL, NULL, NULL) == SQLITE_OK)
        fail_msg("was not refused: %s", text);
}

/* The first column of the first row: NULL is "-", no row is "". The caller frees it. */
static inline char *fixture_get(struct fixture *f, const char *text) {
    sqlite3_stmt *statement = NULL;
    sqlite3 *handle = f->board ? f->board->handle : NULL;
    char *value = server_given() ? server_get(f->board, text) : NULL;
    if (server_given())
        return value ? value : xstrdup("");
    if (sqlite3_prepare_v2(handle, text, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(handle));
    if (sqlite3_step(statement) == SQLITE_ROW) {
        const unsigned char *column = sqlite3_column_text(statement, 0);
        value = xstrdup(column ? (const char *)column : "-");
    }
    sqlite3_finalize(statement);
    return value ? value : xstrdup("");
}

static inline void fixture_is(struct fixture *f, const char *text, const char *expected) {
    char *value = fixture_get(f, text);
    if (strcmp(value, expected) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", text, value, expected);
    free(value);
}

/* No row speaks of one that is not there, and the file is sound. A server sees to both by itself. */
static inline void fixture_is_whole(struct fixture *f) {
    if (server_given())
        return;
    fixture_is(f, "PRAGMA integrity_check", "ok");
    fixture_is(f, "PRAGMA foreign_key_check", "");
}

static inline int64_t fixture_number(struct fixture *f, const char *text) {
    char *value = fixture_get(f, text);
    int64_t number = strtoll(value, NULL, 10);
    free(value);
    return number;
}

/* How the engine goes about it, a line a step. The caller frees it. */
static inline char *fixture_plan(struct fixture *f, enum sql sql) {
    char *text = xasprintf("EXPLAIN QUERY PLAN %s", sql_sqlite[sql]);
    sqlite3_stmt *statement = NULL;
    struct text plan = {0};
    if (sqlite3_prepare_v2(f->board->handle, text, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(f->board->handle));
    while (sqlite3_step(statement) == SQLITE_ROW)
        text_addf(&plan, "%s\n", (const char *)sqlite3_column_text(statement, 3));
    sqlite3_finalize(statement);
    free(text);
    return text_take(&plan);
}

/* A todo ticket, made at `now`. */
static inline int64_t fixture_add(struct fixture *f, const char *title, enum priority priority, int64_t now) {
    struct ticket_new ticket = {
        .title = title, .author = "test", .priority = priority, .status = TICKET_TODO, .now = now};
    struct ticket_added added;
    must(tickets_add(f->board, &ticket, &added, &f->err));
    assert_true(added.made);
    return added.id;
}

#define RUN_A "0123456789abcdef0123456789abcdef"
#define RUN_B "fedcba9876543210fedcba9876543210"
#define NONCE_A "MC_TICKET_TURN:1:1000:00000001"

static const struct identity fixture_pickup = {.pid = 100, .start = 200, .boot = "boot-1", .ns = 300};

static inline bool fixture_claim(struct fixture *f, struct claim_taking taking) {
    char key[64];
    bool changed = false;
    struct slot slot = {0};
    snprintf(key, sizeof key, "ticket:%lld:session", (long long)taking.id);
    taking.slot = &slot;
    taking.session_key = key;
    must(board_begin(f->board, &f->err));
    must(claim_take(f->board, &taking, &changed, &f->err));
    must(board_commit(f->board, &f->err));
    slot_release(&slot);
    return changed;
}

static const struct claim_taking fixture_taking = {.host = "here",
                                                   .profile = "demo",
                                                   .tmux_target = "mc-MC-1",
                                                   .cwd = "/w",
                                                   .log = "/l",
                                                   .nonce = NONCE_A,
                                                   .pickup = &fixture_pickup,
                                                   .tick = {.ms = 50, .boot = "boot-1"},
                                                   .sweep = true,
                                                   .straight = true,
                                                   .now = 1000,
                                                   .horizon = 100000};

/* Takes a ticket as the pickup does, on host "here" at time 1000. */
static inline bool fixture_take(struct fixture *f, int64_t id, const char *run_id, bool argv_turn) {
    struct claim_taking taking = fixture_taking;
    taking.id = id;
    taking.run_id = run_id;
    taking.argv_turn = argv_turn;
    return fixture_claim(f, taking);
}

/* The pickup has taken the turn of this nonce in run A of ticket 1. */
static inline void fixture_turn(struct fixture *f, const char *nonce, int64_t monotonic, int64_t now) {
    bool changed = false;
    must(runtimes_take_turn(f->board,
                            &(struct runtime_change){.session_key = "ticket:1:session",
                                                     .run_id = RUN_A,
                                                     .nonce = nonce,
                                                     .tick = {.ms = monotonic, .boot = "boot-1"},
                                                     .now = now},
                            &changed, &f->err));
    assert_true(changed);
}

/* With a slot of the pool. */
static inline bool fixture_take_slot(struct fixture *f, int64_t id, const char *run_id, const struct slot_pool *pool) {
    struct claim_taking taking = fixture_taking;
    taking.id = id;
    taking.run_id = run_id;
    taking.pool = pool;
    return fixture_claim(f, taking);
}

#endif
