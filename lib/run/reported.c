#include "run/reported.h"

#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "rules/key.h"
#include "run/site.h"
#include "run/spool.h"
#include "run/started.h"
#include "store/runtimes.h"

/* The board's half: it is the turn that ended last. */
static bool ended(const struct site *site, const char *run_id, const char *nonce) {
    char key[SESSION_KEY_SIZE];
    struct runtime runtime = {0};
    struct err ignored = {0};
    bool is = false;

    if (!site->board)
        return false;
    key_session_key(key, strtoll(strchr(nonce, ':') + 1, NULL, 10));
    if (runtimes_get(site->board, key, &runtime, &ignored))
        is = text_same(runtime.run_id, run_id) && text_same(runtime.last_turn_marker, nonce);
    runtime_release(&runtime);
    err_release(&ignored);
    return is;
}

bool reported_taken(const struct site *site, const char *run_id, const char *nonce) {
    struct started started;

    if (!nonce || !key_nonce_ok(nonce) || !key_run_ok(run_id))
        return false;
    if (started_read(site, run_id, &started) && nonces_hold(&started.nonces, nonce))
        return true;
    return ended(site, run_id, nonce) || spool_names(site, run_id, nonce);
}
