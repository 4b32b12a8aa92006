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
#include "store/postgres_values.h"
#include "store/postgres_verdict.h"
#include "store/schema_postgres.h"
#include "store/sql_postgres.h"

enum {
    XID_SIZE = 24,
    TRIES = 3,          /* SPEC section 16 */
    ANSWER_MS = 30000,  /* beyond the wait for a lock: a server that says nothing for so long is gone */
    OLDEST = 150000,    /* PostgreSQL 15 */
    FATE_PAUSE_MS = 50, /* between two looks at what became of a commit */
};

struct server {
    struct link *link; /* NULL: it was lost */
    struct numbered statements[SQL_COUNT];
    bool transaction;
    enum begin_kind kind;
    char xid[XID_SIZE]; /* of the transaction under way */
    int64_t changes;
    char *refusal;
};

static int64_t deadline_of(const struct board *board) {
    return clock_monotonic() + board->busy_limit + ANSWER_MS;
}

/* What is lost is closed at once, so that the server sees it. */
static void hang_up(struct server *server) {
    link_close(server->link);
    server->link = NULL;
    server->transaction = false;
}

static bool fail_lost(const struct board *board, struct err *err) {
    return err_set(err, MC_TEMPFAIL, "board %s: the connection to its server was lost: nothing was changed: try again",
                   board->path);
}

/* Takes the reply. */
static bool fail(struct board *board, struct reply *reply, const char *statement, struct err *err) {
    const struct verdict *verdict = verdict_of(reply_state(reply));
    const char *said = reply_message(reply) ? reply_message(reply) : "it gave no reason";

    xreplace(&board->server->refusal, strncmp(reply_state(reply), "23", 2) == 0 ? said : NULL);
    if (verdict->code == MC_SOFTWARE && statement)
        err_set(err, verdict->code, "board %s: %s in \"%s\": %s", board->path, said, statement, verdict->advice);
    else
        err_set(err, verdict->code, "board %s: %s: %s", board->path, said, verdict->advice);
    reply_free(reply);
    return false;
}

/* NULL: the connection is lost, and closed. */
static struct reply *ask(struct board *board, const char *text, const struct values *values) {
    struct server *server = board->server;
    struct reply *reply = server->link ? link_ask(server->link, text, values, deadline_of(board)) : NULL;

    if (!reply)
        hang_up(server);
    return reply;
}

static bool connect_again(struct board *board, struct err *err) {
    struct server *server = board->server;
    bool refused;

    hang_up(server);
    server->link = link_dial(board->name);
    if (!link_lost(server->link))
        return true;
    refused = link_refused(server->link);
    err_set(err, refused ? MC_NOPERM : MC_UNAVAILABLE, "board %s: its server cannot be had: %s: see %s", board->path,
            link_why(server->link), refused ? "~/.pgpass in mc-pickup-hosts(7)" : "mc-pickup-hosts(7)");
    hang_up(server);
    return false;
}

static struct numbered *statement_of(struct board *board, enum sql sql) {
    struct numbered *numbered = &board->server->statements[sql];

    if (!numbered->text && sql_postgres[sql])
        numbered_make(numbered, sql_postgres[sql]);
    return numbered;
}

/* Outside a transaction a look is made once more over a new connection; what may have written is not. */
static struct reply *ask_twice(struct board *board, const char *text, const struct values *values, struct err *err) {
    bool within = board->server->transaction;
    struct reply *reply = ask(board, text, values);

    if (reply || within || strncmp(text, "SELECT", 6) != 0)
        return reply;
    return connect_again(board, err) ? ask(board, text, values) : NULL;
}

static bool is_select(const struct reply *reply) {
    return strncmp(reply_tag(reply), "SELECT", 6) == 0;
}

static bool start(struct query *query, const struct call *call) {
    struct board *board = query->board;
    const struct numbered *numbered = statement_of(board, call->sql);
    struct values *values = xcalloc(1, sizeof *values);
    struct reply *reply = NULL;
    bool ok;

    query->row = -1;
    if (!numbered->text || !values_fill(values, board->host, numbered, call))
        ok = err_set(query->err, MC_SOFTWARE, "board %s: the values of \"%s\" are not those that were given: %s",
                     board->path, sql_wires[call->sql].name, "this is a bug: please report it");
    else if (!(reply = ask_twice(board, numbered->text, values, query->err)))
        ok = query->err->text ? false : fail_lost(board, query->err);
    else
        ok = !reply_failed(reply) || fail(board, reply, numbered->text, query->err);
    if (ok) {
        query->result = reply;
        board->server->changes += is_select(reply) ? 0 : reply_changed(reply);
    }
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

/* Whatever the role or the database says: names are found where they are meant, a commit is on the disk before it is
 * told, a program that hangs does not keep the others waiting for ever, and no small look is compiled or made by
 * several because nobody has counted the rows yet. The transaction's own name comes along. */
#define SETTINGS                                                                                                       \
    "SELECT pg_catalog.set_config('search_path','pg_catalog,pg_temp',true),"                                           \
    "pg_catalog.set_config('lock_timeout',$1,true),"                                                                   \
    "pg_catalog.set_config('idle_in_transaction_session_timeout','60000',true),"                                       \
    "pg_catalog.set_config('jit','off',true),"                                                                         \
    "pg_catalog.set_config('max_parallel_workers_per_gather','0',true),"                                               \
    "pg_catalog.set_config('synchronous_commit',CASE WHEN $2='relaxed' THEN 'off' WHEN "                               \
    "pg_catalog.current_setting('synchronous_commit')='off' THEN 'on' ELSE "                                           \
    "pg_catalog.current_setting('synchronous_commit')END,true),"
#define XID "pg_catalog.pg_current_xact_id()::pg_catalog.text"

/* 1296257109 is "MCPU". Nobody writes beside one that is alone; a claim is the only one of its host. */
static const char *const begins[] = {
    [BEGIN_LOOK] = SETTINGS "$3,''",
    [BEGIN_ALONE] = SETTINGS "pg_catalog.pg_advisory_xact_lock(1296257109,0)::pg_catalog.text||$3," XID,
    [BEGIN_CLAIM] =
        SETTINGS "pg_catalog.pg_advisory_xact_lock_shared(1296257109,0)::pg_catalog.text||"
                 "pg_catalog.pg_advisory_xact_lock(1296257110,pg_catalog.hashtext($3))::pg_catalog.text," XID,
};
enum { XID_COLUMN = 7 };

/* The reply to the last of it, or to what failed; NULL: the connection is lost. */
static struct reply *send_begin(struct board *board, enum begin_kind kind) {
    struct values settings = {.types = {TYPE_TEXT, TYPE_TEXT, TYPE_TEXT}, .count = 3};
    const struct question lock = {begins[kind], &settings};
    struct server *server = board->server;
    struct reply *reply = NULL;

    snprintf(settings.digits[0], VALUE_DIGITS, "%lld", (long long)(board->busy_limit > 0 ? board->busy_limit : 1));
    settings.texts[0] = settings.digits[0];
    settings.texts[1] = board->relaxed ? "relaxed" : "";
    settings.texts[2] = board->host ? board->host : "";
    if (server->link)
        reply = link_ask_behind(server->link, sql_postgres[kind == BEGIN_LOOK ? SQL_BEGIN_LOOK : SQL_BEGIN_WRITE],
                                &lock, deadline_of(board));
    if (!reply)
        hang_up(server);
    return reply;
}

static void undo(struct board *board) {
    reply_free(board->server->link ? ask(board, sql_postgres[SQL_ROLLBACK], NULL) : NULL);
    board->server->transaction = false;
}

/* Of a server that is going, or others that wrote the same. */
static bool is_passing(const struct reply *reply) {
    return strncmp(reply_state(reply), "40", 2) == 0 || strncmp(reply_state(reply), "57P", 3) == 0;
}

/* Nothing of the transaction has been done yet: what passes is tried again, over a new connection. */
static bool begin(struct board *board, enum begin_kind kind, struct err *err) {
    struct server *server = board->server;

    for (int tries = 1;; tries++) {
        struct reply *reply = send_begin(board, kind);

        if (reply && !reply_failed(reply)) {
            text_copy(server->xid, sizeof server->xid, reply_value(reply, 0, XID_COLUMN));
            server->transaction = true;
            server->kind = kind;
            reply_free(reply);
            return true;
        }
        if (reply && (!is_passing(reply) || tries == TRIES)) {
            fail(board, reply, begins[kind], err);
            undo(board);
            return false;
        }
        reply_free(reply);
        if (tries == TRIES)
            return fail_lost(board, err);
        if (!connect_again(board, err))
            return false;
    }
}

/* What became of a transaction whose COMMIT had no answer. */
enum fate { FATE_MADE, FATE_NOT_MADE, FATE_UNKNOWN };

/* One that took over has perhaps never heard of it: "in the future". */
static enum fate ask_fate(struct board *board) {
    const struct values xid = {.types = {TYPE_TEXT}, .texts = {board->server->xid}, .count = 1};
    struct reply *reply = ask(board, "SELECT pg_catalog.pg_xact_status($1::pg_catalog.xid8)", &xid);
    const char *said = reply ? reply_value(reply, 0, 0) : NULL;
    enum fate fate = FATE_UNKNOWN;

    if (said && strcmp(said, "committed") == 0)
        fate = FATE_MADE;
    else if ((said && strcmp(said, "aborted") == 0) || (reply && strncmp(reply_state(reply), "22", 2) == 0))
        fate = FATE_NOT_MADE;
    reply_free(reply);
    return fate;
}

/* Under way still, it may yet be made: it is asked again until it is over. */
static bool find_fate(struct board *board, struct err *err) {
    int64_t limit = clock_monotonic() + board->busy_limit;
    enum fate fate = connect_again(board, err) ? ask_fate(board) : FATE_UNKNOWN;

    while (fate == FATE_UNKNOWN && clock_monotonic() < limit) {
        clock_sleep(FATE_PAUSE_MS);
        err_release(err);
        if (board->server->link || connect_again(board, err))
            fate = ask_fate(board);
    }
    err_release(err);
    if (fate == FATE_NOT_MADE)
        return fail_lost(board, err);
    return fate == FATE_MADE ||
           err_set(err, MC_UNAVAILABLE,
                   "board %s: its server went before it said whether it has taken what was told: nothing is done with "
                   "it here, and the next pickup looks",
                   board->path);
}

static bool commit(struct board *board, struct err *err) {
    struct server *server = board->server;
    struct reply *reply = ask(board, sql_postgres[SQL_COMMIT], NULL);
    bool made;

    server->transaction = false;
    if (!reply)
        return server->kind == BEGIN_LOOK || find_fate(board, err);
    if (reply_failed(reply))
        return fail(board, reply, NULL, err);
    made = strcmp(reply_tag(reply), "COMMIT") == 0; /* one that had failed answers ROLLBACK */
    reply_free(reply);
    return made || err_set(err, MC_SOFTWARE, "board %s: the transaction had failed before its end: %s", board->path,
                           "this is a bug: please report it");
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
        struct reply *reply = server->link ? link_script(server->link, *texts, deadline_of(board)) : NULL;

        if (!reply)
            return fail_lost(board, err);
        if (reply_failed(reply))
            return fail(board, reply, *texts, err);
        reply_free(reply);
    }
    return true;
}

static const char *refusal(const struct board *board) {
    return board->server->refusal;
}

/* Is it new enough, and what does its clock say? */
static bool greet(struct board *board, struct err *err) {
    static const char hello[] =
        "SELECT(pg_catalog.date_part('epoch',pg_catalog.clock_timestamp())*1000)::pg_catalog.int8," POSTGRES_VERSION;
    int64_t asked = clock_monotonic();
    struct reply *reply;

    if (link_version(board->server->link) < OLDEST)
        return err_set(err, MC_CONFIG, "board %s: its server is PostgreSQL %d: version 15 or later is needed",
                       board->path, link_version(board->server->link) / 10000);
    reply = ask(board, hello, NULL);
    if (!reply)
        return fail_lost(board, err);
    if (reply_failed(reply))
        return fail(board, reply, hello, err);
    board->now = strtoll(reply_value(reply, 0, 0), NULL, 10) + (clock_monotonic() - asked) / 2;
    board->version = strtoll(reply_value(reply, 0, 1), NULL, 10);
    reply_free(reply);
    return true;
}

static bool open_server(struct board *board, struct err *err) {
    board->server = xcalloc(1, sizeof *board->server);
    return connect_again(board, err) && greet(board, err);
}

static void close_server(struct board *board, bool spare) {
    struct server *server = board->server;

    (void)spare;
    if (!server)
        return;
    hang_up(server);
    for (size_t i = 0; i < SQL_COUNT; i++)
        numbered_release(&server->statements[i]);
    free(server->refusal);
    free(server);
    board->server = NULL;
}

__attribute__((visibility("default"))) const struct engine engine_postgres = {
    .version = MC_VERSION,
    .texts = sql_postgres,
    .schema = schema_postgres_5,
    .open = open_server,
    .close = close_server,
    .begin = begin,
    .commit = commit,
    .rollback = undo,
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
    .refusal = refusal,
};
