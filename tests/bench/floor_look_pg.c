/* floor_look_pg URI: connects and asks for one row. */
#include "floor_pg.h"

int main(int argc, char **argv) {
    PGconn *board;
    if (argc != 2)
        return 64;
    board = floor_pg_open(argv[1]);
    floor_pg_run(board,
                 "SELECT 1 FROM mc_pickup.tickets WHERE status='todo' AND next_attempt_at IS NULL AND waits=0 LIMIT 1",
                 0, NULL);
    PQfinish(board);
    return 0;
}
