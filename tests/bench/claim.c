/* claim BOARD [MAX_RUNNING | pool | hostNAME]: with a number only the look, which finds no room; else one claim through
 * our own layers, with all its rows: what mc-pickup does before it starts anything. With `pool` it takes one of three
 * slots, and leaves it again, beside another pool. A board on a server is shared: hostNAME claims ("bench"), by the
 * module in MC_MODULES. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/random.h"
#include "rules/key.h"
#include "rules/rows.h"
#include "store/board.h"
#include "store/claim.h"
#include "store/slots.h"

static const char *host = "bench";

static const struct slot_pool pools[] = {{.workspace = "default", .folder = "/pool", .size = 3},
                                         {.workspace = "web", .folder = "/web", .size = 1}};

static bool leave(struct board *board, const struct slot *slot, struct err *err) {
    bool changed = false;
    return slots_free(board, &(struct slot_change){.name = slot->name, .run_id = slot->run_id}, &changed, err) &&
           changed;
}

static bool take(struct board *board, const struct claim_look *look, bool pool, struct err *err) {
    struct slot slot = {0};
    int64_t id = look->id;
    struct identity self = {.pid = 1, .start = 1, .boot = "bench"};
    char run_id[RUN_ID_SIZE], nonce[NONCE_SIZE], session_key[SESSION_KEY_SIZE];
    bool changed = false;
    int64_t now = clock_now();
    random_hex(run_id, RUN_ID_DIGITS);
    key_nonce(nonce, id, now, random_number());
    key_session_key(session_key, id);
    return claim_take(board,
                      &(struct claim_taking){.id = id,
                                             .pool = pool ? pools : NULL,
                                             .slot = &slot,
                                             .run_id = run_id,
                                             .host = host,
                                             .profile = "demo",
                                             .session_key = session_key,
                                             .tmux_target = "mc-MC-1",
                                             .cwd = "/work",
                                             .log = "/run/pane.log",
                                             .nonce = nonce,
                                             .pickup = &self,
                                             .sweep = look->due,
                                             .now = now,
                                             .horizon = INT64_MAX},
                      &changed, err) &&
           changed && (!pool || leave(board, &slot, err));
}

static bool claim(const char *path, int64_t max_running, bool pool, struct err *err) {
    static const char *const profiles[] = {"demo"};
    struct claim_want want = {.host = host,
                              .max_running = max_running ? max_running : 1000000,
                              .profiles = profiles,
                              .profile_count = 1,
                              .default_profile = "demo",
                              .pools = pools,
                              .pool_count = pool ? 2 : 0,
                              .default_pool = pool ? pools : NULL,
                              .now = clock_now(),
                              .horizon = INT64_MAX};
    struct board *board = NULL;
    struct claim_look look;
    board_as_host(host);
    board_modules(getenv("MC_MODULES"));
    bool ok = board_open(&board, path, BOARD_WRITE, err) && claim_next(board, &want, &look, err);
    if (ok && !max_running)
        ok = claim_prepare(board, pool, err) && board_begin_claim(board, err) && claim_next(board, &want, &look, err) &&
             look.found == CLAIM_TICKET && take(board, &look, pool, err) && board_commit(board, err);
    else if (ok)
        ok = look.found == CLAIM_CAPACITY;
    board_free(board);
    return ok;
}

int main(int argc, char **argv) {
    struct err err = {0};
    if (argc != 2 && argc != 3)
        return MC_USAGE;
    if (argc > 2 && strncmp(argv[2], "host", 4) == 0)
        host = argv[2];
    bool pool = argc > 2 && strcmp(argv[2], "pool") == 0;
    if (claim(argv[1], argc > 2 && host != argv[2] ? strtoll(argv[2], NULL, 10) : 0, pool, &err))
        return 0;
    fprintf(stderr, "claim: %s\n", err.text ? err.text : "nothing to claim");
    err_release(&err);
    return 1;
}
