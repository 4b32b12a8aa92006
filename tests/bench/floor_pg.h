#ifndef MC_BENCH_FLOOR_PG_H
#define MC_BENCH_FLOOR_PG_H

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* The least that a program does to a board on a server with libpq, as far as the floors share it. */

static inline void floor_pg_fail(PGconn *board) {
    fprintf(stderr, "%s\n", PQerrorMessage(board));
    exit(1);
}

static inline PGconn *floor_pg_open(const char *uri) {
    PGconn *board = PQconnectdb(uri);
    if (PQstatus(board) != CONNECTION_OK)
        floor_pg_fail(board);
    return board;
}

static inline PGresult *floor_pg_ask(PGconn *board, const char *sql, int count, const char *const *values) {
    PGresult *result = PQexecParams(board, sql, count, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        floor_pg_fail(board);
    return result;
}

static inline void floor_pg_run(PGconn *board, const char *sql, int count, const char *const *values) {
    PQclear(floor_pg_ask(board, sql, count, values));
}

/* What stands first in its one row. */
static inline void floor_pg_text(PGconn *board, const char *sql, char *out, size_t size) {
    PGresult *result = floor_pg_ask(board, sql, 0, NULL);
    if (PQntuples(result) != 1)
        exit(2);
    snprintf(out, size, "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
}

static inline long floor_pg_ticks(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000L + now.tv_nsec;
}

#endif
