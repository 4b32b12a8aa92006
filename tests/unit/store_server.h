#ifndef MC_STORE_SERVER_H
#define MC_STORE_SERVER_H

/* The fixture's side of a board on a server: MC_TEST_DB names one (tests/hosts/server.py), where each test has a
 * database of its own. */
#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/board.h"
#include "store/db.h"

enum { SERVER_TYPE_BOOL = 16 };

static inline bool server_given(void) {
    return getenv("MC_TEST_DB") != NULL;
}

/* The URI of another database there. */
static inline char *server_uri(const char *name) {
    const char *given = getenv("MC_TEST_DB"), *at = strstr(given, "/postgres");
    if (!at)
        fail_msg("MC_TEST_DB names no database postgres: %s", given);
    return xasprintf("%.*s/%s%s", (int)(at - given), given, name, at + strlen("/postgres"));
}

static inline PGconn *server_connect(const char *uri) {
    PGconn *connection = PQconnectdb(uri);
    if (PQstatus(connection) != CONNECTION_OK)
        fail_msg("%s: %s", uri, PQerrorMessage(connection));
    return connection;
}

static inline void server_texts(const char *uri, const char *const *texts) {
    PGconn *connection = server_connect(uri);
    for (; *texts; texts++) {
        PGresult *result = PQexec(connection, *texts);
        ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            fail_msg("%s: %s", *texts, PQresultErrorMessage(result));
        PQclear(result);
    }
    PQfinish(connection);
}

static inline void server_text(char *text) {
    server_texts(getenv("MC_TEST_DB"), (const char *const[]){text, NULL});
    free(text);
}

static inline void server_read(const char *path, struct text *out) {
    char bytes[4096];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        text_addn(out, bytes, n);
    fclose(file);
}

/* A board with the tests' dialect: databases are copied from it. */
static inline void server_make_board(void) {
    struct err err = {0};
    bool made;
    char *uri = server_uri("unfinished");
    struct text dialect = {0};
    server_read(MC_TESTS "/hosts/dialect.sql", &dialect);
    server_text(xstrdup("CREATE DATABASE unfinished"));
    if (!board_create(uri, &made, &err))
        fail_msg("%s", err.text);
    server_texts(uri, (const char *const[]){text_str(&dialect), NULL});
    text_release(&dialect);
    server_text(xstrdup("ALTER DATABASE unfinished RENAME TO board"));
    free(uri);
}

/* Once on each server, whoever comes first. */
static inline void server_need_board(void) {
    PGconn *connection = server_connect(getenv("MC_TEST_DB"));
    PQclear(PQexec(connection, "SELECT pg_advisory_lock(1)"));
    PGresult *found = PQexec(connection, "SELECT 1 FROM pg_database WHERE datname='board'");
    if (PQntuples(found) == 0)
        server_make_board();
    PQclear(found);
    PQfinish(connection);
}

/* The URI of a database for one test: empty, or with a board. */
static inline char *server_database(bool board) {
    static int made;
    static bool needed;
    char name[64];
    if (board && !needed)
        server_need_board();
    needed = needed || board;
    snprintf(name, sizeof name, "test_%d_%d", getpid(), ++made);
    server_text(xasprintf("CREATE DATABASE %s TEMPLATE %s", name, board ? "board" : "template1"));
    return server_uri(name);
}

static inline void server_drop(const char *uri) {
    const char *at = strstr(uri, "/test_") + 1;
    server_text(xasprintf("DROP DATABASE %.*s WITH(FORCE)", (int)strcspn(at, "?"), at));
}

/* The engine's own connection: what a test asks is then part of the transaction under way, as it is with a file. The
 * first thing in what the engine keeps is its link, and in that its connection. */
static inline PGconn *server_of(struct board *board) {
    struct err err = {0};
    if (!db_script(board, (const char *const[]){"SELECT 1", NULL}, &err)) /* nothing of its own is still under way */
        fail_msg("%s", err.text);
    void *link = *(void **)board->server;
    if (!link)
        fail_msg("the board has lost its connection");
    return *(PGconn **)link;
}

static inline PGresult *server_exec(struct board *board, const char *text) {
    PGconn *connection = server_of(board);
    bool within = PQtransactionStatus(connection) == PQTRANS_INTRANS;
    PQclear(PQexec(connection, within ? "SET LOCAL search_path=tests,mc_pickup,pg_catalog"
                                      : "SET search_path=tests,mc_pickup,pg_catalog"));
    PGresult *result = PQexec(connection, text);
    if (strstr(text, "INSERT"))
        PQclear(PQexec(connection, "SELECT tests.follow()"));
    PQclear(PQexec(connection, within ? "SET LOCAL search_path=pg_catalog,pg_temp" : "RESET search_path"));
    return result;
}

static inline bool server_failed(const PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY;
}

static inline void server_sql(struct board *board, const char *text) {
    PGresult *result = server_exec(board, text);
    if (server_failed(result))
        fail_msg("%s: %s", text, PQresultErrorMessage(result));
    PQclear(result);
}

static inline void server_refused(struct board *board, const char *text) {
    PGresult *result = server_exec(board, text);
    if (!server_failed(result))
        fail_msg("was not refused: %s", text);
    PQclear(result);
}

static inline char *server_get(struct board *board, const char *text) {
    PGresult *result = server_exec(board, text);
    char *value = NULL;
    if (server_failed(result))
        fail_msg("%s: %s", text, PQresultErrorMessage(result));
    if (PQntuples(result) > 0 && PQgetisnull(result, 0, 0))
        value = xstrdup("-");
    else if (PQntuples(result) > 0 && PQftype(result, 0) == SERVER_TYPE_BOOL)
        value = xstrdup(*PQgetvalue(result, 0, 0) == 't' ? "1" : "0");
    else if (PQntuples(result) > 0)
        value = xstrdup(PQgetvalue(result, 0, 0));
    PQclear(result);
    return value;
}

#endif
