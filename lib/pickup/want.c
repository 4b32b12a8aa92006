#include "pickup/want.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "pickup/state.h"

static void read_pools(const struct site *site, struct pickup_want *want) {
    const struct config *config = &site->config;
    const struct workspace *everybodys = config_workspace(config, NULL);

    want->pools = xcalloc(config->workspace_count + 1, sizeof *want->pools);
    want->folders = xcalloc(config->workspace_count + 1, sizeof *want->folders);
    for (size_t i = 0; i < config->workspace_count; i++) {
        const struct workspace *one = &config->workspaces[i];

        want->folders[i] = site_pool(site, one);
        want->pools[i] = (struct slot_pool){.workspace = one->name, .folder = want->folders[i], .size = one->size};
        if (one == everybodys)
            want->claim.default_pool = &want->pools[i];
    }
    want->claim.pools = want->pools;
    want->claim.pool_count = config->workspace_count;
}

void pickup_want(const struct pickup *pickup, struct pickup_want *want) {
    const struct site *site = &pickup->site;
    const struct config *config = &site->config;

    *want = (struct pickup_want){.profiles = xcalloc(config->profile_count + 1, sizeof *want->profiles)};
    for (size_t i = 0; i < config->profile_count; i++)
        want->profiles[i] = config->profiles[i].name;
    want->claim = (struct claim_want){
        .host = config->host,
        .max_running = config->max_running + pickup->rooms,
        .max_live = config_max_live(config) + pickup->rooms,
        .profiles = want->profiles,
        .profile_count = config->profile_count,
        .default_profile = config->profile,
        .left = pickup->dry,
        .hopeless = pickup->hopeless,
        .endpoint = config->send.transport == TRANSPORT_HTTP,
        .now = clock_now(),
        .all = pickup->dry,
    };
    read_pools(site, want);
}

void pickup_want_release(struct pickup_want *want) {
    for (size_t i = 0; i < want->claim.pool_count; i++)
        free(want->folders[i]);
    free(want->folders);
    free(want->pools);
    free(want->profiles);
}
