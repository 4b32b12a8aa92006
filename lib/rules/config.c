#include "rules/config.h"

#include "base/mem.h"
#include "base/text.h"

void config_release(struct config *config) {
    char *const strings[] = {config->file,           config->database,      config->agents_database,
                             config->host,           config->ticket_prefix, config->path,
                             config->tmux.socket,    config->profile,       config->send.dialect,
                             config->send.url,       config->send.ca_file,  config->send.token_file,
                             config->send.token_env, config->prompt_file,   config->tmux.session_prefix};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        free(strings[i]);
    for (size_t i = 0; i < config->profile_count; i++)
        profile_release(&config->profiles[i]);
    for (size_t i = 0; i < config->send.dialect_count; i++)
        dialect_release(&config->send.dialects[i]);
    for (size_t i = 0; i < config->workspace_count; i++)
        workspace_release(&config->workspaces[i]);
    free(config->profiles);
    free(config->workspaces);
    free(config->send.dialects);
    argv_release(&config->notify);
    argv_release(&config->notify_on);
    free(config->page);
    argv_release(&config->agents_may);
    *config = (struct config){0};
}

const struct profile *config_profile(const struct config *config, const char *name) {
    for (size_t i = 0; name && i < config->profile_count; i++)
        if (strcmp(config->profiles[i].name, name) == 0)
            return &config->profiles[i];
    return NULL;
}

const struct workspace *config_workspace_named(const struct config *config, const char *name) {
    for (size_t i = 0; i < config->workspace_count; i++)
        if (strcmp(config->workspaces[i].name, name) == 0)
            return &config->workspaces[i];
    return NULL;
}

const struct workspace *config_workspace(const struct config *config, const char *name) {
    if (!name && config->workspace_count == 1)
        return &config->workspaces[0];
    return config_workspace_named(config, name ? name : WORKSPACE_DEFAULT);
}

char *config_misplaced(const struct config *config, const char *workspace) {
    if (config_workspace(config, workspace) || (!workspace && !config->workspace_count))
        return NULL;
    return workspace ? xasprintf("workspace %s is not configured", workspace)
                     : xstrdup("it names no workspace, and none of those configured is the default");
}

const char *config_missing_key(const char *workspace) {
    return workspace && strcmp(workspace, WORKSPACE_DEFAULT) != 0 ? "\"workspaces\"" : "\"workspace\"";
}

void config_list_workspaces(const struct config *config, struct text *out) {
    for (size_t i = 0; i < config->workspace_count; i++)
        text_addf(out, "%s%s", i > 0 ? ", " : "", config->workspaces[i].name);
}

int64_t config_max_live(const struct config *config) {
    return config->max_live ? config->max_live : 3 * config->max_running;
}

const struct dialect *config_dialect(const struct config *config, const char *name) {
    for (size_t i = 0; name && i < config->send.dialect_count; i++)
        if (strcmp(config->send.dialects[i].name, name) == 0)
            return &config->send.dialects[i];
    return NULL;
}
