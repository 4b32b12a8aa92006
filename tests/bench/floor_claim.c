/* floor_claim BOARD: one claim with the same durability: the ticket's row and nothing else. */
#include "floor.h"

int main(int argc, char **argv) {
    sqlite3 *board;
    sqlite3_int64 id;
    if (argc != 2)
        return 64;
    board = floor_open(argv[1]);
    floor_run(board, "PRAGMA synchronous=FULL");
    floor_run(board, "BEGIN IMMEDIATE");
    id = floor_run(board,
                   "UPDATE tickets SET status='in_progress' WHERE id=(SELECT id FROM tickets INDEXED BY "
                   "tickets_ready WHERE status='todo' AND next_attempt_at IS NULL AND waits=0 AND profile IS NULL "
                   "ORDER BY urgency,created_at LIMIT 1) RETURNING id");
    floor_run(board, "COMMIT");
    sqlite3_close(board);
    return id > 0 ? 0 : 1;
}
