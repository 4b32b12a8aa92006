#include "rules/config_workspaces.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/branch.h"
#include "rules/config.h"
#include "rules/config_keys.h"
#include "rules/config_reading.h"
#include "rules/config_rows.h"
#include "rules/config_value.h"

static struct workspace *new_row(struct config *config, const char *name) {
    struct workspace *row;

    config->workspaces = xrealloc(config->workspaces, (config->workspace_count + 1) * sizeof *config->workspaces);
    row = &config->workspaces[config->workspace_count++];
    *row = (struct workspace){.name = xstrdup(name)};
    for (const struct key *key = workspace_keys; key->name; key++)
        key_preset(key, row);
    return row;
}

static bool fail_prefix(const struct config_place *at) {
    char *path = xasprintf("%s.branch_prefix", at->path);

    config_fail(at->reading, path,
                "no branch's name can begin with it; git-check-ref-format(1) says what may be in one");
    free(path);
    return false;
}

/* As they are written; links are followed before the pool is made. */
static bool is_within(const char *path, const char *folder) {
    size_t n = strlen(folder);

    return text_starts(path, folder) && (path[n] == '/' || path[n] == '\0');
}

static bool read_one(struct config_place *at, const char *name) {
    struct workspace *row = new_row(at->reading->config, name);

    at->object = row;
    if (!config_read_row(at, workspace_keys))
        return false;
    if (!branch_prefix_ok(row->branch_prefix))
        return fail_prefix(at);
    if (!row->repo)
        return config_fail(at->reading, at->path, "repo: is needed: the git repository that agents work on");
    return !row->pool || !is_within(row->pool, row->repo) ||
           config_fail(at->reading, at->path, "pool: %s lies in its repository; choose a folder outside %s", row->pool,
                       row->repo);
}

static bool read_named(struct config_place *at) {
    if (config_workspace_named(at->reading->config, json_key(at->json)))
        return config_fail(at->reading, at->path, "this is the name of the key \"workspace\"; take another");
    return read_one(at, json_key(at->json));
}

bool config_read_workspace(const struct config_reading *reading, const struct json *json) {
    struct config_place at = {.reading = reading, .json = json, .path = "workspace"};

    if (config_workspace_named(reading->config, WORKSPACE_DEFAULT))
        return config_fail(reading, "workspace", "one of workspaces is named " WORKSPACE_DEFAULT "; name it otherwise");
    return read_one(&at, WORKSPACE_DEFAULT);
}

bool config_read_workspaces(const struct config_reading *reading, const struct json *json) {
    return config_read_rows(reading, json, "workspaces", read_named);
}

static bool check_pair(const struct config_reading *reading, const struct workspace *one,
                       const struct workspace *other) {
    if (strcmp(one->pool, other->pool) == 0)
        return config_fail(reading, "workspaces", "%s and %s have one pool, %s; give each its own folder", other->name,
                           one->name, one->pool);
    if (is_within(one->pool, other->pool) || is_within(other->pool, one->pool))
        return config_fail(reading, "workspaces",
                           "the pools of %s and %s lie in one another, %s and %s; give each its own folder",
                           other->name, one->name, other->pool, one->pool);
    return true;
}

bool config_check_workspaces(const struct config_reading *reading) {
    const struct config *config = reading->config;

    for (size_t i = 0; i < config->workspace_count; i++) {
        const struct workspace *one = &config->workspaces[i];

        for (size_t j = 0; j < i; j++)
            if (one->pool && config->workspaces[j].pool && !check_pair(reading, one, &config->workspaces[j]))
                return false;
    }
    return true;
}
