/* claim BOARD [MAX_RUNNING]: with a number only the look, which finds no room; else one claim through our own layers,
 * with all its rows: what mc-pickup does before it starts anything. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/random.h"
#include "rules/key.h"
#include "rules/rows.h"
#include "store/board.h"
#include "store/claim.h"

static bool take(struct board *board, const struct claim_look *look, struct err *err) {
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
                                             .run_id = run_id,
                                             .host = "bench",
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
           changed;
}

static bool claim(const char *path, int64_t max_running, struct err *err) {
    static const char *const profiles[] = {"demo"};
    struct claim_want want = {.host = "bench",
                              .max_running = max_running ? max_running : 1000000,
                              .profiles = profiles,
                              .profile_count = 1,
                              .default_profile = "demo",
                              .now = clock_now(),
                              .horizon = INT64_MAX};
    struct board *board = NULL;
    struct claim_look look;
    bool ok = board_open(&board, path, BOARD_WRITE, err) && claim_next(board, &want, &look, err);
    if (ok && !max_running)
        ok = claim_prepare(board, false, err) && board_begin(board, err) && claim_next(board, &want, &look, err) &&
             look.found == CLAIM_TICKET && take(board, &look, err) && board_commit(board, err);
    else if (ok)
        ok = look.found == CLAIM_CAPACITY;
    board_free(board);
    return ok;
}

int main(int argc, char **argv) {
    struct err err = {0};
    if (argc != 2 && argc != 3)
        return MC_USAGE;
    if (claim(argv[1], argc > 2 ? strtoll(argv[2], NULL, 10) : 0, &err))
        return 0;
    fprintf(stderr, "claim: %s\n", err.text ? err.text : "nothing to claim");
    err_release(&err);
    return 1;
}
