#include "run/wanted.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "rules/breaker.h"
#include "run/site.h"

static void read_pools(const struct site *site, struct wanted *wanted) {
    const struct config *config = &site->config;
    const struct workspace *everybodys = config_workspace(config, NULL);

    wanted->pools = xcalloc(config->workspace_count, sizeof *wanted->pools);
    wanted->folders = xcalloc(config->workspace_count, sizeof *wanted->folders);
    for (size_t i = 0; i < config->workspace_count; i++) {
        const struct workspace *one = &config->workspaces[i];

        wanted->folders[i] = site_pool(site, one);
        wanted->pools[i] = (struct slot_pool){.workspace = one->name, .folder = wanted->folders[i], .size = one->size};
        if (one == everybodys)
            wanted->claim.default_pool = &wanted->pools[i];
    }
    wanted->claim.pools = wanted->pools;
    wanted->claim.pool_count = config->workspace_count;
}

int64_t wanted_horizon(const struct site *site, int64_t now) {
    return now + pause_longest(site->config.retry.backoff_max_s * 1000);
}

void wanted_read(const struct site *site, struct wanted *wanted) {
    const struct config *config = &site->config;
    int64_t now = clock_now();

    *wanted = (struct wanted){.profiles = xcalloc(config->profile_count, sizeof *wanted->profiles)};
    for (size_t i = 0; i < config->profile_count; i++)
        wanted->profiles[i] = config->profiles[i].name;
    wanted->claim = (struct claim_want){
        .host = config->host,
        .max_running = config->max_running,
        .max_live = config_max_live(config),
        .profiles = wanted->profiles,
        .profile_count = config->profile_count,
        .default_profile = config->profile,
        .endpoint = config->send.transport == TRANSPORT_HTTP,
        .now = now,
        .horizon = wanted_horizon(site, now),
    };
    read_pools(site, wanted);
}

void wanted_release(struct wanted *wanted) {
    for (size_t i = 0; i < wanted->claim.pool_count; i++)
        free(wanted->folders[i]);
    free(wanted->folders);
    free(wanted->pools);
    free(wanted->profiles);
}
