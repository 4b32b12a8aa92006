#include "rules/config_rows.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/config.h"
#include "rules/config_answers.h"
#include "rules/config_keys.h"
#include "rules/config_reading.h"
#include "rules/config_value.h"

bool config_name_ok(const char *name) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t n = strlen(name);
    return n >= 1 && n <= 32 && strspn(name, letters) == n;
}

static bool read_key(const struct config_place *at) {
    enum key_type type = at->key->type;
    bool list = type == KEY_HEADERS || type == KEY_STATUSES || type == KEY_RULES;
    return list ? key_read_answers(at) : key_read(at);
}

/* `prefix`: of the group that is read, "hooks.", or "". */
static bool read_members(const struct config_place *row, const struct key *keys, const char *prefix) {
    if (json_type(row->json) != JSON_OBJECT)
        return config_fail(row->reading, row->path, "must be an object");
    for (const struct json *member = json_first(row->json); member; member = json_next(member)) {
        char *path = xasprintf("%s.%s", row->path, json_key(member));
        char *name = xasprintf("%s%s", prefix, json_key(member));
        char *inner = xasprintf("%s.", name);
        const struct key *key = strchr(json_key(member), '.') ? NULL : key_find(keys, name);
        struct config_place at = {row->reading, key, member, path, row->object};
        bool ok = !key ? config_fail(row->reading, path, "unknown key; mc-pickup.conf(5) lists those that exist")
                  : key->type == KEY_GROUP ? read_members(&at, keys, inner)
                                           : read_key(&at);
        free(inner);
        free(name);
        free(path);
        if (!ok)
            return false;
    }
    return true;
}

bool config_read_row(const struct config_place *row, const struct key *keys) {
    return read_members(row, keys, "");
}

static struct profile *profile_row(struct config *config, const char *name, bool *is_new) {
    for (size_t i = 0; i < config->profile_count; i++)
        if (strcmp(config->profiles[i].name, name) == 0)
            return &config->profiles[i];
    *is_new = true;
    config->profiles = xrealloc(config->profiles, (config->profile_count + 1) * sizeof *config->profiles);
    struct profile *row = &config->profiles[config->profile_count++];
    *row = (struct profile){.name = xstrdup(name)};
    for (const struct key *key = profile_keys; key->name; key++)
        key_preset(key, row);
    return row;
}

static bool submit_key_ok(const char *key) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    return *key && *key != '-' && strspn(key, letters) == strlen(key);
}

/* Those of the built-in profile of its name, or of its command's. */
static bool own_reports(struct profile *row) {
    const char *command = row->command.count ? row->command.items[0] : "";
    int agent = report_agent_from(row->name);
    if (agent < 0)
        agent = report_agent_from(text_name(command));
    row->reports = agent < 0 ? REPORT_NONE : (enum report_agent)agent;
    return row->reports != REPORT_NONE;
}

static bool read_profile(struct config_place *at) {
    bool is_new = false;
    struct profile *row = profile_row(at->reading->config, json_key(at->json), &is_new);
    at->object = row;
    if (!config_read_row(at, profile_keys))
        return false;
    if (is_new && row->command.count == 0)
        return config_fail(at->reading, at->path, "command: is needed, because no built-in profile has this name");
    if (!row->ready || !*row->ready)
        return config_fail(at->reading, at->path,
                           "ready: is needed: the pattern on the screen of an agent that waits for input");
    if (row->reports == REPORT_OWN && !own_reports(row))
        return config_fail(at->reading, at->path,
                           "reports: it cannot be told which agent this is; name the built-in one that it is");
    if (!submit_key_ok(row->submit_key ? row->submit_key : ""))
        return config_fail(at->reading, at->path, "submit_key: is not the name of a key, such as Enter or C-m");
    return true;
}

static struct dialect *dialect_row(struct config *config, const char *name) {
    for (size_t i = 0; i < config->send.dialect_count; i++)
        if (strcmp(config->send.dialects[i].name, name) == 0)
            return &config->send.dialects[i];
    config->send.dialects =
        xrealloc(config->send.dialects, (config->send.dialect_count + 1) * sizeof *config->send.dialects);
    struct dialect *row = &config->send.dialects[config->send.dialect_count++];
    /* what a dialect does not say is as the default's */
    dialect_from_builtin(row, 0);
    xreplace(&row->name, name);
    return row;
}

/* "" takes an optional text away. */
static void drop_empty(char **slot) {
    if (*slot && !**slot)
        xreplace(slot, NULL);
}

static bool read_dialect(struct config_place *at) {
    struct dialect *row = dialect_row(at->reading->config, json_key(at->json));
    at->object = row;
    if (!config_read_row(at, dialect_keys))
        return false;
    drop_empty(&row->body);
    drop_empty(&row->success_content);
    drop_empty(&row->status_path);
    drop_empty(&row->status_busy);
    char *why = dialect_error(row);
    if (why) {
        config_fail(at->reading, at->path, "%s", why);
        free(why);
        return false;
    }
    return true;
}

bool config_read_rows(const struct config_reading *reading, const struct json *json, const char *table,
                      config_read_named *read_one) {
    if (json_type(json) != JSON_OBJECT)
        return config_fail(reading, table, "must be an object of rows by name");
    for (const struct json *member = json_first(json); member; member = json_next(member)) {
        if (!config_name_ok(json_key(member)))
            return config_fail(reading, table, "\"%s\" is not a name: 1 to 32 letters, digits, - and _ are allowed",
                               json_key(member));
        char *path = xasprintf("%s.%s", table, json_key(member));
        bool ok = read_one(&(struct config_place){.reading = reading, .json = member, .path = path});
        free(path);
        if (!ok)
            return false;
    }
    return true;
}

bool config_read_profiles(const struct config_reading *reading, const struct json *json) {
    return config_read_rows(reading, json, "profiles", read_profile);
}

bool config_read_dialects(const struct config_reading *reading, const struct json *json) {
    return config_read_rows(reading, json, "send.dialects", read_dialect);
}
