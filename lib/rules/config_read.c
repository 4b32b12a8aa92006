#include "rules/config_read.h"

#include "base/argv.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/config.h"
#include "rules/config_keys.h"
#include "rules/config_reading.h"
#include "rules/config_rows.h"
#include "rules/config_value.h"
#include "rules/config_workspaces.h"
#include "rules/dialect_fill.h"
#include "rules/key.h"

enum { SOCKET_PATH_MAX = 99 };

void config_defaults(struct config *config) {
    *config = (struct config){0};
    for (const struct key *key = config_keys; key->name; key++)
        key_preset(key, config);
    config->profile_count = profile_builtin_count();
    config->profiles = xcalloc(config->profile_count, sizeof *config->profiles);
    for (size_t i = 0; i < config->profile_count; i++)
        profile_from_builtin(&config->profiles[i], profile_builtin(i));
    config->send.dialect_count = dialect_builtin_count();
    config->send.dialects = xcalloc(config->send.dialect_count, sizeof *config->send.dialects);
    for (size_t i = 0; i < config->send.dialect_count; i++)
        dialect_from_builtin(&config->send.dialects[i], i);
}

static bool unknown_key(const struct config_reading *reading, const char *path) {
    return config_fail(reading, path, "unknown key; mc-pickup.conf(5) lists those that exist");
}

static bool read_key(const struct config_reading *reading, const struct key *key, const struct json *json) {
    if (key->type == KEY_PROFILES)
        return config_read_profiles(reading, json);
    if (key->type == KEY_WORKSPACE)
        return config_read_workspace(reading, json);
    if (key->type == KEY_WORKSPACES)
        return config_read_workspaces(reading, json);
    if (key->type == KEY_DIALECTS)
        return config_read_dialects(reading, json);
    return key_read(&(struct config_place){reading, key, json, key->name, reading->config});
}

/* The file itself (path NULL) or one of its groups. */
static bool read_group(const struct config_reading *reading, const struct json *json, const char *path) {
    if (json_type(json) != JSON_OBJECT)
        return config_fail(reading, path ? path : "", "must be an object");
    for (const struct json *member = json_first(json); member; member = json_next(member)) {
        char *full = path ? xasprintf("%s.%s", path, json_key(member)) : xstrdup(json_key(member));
        bool dotted = strchr(json_key(member), '.') != NULL;
        const struct key *key = dotted ? NULL : key_find(config_keys, full);
        bool ok = !key                     ? unknown_key(reading, full)
                  : key->type == KEY_GROUP ? read_group(reading, member, full)
                                           : read_key(reading, key, member);
        free(full);
        if (!ok)
            return false;
    }
    return true;
}

static bool check_socket(const struct config_reading *reading) {
    char **socket = &reading->config->tmux.socket;
    struct err why = {0};
    char *expanded = NULL;
    if (!*socket)
        return true;
    if (!strpbrk(*socket, "/~$"))
        return config_name_ok(*socket) ||
               config_fail(reading, "tmux.socket", "must be a path, or a name of 1 to 32 letters, digits, - and _");
    if (!config_expand(&expanded, *socket, reading->file->lookup, &why)) {
        config_fail(reading, "tmux.socket", "%s", why.text);
        err_release(&why);
        return false;
    }
    free(*socket);
    *socket = expanded;
    return strlen(expanded) <= SOCKET_PATH_MAX ||
           config_fail(reading, "tmux.socket", "is longer than a socket's path can be; at most %d bytes are allowed",
                       SOCKET_PATH_MAX);
}

static bool host_ok(const char *host) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    return *host && strspn(host, letters) == strlen(host);
}

static bool check_names(const struct config_reading *reading) {
    const struct config *config = reading->config;
    if (config->host && !host_ok(config->host))
        return config_fail(reading, "host", "must be 1 to 64 letters, digits, dots, - and _");
    if (!key_prefix_ok(config->ticket_prefix))
        return config_fail(reading, "ticket_prefix", "must be a capital letter and at most 9 capitals or digits");
    if (!key_session_prefix_ok(config->tmux.session_prefix))
        return config_fail(reading, "tmux.session_prefix", "must be 1 to 20 letters, digits, - and _");
    if (config->profile && !config_profile(config, config->profile))
        return config_fail(reading, "profile",
                           "there is no profile \"%s\"; take a built-in one (claude, codex, "
                           "opencode, gemini, qwen, pi, demo) or add it to profiles",
                           config->profile);
    return true;
}

static bool check_url(const struct config_reading *reading, const struct dialect *dialect) {
    const struct dialect_fields sample = {.ticket = "MC-1",
                                          .number = 1,
                                          .session_key = "ticket:1:session",
                                          .session = "mc-MC-1",
                                          .run_id = "0",
                                          .nonce = "0",
                                          .message = "0"};
    struct err why = {0};
    struct text url = {0};
    bool ok = dialect_url(&url, &(struct dialect_target){reading->config->send.url, dialect->path}, &sample, &why);
    if (!ok)
        config_fail(reading, "send.url", "%s", text_starts(why.text, "send.url ") ? why.text + 9 : why.text);
    text_release(&url);
    err_release(&why);
    return ok;
}

/* The index in the file of what a built-in profile's own names stand before. */
static bool fail_pass(const struct config_reading *reading, const struct profile *profile, size_t i) {
    const struct builtin_profile *builtin = profile_builtin_find(profile->name);
    size_t own = 0;
    while (builtin && builtin->pass[own])
        own++;
    char *path = xasprintf("profiles.%s.pass.%zu", profile->name, i - own);
    config_fail(reading, path, "%s is never passed on, because send.token_env names it; take it out",
                profile->pass.items[i]);
    free(path);
    return false;
}

/* A pattern may match it: it does not get through. Its own name is a mistake. */
static bool check_token(const struct config_reading *reading) {
    const struct config *config = reading->config;
    for (size_t p = 0; config->send.token_env && p < config->profile_count; p++) {
        const struct profile *profile = &config->profiles[p];
        for (size_t i = 0; i < profile->pass.count; i++)
            if (strcmp(profile->pass.items[i], config->send.token_env) == 0)
                return fail_pass(reading, profile, i);
    }
    return true;
}

static bool check_send(const struct config_reading *reading) {
    const struct config *config = reading->config;
    const struct dialect *dialect = config_dialect(config, config->send.dialect);
    if (!dialect)
        return config_fail(reading, "send.dialect",
                           "there is no dialect \"%s\"; take a built-in one (mission-control, "
                           "gaia, opencode, agentapi) or add it to send.dialects",
                           config->send.dialect);
    if (config->send.token_file && config->send.token_env)
        return config_fail(reading, "send.token_env", "send.token_file is set too; one of them is allowed");
    if (config->send.token_env && !config_variable_ok(config->send.token_env))
        return config_fail(reading, "send.token_env", "must be the name of an environment variable");
    if (!check_token(reading))
        return false;
    if (config->send.transport == TRANSPORT_TMUX)
        return true;
    if (!config->send.url)
        return config_fail(reading, "send.url", "is needed with \"transport\": \"http\"; where turns are posted");
    return check_url(reading, dialect);
}

/* NULL, with err set, when it is no JSON. */
static struct json *parse(const struct config_file *file, struct err *err) {
    struct json *json = json_parse_comments(file->bytes, file->n, err);
    const char *line = !json && err->text && text_starts(err->text, "line ") ? err->text + 5 : NULL;
    if (line)
        err_set(err, MC_CONFIG, "%s:%s", file->name, line);
    else if (!json)
        err_wrap(err, "%s", file->name);
    return json;
}

static bool take(const struct config_reading *reading, const struct json *json) {
    bool done = false;
    char *twice = json_duplicate(json);
    if (twice)
        config_fail(reading, twice, "stands here twice; one is allowed");
    else if (json_type(json) != JSON_OBJECT)
        err_set(reading->err, MC_CONFIG, "%s:1: must be one object, {...}", reading->file->name);
    else
        done = read_group(reading, json, NULL) && check_socket(reading) && check_names(reading) &&
               check_send(reading) && config_check_workspaces(reading);
    if (done)
        xreplace(&reading->config->file, reading->file->name);
    free(twice);
    return done;
}

bool config_read(struct config *config, const struct config_file *file, struct err *err) {
    struct json *json = parse(file, err);
    bool done = json && take(&(struct config_reading){config, file, err, NULL}, json);
    json_free(json);
    return done;
}

/* The group of a key that was left out ("profiles.mine" lacks its "ready"), or what names it ("profile"). */
static bool follows(const char *key, const struct argv *left_out) {
    size_t n = strlen(key);
    for (size_t i = 0; i < left_out->count; i++) {
        const char *cause = left_out->items[i];
        if (strncmp(cause, key, n) == 0 && (cause[n] == '.' || (cause[n] == 's' && cause[n + 1] == '.')))
            return true;
    }
    return false;
}

/* Takes what is wrong out of the tree: the key or, where it is missing, the group that lacks it. */
static bool leave_out(struct json *json, const char *key) {
    char *path = xstrdup(key);
    bool dropped = json_drop(json, path);
    for (char *dot = strrchr(path, '.'); !dropped && dot; dot = strrchr(path, '.')) {
        *dot = '\0';
        dropped = json_drop(json, path);
    }
    free(path);
    return dropped;
}

bool config_read_around(struct config *config, const struct config_file *file, struct argv *faults) {
    struct argv left_out = {0};
    struct err err = {0};
    struct json *json = parse(file, &err);
    bool done = false, goes_on = json != NULL;
    while (goes_on && !done) {
        char *wrong = NULL;
        config_release(config);
        config_defaults(config);
        err_release(&err);
        done = take(&(struct config_reading){config, file, &err, &wrong}, json);
        goes_on = !done && wrong && leave_out(json, wrong);
        if (goes_on && !follows(wrong, &left_out))
            argv_add(faults, err.text);
        if (goes_on)
            argv_add(&left_out, wrong);
        free(wrong);
    }
    if (!done && err.text)
        argv_add(faults, err.text);
    err_release(&err);
    argv_release(&left_out);
    json_free(json);
    return done;
}
