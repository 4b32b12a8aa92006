/* floor_look BOARD: opens the board, makes one indexed look, closes. The floor of an idle run. */
#include "floor.h"

int main(int argc, char **argv) {
    sqlite3 *board;
    if (argc != 2)
        return 64;
    board = floor_open(argv[1]);
    floor_run(board, "SELECT id FROM tickets INDEXED BY tickets_ready WHERE status='todo' AND next_attempt_at IS NULL "
                     "AND waits=0 LIMIT 1");
    sqlite3_close(board);
    return 0;
}
