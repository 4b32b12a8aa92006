#include "store/postgres_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/db.h"
#include "store/db_postgres.h"
#include "store/postgres_verdict.h"
#include "store/sql_postgres.h"

enum {
    ANSWER_MS = 30000, /* beyond the wait for a lock: a server that says nothing for so long is gone */
    SAID_MAX = 1000,
};

int64_t server_deadline(const struct board *board) {
    return clock_monotonic() + board->busy_limit + ANSWER_MS;
}

/* What is lost is closed at once, so that the server sees it. */
void server_hang_up(struct server *server) {
    link_close(server->link);
    server->link = NULL;
}

bool server_lost(const struct board *board, struct err *err) {
    return err_set(err, MC_TEMPFAIL, "board %s: the connection to its server was lost: nothing was changed: try again",
                   board->path);
}

/* Of a row: a constraint, a value that does not fit, a text where a number stands. */
static bool is_refusal(const char *state) {
    return strncmp(state, "23", 2) == 0 || strncmp(state, "22", 2) == 0 || strcmp(state, "42804") == 0;
}

/* In the server's language, and by whoever wrote a trigger: on one line. */
static char *words_of(const struct reply *reply) {
    const char *said = reply_message(reply) ? reply_message(reply) : "it gave no reason";
    struct text line = {0};

    clean_line(&line, said, strlen(said), SAID_MAX);
    return text_take(&line);
}

bool server_failed(struct board *board, struct reply *reply, const char *statement, struct err *err) {
    const struct verdict *verdict = verdict_of(reply_state(reply));
    char *said = words_of(reply);

    xreplace(&board->server->refusal, is_refusal(reply_state(reply)) ? said : NULL);
    if (verdict->code == MC_SOFTWARE && statement)
        err_set(err, verdict->code, "board %s: %s in \"%s\": %s", board->path, said, statement, verdict->advice);
    else
        err_set(err, verdict->code, "board %s: %s: %s", board->path, said, verdict->advice);
    free(said);
    reply_free(reply);
    return false;
}

struct reply *server_ask(struct board *board, const char *text, const struct values *values) {
    struct server *server = board->server;
    struct reply *reply = server->link ? link_ask(server->link, text, values, server_deadline(board)) : NULL;

    if (reply)
        server->changes += link_changed(server->link);
    else
        server_hang_up(server);
    return reply;
}

/* Whatever the role or the database says: a lock is waited for no longer than the board's limit, a commit is on the
 * disk before it is told, a program that hangs does not keep the others waiting for ever, and no small look is compiled
 * or made by several because nobody has counted the rows yet. */
static const char settings[] = "SELECT pg_catalog.set_config('lock_timeout',$1,true),"
                               "pg_catalog.set_config('idle_in_transaction_session_timeout','60000',true),"
                               "pg_catalog.set_config('jit','off',true),"
                               "pg_catalog.set_config('max_parallel_workers_per_gather','0',true),"
                               "pg_catalog.set_config('synchronous_commit',CASE WHEN $2='relaxed' THEN 'off' WHEN "
                               "pg_catalog.current_setting('synchronous_commit')='off' THEN 'on' ELSE "
                               "pg_catalog.current_setting('synchronous_commit')END,true)";

/* The path in a statement of its own, because what stands in one is looked up before any of it is done. */
bool server_open_transaction(struct board *board, const char *begin) {
    static const char path[] = "SET LOCAL search_path=pg_catalog,pg_temp";
    struct values values = {.types = {TYPE_TEXT, TYPE_TEXT}, .count = 2};
    struct server *server = board->server;
    int64_t deadline = server_deadline(board);

    snprintf(values.digits[0], VALUE_DIGITS, "%lld", (long long)(board->busy_limit > 0 ? board->busy_limit : 1));
    values.texts[0] = values.digits[0];
    values.texts[1] = board->relaxed ? "relaxed" : "";
    if (server->link && link_queue(server->link, begin, NULL, deadline) &&
        link_queue(server->link, path, NULL, deadline) && link_queue(server->link, settings, &values, deadline))
        return true;
    server_hang_up(server);
    return false;
}

void server_end_look(struct board *board) {
    if (!link_send_off(board->server->link, sql_postgres[SQL_ROLLBACK], server_deadline(board)))
        server_hang_up(board->server);
}

struct reply *server_look(struct board *board, const char *text, const struct values *values) {
    struct reply *reply;

    if (!server_open_transaction(board, "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"))
        return NULL;
    reply = server_ask(board, text, values);
    if (reply)
        server_end_look(board);
    return reply;
}

bool server_connect(struct board *board, struct err *err) {
    struct server *server = board->server;
    const char *why;
    bool refused;

    server_hang_up(server);
    server->link = link_dial(board->name);
    if (!link_lost(server->link))
        return true;
    refused = link_refused(server->link);
    why = link_why(server->link);
    err_set(err, refused ? MC_NOPERM : MC_UNAVAILABLE, "board %s: its server cannot be had: %s: see %s", board->path,
            why, verdict_page(why, refused));
    server_hang_up(server);
    return false;
}
