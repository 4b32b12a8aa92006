/* floor_list BOARD: opens the board, prints the 200 tickets that changed last by one indexed query, closes. The floor
 * of a list. */
#include "floor.h"

static void print_rows(sqlite3 *board) {
    static const char sql[] = "SELECT id,status,priority,updated_at,title,failure_reason,result FROM tickets ORDER BY "
                              "updated_at DESC,id DESC LIMIT 200";
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(board, sql, -1, &statement, NULL) != SQLITE_OK)
        floor_fail(board);
    while (sqlite3_step(statement) == SQLITE_ROW)
        printf("MC-%lld %s %s %lld %s\n", (long long)sqlite3_column_int64(statement, 0),
               (const char *)sqlite3_column_text(statement, 1), (const char *)sqlite3_column_text(statement, 2),
               (long long)sqlite3_column_int64(statement, 3), (const char *)sqlite3_column_text(statement, 4));
    sqlite3_finalize(statement);
}

int main(int argc, char **argv) {
    sqlite3 *board;
    if (argc != 2)
        return 64;
    board = floor_open(argv[1]);
    print_rows(board);
    sqlite3_close(board);
    return 0;
}
