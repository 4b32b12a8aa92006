#include "store/postgres_transaction.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/db.h"
#include "store/db_postgres.h"
#include "store/postgres_server.h"
#include "store/sql_postgres.h"

enum {
    TRIES = 3,          /* SPEC section 16 */
    FATE_PAUSE_MS = 50, /* between two looks at what became of a commit */
};

/* A server that crashed counts these anew. */
#define LIFE                                                                                                           \
    "EXTRACT(EPOCH FROM pg_catalog.pg_postmaster_start_time())::pg_catalog.text||' '||"                                \
    "COALESCE(EXTRACT(EPOCH FROM pg_catalog.pg_stat_get_bgwriter_stat_reset_time())::pg_catalog.text,'')"
#define XID "pg_catalog.pg_current_xact_id()::pg_catalog.text," LIFE

/* The transaction's own name comes along. 1296257109 is "MCPU". Nobody writes beside one that is alone; a claim is the
 * only one of its host. */
static const char *const begins[] = {
    [BEGIN_LOOK] = "SELECT '','',''",
    [BEGIN_ALONE] = "SELECT pg_catalog.pg_advisory_xact_lock(1296257109,0)::pg_catalog.text," XID,
    [BEGIN_CLAIM] = "SELECT pg_catalog.pg_advisory_xact_lock_shared(1296257109,0)::pg_catalog.text||"
                    "pg_catalog.pg_advisory_xact_lock(1296257110,pg_catalog.hashtext($1))::pg_catalog.text," XID,
};
enum { XID_COLUMN = 1, LIFE_COLUMN };

/* The reply to the last of it, or to what failed; NULL: the connection is lost. */
static struct reply *send_begin(struct board *board, enum begin_kind kind) {
    const struct values host = {.types = {TYPE_TEXT}, .texts = {board->host ? board->host : ""}, .count = 1};

    if (!server_open_transaction(board, sql_postgres[kind == BEGIN_LOOK ? SQL_BEGIN_LOOK : SQL_BEGIN_WRITE]))
        return NULL;
    return server_ask(board, begins[kind], kind == BEGIN_CLAIM ? &host : NULL);
}

/* Behind a statement that was queued and failed it was not done, and is asked for once more. */
void transaction_undo(struct board *board) {
    struct server *server = board->server;
    struct reply *reply = NULL;

    if (server->transaction && server->kind == BEGIN_LOOK && server->link) {
        server_end_look(board);
        server->transaction = false;
        return;
    }
    if (server->link)
        reply = server_ask(board, sql_postgres[SQL_ROLLBACK], NULL);
    if (reply && reply_failed(reply)) {
        reply_free(reply);
        reply = server_ask(board, sql_postgres[SQL_ROLLBACK], NULL);
    }
    reply_free(reply);
    server->transaction = false;
}

/* Of a server that is going, or others that wrote the same. */
static bool is_passing(const struct reply *reply) {
    return strncmp(reply_state(reply), "40", 2) == 0 || strncmp(reply_state(reply), "57P", 3) == 0;
}

/* Nothing of the transaction has been done yet: what passes is tried again, over a new connection, until we have waited
 * as long as for a lock. */
bool transaction_begin(struct board *board, enum begin_kind kind, struct err *err) {
    struct server *server = board->server;
    int64_t limit = clock_monotonic() + board->busy_limit;

    for (int tries = 1;; tries++) {
        struct reply *reply = send_begin(board, kind);
        bool last = tries == TRIES || clock_monotonic() >= limit;

        if (reply && !reply_failed(reply)) {
            text_copy(server->xid, sizeof server->xid, reply_value(reply, 0, XID_COLUMN));
            text_copy(server->life, sizeof server->life, reply_value(reply, 0, LIFE_COLUMN));
            server->transaction = true;
            server->kind = kind;
            reply_free(reply);
            return true;
        }
        if (reply && (!is_passing(reply) || last)) {
            server_failed(board, reply, begins[kind], err);
            transaction_undo(board);
            return false;
        }
        reply_free(reply);
        if (last)
            return server_lost(board, err);
        if (!server_connect(board, err))
            return false;
    }
}

/* What became of a transaction whose COMMIT had no answer. */
enum fate { FATE_MADE, FATE_NOT_MADE, FATE_UNKNOWN, FATE_UNTOLD };

/* One that took over has perhaps never heard of it: "in the future". A standby has perhaps not heard of it yet. After a
 * crash, numbers whose transactions had not come to the disk are given out again, so that it is another's that was made
 * under this one, perhaps. */
static enum fate ask_fate(struct board *board) {
    static const char text[] = "SELECT CASE WHEN pg_catalog.pg_is_in_recovery()THEN NULL "
                               "ELSE pg_catalog.pg_xact_status($1::pg_catalog.xid8)END," LIFE;
    const struct values xid = {.types = {TYPE_TEXT}, .texts = {board->server->xid}, .count = 1};
    struct reply *reply = server_look(board, text, &xid);
    const char *said = reply ? reply_value(reply, 0, 0) : NULL;
    enum fate fate = FATE_UNKNOWN;

    if (said && strcmp(said, "committed") == 0)
        fate = strcmp(reply_value(reply, 0, 1), board->server->life) == 0 ? FATE_MADE : FATE_UNTOLD;
    else if ((said && strcmp(said, "aborted") == 0) || (reply && strncmp(reply_state(reply), "22", 2) == 0))
        fate = FATE_NOT_MADE;
    reply_free(reply);
    return fate;
}

/* Under way still, it may yet be made: it is asked again until it is over. */
static bool find_fate(struct board *board, struct err *err) {
    int64_t limit = clock_monotonic() + board->busy_limit;
    enum fate fate = server_connect(board, err) ? ask_fate(board) : FATE_UNKNOWN;

    while (fate == FATE_UNKNOWN && clock_monotonic() < limit) {
        clock_sleep(FATE_PAUSE_MS);
        err_release(err);
        if (board->server->link || server_connect(board, err))
            fate = ask_fate(board);
    }
    err_release(err);
    if (fate == FATE_NOT_MADE)
        return server_lost(board, err);
    board->server->transaction = fate != FATE_MADE;
    return fate == FATE_MADE ||
           err_set(err, MC_UNAVAILABLE,
                   "board %s: its server went before it said whether it has taken what was told: nothing is done with "
                   "it here, and the next pickup looks",
                   board->path);
}

bool transaction_commit(struct board *board, struct err *err) {
    struct server *server = board->server;
    struct reply *reply;
    bool made;

    if (!server->link)
        return server_lost(board, err);
    reply = server_ask(board, sql_postgres[SQL_COMMIT], NULL);
    if (!reply && server->kind != BEGIN_LOOK)
        return find_fate(board, err);
    if (!reply) {
        server->transaction = false;
        return true;
    }
    if (reply_failed(reply))
        return server_failed(board, reply, NULL, err);
    server->transaction = false;
    made = strcmp(reply_tag(reply), "COMMIT") == 0; /* one that had failed answers ROLLBACK */
    reply_free(reply);
    return made || err_set(err, MC_SOFTWARE, "board %s: the transaction had failed before its end: %s", board->path,
                           "this is a bug: please report it");
}
