/* floor_claim_pg URI [HOST]: one claim by libpq and nothing else: a connection, one transaction with the rows that a
 * claim has (ticket, run, runtime, message, effect, story), under the lock of its host. */
#include "floor_pg.h"

int main(int argc, char **argv) {
    PGconn *board;
    char run[40], id[32], key[64];
    if (argc != 2 && argc != 3)
        return 64;
    const char *host = argc > 2 ? argv[2] : "bench";
    board = floor_pg_open(argv[1]);
    floor_pg_run(board, "BEGIN", 0, NULL);
    floor_pg_run(board, "SELECT pg_advisory_xact_lock(1296257110,hashtext($1))", 1, (const char *[]){host});
    floor_pg_run(board,
                 "SELECT count(*)FROM mc_pickup.runtime_sessions WHERE host=$1 AND status IN('spawning','running')", 1,
                 (const char *[]){host});
    floor_pg_text(board,
                  "SELECT id FROM mc_pickup.tickets WHERE status='todo' AND next_attempt_at IS NULL AND waits=0 AND "
                  "COALESCE(profile,'')='' AND COALESCE(workspace,'')='' ORDER BY urgency,queued_at,id LIMIT 1 "
                  "FOR NO KEY UPDATE SKIP LOCKED",
                  id, sizeof id);
    snprintf(run, sizeof run, "%016lx%016lx", (unsigned long)getpid(), (unsigned long)floor_pg_ticks());
    snprintf(key, sizeof key, "ticket:%s:session", id);
    floor_pg_run(board,
                 "INSERT INTO mc_pickup.runs(run_id,ticket_id,attempt,host,started_at)VALUES($1,$2::bigint,1,$3,1)", 3,
                 (const char *[]){run, id, host});
    floor_pg_run(board,
                 "UPDATE mc_pickup.tickets SET status='in_progress',run_id=$1,worker_host=$3,updated_at=1 WHERE "
                 "id=$2::bigint AND status='todo'",
                 3, (const char *[]){run, id, host});
    floor_pg_run(board,
                 "INSERT INTO mc_pickup.runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at)VALUES"
                 "($1,$2::bigint,$3,$4,'spawning',1)",
                 4, (const char *[]){key, id, run, host});
    floor_pg_run(board,
                 "INSERT INTO mc_pickup.ticket_messages(ticket_id,author,kind,status,nonce,run_id,created_at)VALUES"
                 "($2::bigint,'mc-pickup','work','pending','n',$1,1)",
                 2, (const char *[]){run, id});
    floor_pg_run(board, "INSERT INTO mc_pickup.effects(run_id,kind,state,at)VALUES($1,'spawn','intent',1)", 1,
                 (const char *[]){run});
    floor_pg_run(board,
                 "INSERT INTO mc_pickup.ticket_activity(ticket_id,run_id,author,kind,body,created_at)VALUES"
                 "($2::bigint,$1,'mc-pickup','claimed','attempt 1',1)",
                 2, (const char *[]){run, id});
    floor_pg_run(board, "COMMIT", 0, NULL);
    PQfinish(board);
    return 0;
}
