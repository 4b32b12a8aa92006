/* floor_event BOARD NUMBER: one turn ended with the same durability: one fenced update of its row and nothing else. */
#include "floor.h"

int main(int argc, char **argv) {
    sqlite3 *board;
    char update[256];
    if (argc != 3)
        return 64;
    board = floor_open(argv[1]);
    snprintf(update, sizeof update,
             "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL WHERE session_key='ticket:%d:session' AND "
             "status='running' AND turn_nonce IS NOT NULL RETURNING ticket_id",
             atoi(argv[2]));
    floor_run(board, "PRAGMA synchronous=FULL");
    floor_run(board, "BEGIN IMMEDIATE");
    sqlite3_int64 id = floor_run(board, update);
    floor_run(board, "COMMIT");
    sqlite3_close(board);
    return id > 0 ? 0 : 1;
}
