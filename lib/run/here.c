#include "run/here.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/text.h"
#include "run/hosts.h"
#include "run/site.h"
#include "store/runtimes.h"

bool site_here(const struct site *site, const char *host) {
    return !host || !site->board || !board_is_shared(site->board) || text_same(host, site->config.host);
}

bool here_not_alone(const struct site *site, const char *name) {
    return name && site->board_kind == DATABASE_SERVER;
}

enum here_place here_place(const struct site *site, const char *profile, const char *workspace) {
    const struct config *config = &site->config;
    char *misplaced = config_misplaced(config, workspace);
    bool placed = !misplaced;

    free(misplaced);
    if (profile && !config_profile(config, profile))
        return here_not_alone(site, profile) ? PLACE_OTHER_PROFILE : PLACE_NO_PROFILE;
    if (!placed && here_not_alone(site, workspace))
        return PLACE_OTHER_WORKSPACE;
    if (!profile && !config->profile)
        return PLACE_NO_DEFAULT;
    return placed ? PLACE_HERE : PLACE_NO_WORKSPACE;
}

bool here_refuse(const char *key, const char *host, const char *what, struct err *err) {
    return err_set(err, MC_UNAVAILABLE, "%s: its agent is on host %s; run mc-ticket %s %s there", key, host, what, key);
}

bool here_agent(struct site *site, int64_t ticket, const char *what, struct err *err) {
    struct runtime runtime = {0};
    char session_key[SESSION_KEY_SIZE], key[KEY_SIZE];
    bool ok;

    if (!board_is_shared(site->board))
        return true;
    key_session_key(session_key, ticket);
    site_key(site, ticket, key);
    ok = hosts_check(site, err) && runtimes_get(site->board, session_key, &runtime, err);
    if (ok && runtime_active(&runtime) && !site_here(site, runtime.host))
        ok = here_refuse(key, runtime.host, what, err);
    runtime_release(&runtime);
    return ok;
}
