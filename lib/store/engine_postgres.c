#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/db.h"
#include "store/db_postgres.h"
#include "store/engine.h"
#include "store/postgres_server.h"
#include "store/postgres_transaction.h"
#include "store/schema_postgres.h"
#include "store/sql_postgres.h"
#include "store/whole_postgres.h"

enum {
    OLDEST = 150000, /* PostgreSQL 15 */
    SETTLE_MS = 1000
};

static struct numbered *statement_of(struct board *board, enum sql sql) {
    struct numbered *numbered = &board->server->statements[sql];

    if (!numbered->text && sql_postgres[sql])
        numbered_make(numbered, sql_postgres[sql]);
    return numbered;
}

static bool writes(enum sql sql) {
    const char *text = sql_postgres[sql];

    return !sql_wires[sql].columns || strncmp(text, "INSERT", 6) == 0 || strncmp(text, "DELETE", 6) == 0 ||
           strncmp(text, "UPDATE", 6) == 0;
}

/* Outside a transaction what writes has one of its own, so that it waits for whoever is alone. */
static struct reply *ask_alone(struct query *query, const char *text, const struct values *values) {
    struct board *board = query->board;
    struct reply *reply;

    if (!transaction_begin(board, BEGIN_ALONE, query->err))
        return NULL;
    reply = server_ask(board, text, values);
    if (reply && !reply_failed(reply) && transaction_commit(board, query->err))
        return reply;
    transaction_undo(board);
    if (!reply || reply_failed(reply))
        return reply;
    reply_free(reply);
    return NULL;
}

/* There, a look is made once more over a new connection. */
static struct reply *ask(struct query *query, const char *text, const struct values *values) {
    struct board *board = query->board;
    struct reply *reply;

    if (board->server->transaction)
        return server_ask(board, text, values);
    if (writes(query->sql))
        return ask_alone(query, text, values);
    reply = server_look(board, text, values);
    return reply || !server_connect(board, query->err) ? reply : server_look(board, text, values);
}

/* What nobody asks after goes along with the next that somebody does: a failure has ended the transaction then, too. */
static bool queue(struct query *query, const char *text, const struct values *values) {
    struct board *board = query->board;

    if (board->server->link && link_queue(board->server->link, text, values, server_deadline(board)))
        return true;
    server_hang_up(board->server);
    return server_lost(board, query->err);
}

static bool start(struct query *query, const struct call *call) {
    struct board *board = query->board;
    const struct numbered *numbered = statement_of(board, call->sql);
    struct values *values = xcalloc(1, sizeof *values);
    struct reply *reply = NULL;
    bool ok;

    query->row = -1;
    xreplace(&board->server->refusal, NULL); /* of the one before: a loss has none */
    if (!numbered->text || !values_fill(values, board->host, numbered, call))
        ok = err_set(query->err, MC_SOFTWARE, "board %s: the values of \"%s\" are not those that were given: %s",
                     board->path, sql_wires[call->sql].name, "this is a bug: please report it");
    else if (query->unasked && board->server->transaction)
        ok = queue(query, numbered->text, values);
    else if (!(reply = ask(query, numbered->text, values)))
        ok = query->err->text ? false : server_lost(board, query->err);
    else
        ok = !reply_failed(reply) || server_failed(board, reply, numbered->text, query->err);
    if (ok && reply) {
        query->result = reply;
        board->server->changes += reply_written(reply);
    }
    board->altered += values_cleaned(values);
    values_release(values);
    return ok;
}

static bool step(struct query *query) {
    return ++query->row < reply_rows(query->result);
}

static void finish(struct query *query) {
    reply_free(query->result);
    query->result = NULL;
}

static enum bind_type type(const struct query *query, int column) {
    unsigned oid;

    if (!reply_value(query->result, query->row, column))
        return BIND_NULL;
    oid = reply_type(query->result, column);
    return oid == TYPE_INT8 || oid == TYPE_INT4 || oid == TYPE_BOOL ? BIND_NUMBER : BIND_TEXT;
}

/* A truth is "t" or "f". */
static int64_t number(const struct query *query, int column) {
    const char *text = reply_value(query->result, query->row, column);

    return !text ? 0 : *text == 't' ? 1 : strtoll(text, NULL, 10);
}

static const char *text(const struct query *query, int column, size_t *bytes) {
    *bytes = reply_bytes(query->result, query->row, column);
    return reply_value(query->result, query->row, column);
}

static int changed(const struct query *query) {
    return (int)reply_changed(query->result);
}

static bool in_transaction(const struct board *board) {
    return board->server && board->server->transaction;
}

static int64_t changes(const struct board *board) {
    return board->server->changes;
}

static bool compile(struct board *board, enum sql sql, struct err *err) {
    (void)err;
    return statement_of(board, sql) != NULL;
}

static bool script(struct board *board, const char *const *texts, struct err *err) {
    struct server *server = board->server;

    for (; *texts; texts++) {
        struct reply *reply = server->link ? link_script(server->link, *texts, server_deadline(board)) : NULL;

        if (!reply) {
            server_hang_up(server);
            return server_lost(board, err);
        }
        if (reply_failed(reply))
            return server_failed(board, reply, *texts, err);
        reply_free(reply);
    }
    return true;
}

static void way(const struct board *board, bool *local, bool *encrypted) {
    link_way(board->server->link, local, encrypted);
}

static const char *refusal(const struct board *board) {
    return board->server->refusal;
}

/* Is it new enough, and what does its clock say? */
static bool greet(struct board *board, struct err *err) {
    static const char hello[] = "SELECT " POSTGRES_CLOCK "," POSTGRES_VERSION;
    int64_t asked = clock_monotonic();
    struct reply *reply;

    if (link_version(board->server->link) < OLDEST)
        return err_set(err, MC_CONFIG, "board %s: its server is PostgreSQL %d: version 15 or later is needed",
                       board->path, link_version(board->server->link) / 10000);
    reply = server_look(board, hello, NULL);
    if (!reply)
        return server_lost(board, err);
    if (reply_failed(reply))
        return server_failed(board, reply, hello, err);
    board->now = strtoll(reply_value(reply, 0, 0), NULL, 10) + (clock_monotonic() - asked) / 2;
    board->version = strtoll(reply_value(reply, 0, 1), NULL, 10);
    reply_free(reply);
    return true;
}

static bool open_server(struct board *board, struct err *err) {
    board->server = xcalloc(1, sizeof *board->server);
    return server_connect(board, err) && greet(board, err);
}

static void close_server(struct board *board, bool spare) {
    struct server *server = board->server;

    (void)spare;
    if (!server)
        return;
    if (server->link)
        link_settle(server->link, clock_monotonic() + SETTLE_MS);
    server_hang_up(server);
    for (size_t i = 0; i < SQL_COUNT; i++)
        numbered_release(&server->statements[i]);
    free(server->refusal);
    free(server);
    board->server = NULL;
}

__attribute__((visibility("default"))) const struct engine engine_postgres = {
    .version = MC_VERSION,
    .schema = schema_postgres,
    .worker = schema_postgres_worker,
    .shape = whole_postgres_shape,
    .open = open_server,
    .close = close_server,
    .begin = transaction_begin,
    .commit = transaction_commit,
    .rollback = transaction_undo,
    .in_transaction = in_transaction,
    .changes = changes,
    .compile = compile,
    .script = script,
    .start = start,
    .step = step,
    .finish = finish,
    .type = type,
    .number = number,
    .text = text,
    .changed = changed,
    .way = way,
    .refusal = refusal,
};
