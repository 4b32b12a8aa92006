#ifndef MC_BENCH_FLOOR_H
#define MC_BENCH_FLOOR_H

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The least that a program does to a board with SQLite, as far as the floors share it. */

static inline void floor_fail(sqlite3 *board) {
    fprintf(stderr, "%s\n", sqlite3_errmsg(board));
    exit(1);
}

static inline int floor_wait(void *data, int tries) {
    struct timespec one = {.tv_nsec = 1000000};
    (void)data;
    return tries < 60000 && nanosleep(&one, NULL) == 0;
}

static inline sqlite3 *floor_open(const char *path) {
    sqlite3 *board = NULL;
    if (sqlite3_open_v2(path, &board, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        floor_fail(board);
    sqlite3_busy_handler(board, floor_wait, NULL);
    return board;
}

/* Runs one statement; the number in its first column, -1 when there is no row. */
static inline sqlite3_int64 floor_run(sqlite3 *board, const char *sql) {
    sqlite3_stmt *statement = NULL;
    sqlite3_int64 number = -1;
    int result;
    if (sqlite3_prepare_v2(board, sql, -1, &statement, NULL) != SQLITE_OK)
        floor_fail(board);
    result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    else if (result != SQLITE_DONE)
        floor_fail(board);
    sqlite3_finalize(statement);
    return number;
}

#endif
