#include "rules/config_settings.h"

#include "base/json.h"
#include "base/text.h"
#include "rules/config.h"
#include "rules/config_keys.h"

/* As config_expand gives it back. */
static void push_path(struct json *list, const char *path, size_t n) {
    struct text doubled = {0};

    for (size_t i = 0; i < n; i++)
        text_add(&doubled, path[i] == '$' ? "$$" : (const char[]){path[i], '\0'});
    json_push_string(list, text_str(&doubled));
    text_release(&doubled);
}

static struct json *search_list(const char *path) {
    struct json *list = json_array();

    for (;; path++) {
        size_t n = strcspn(path, ":");

        push_path(list, path, n);
        path += n;
        if (!*path)
            return list;
    }
}

/* Only a program with a slash in it is expanded. */
static struct json *command_list(const struct argv *command) {
    struct json *list = json_array();

    for (size_t i = 0; i < command->count; i++)
        if (i == 0 && strchr(command->items[i], '/'))
            push_path(list, command->items[i], strlen(command->items[i]));
        else
            json_push_string(list, command->items[i]);
    return list;
}

/* What a turn that is over goes by. */
static void push_turns(struct json *object, const struct config *config) {
    json_put_bool(object, "nudge", config->nudge);
    json_put_int(object, "quiet_turns", config->quiet_turns);
    json_put_int(object, "max_turns", config->max_turns);
    json_put_int(object, "max_runtime_s", config->max_runtime_s);
    json_put_int(object, "pause_s", config->pause_s);
}

/* What an agent that lives is read and typed to by. The command is no more than what every profile needs. */
static struct json *profile_object(const struct profile *profile) {
    const struct argv program = {.items = profile->command.items, .count = 1};
    struct json *object = json_object();

    json_put(object, "command", command_list(&program));
    for (const struct key *key = profile_keys; key->name; key++) {
        char *const *pattern = (char *const *)(const void *)((const char *)profile + key->offset);

        if (key->type == KEY_PATTERN)
            json_put_string(object, key->name, *pattern ? *pattern : "");
    }
    if (profile->reports == REPORT_NONE)
        json_put_bool(object, "reports", false);
    else
        json_put_string(object, "reports", report_agent_name(profile->reports));
    json_put_int(object, "startup_timeout_s", profile->startup_timeout_s);
    json_put_string(object, "submit_key", profile->submit_key);
    return object;
}

void config_settings(struct text *out, const struct config *config, const struct profile *profile) {
    struct json *object = json_object();

    json_put_string(object, "ticket_prefix", config->ticket_prefix);
    json_put_string(object, "on_done", config->done_is_done ? "done" : "in_review");
    if (config->path)
        json_put(object, "path", search_list(config->path));
    if (config->notify.count)
        json_put(object, "notify", command_list(&config->notify));
    if (config->notify_on.count)
        json_put(object, "notify_on", command_list(&config->notify_on));
    push_turns(object, config);
    if (config->send.token_env) {
        struct json *send = json_object();

        json_put_string(send, "token_env", config->send.token_env);
        json_put(object, "send", send);
    }
    if (profile && !profile_builtin_find(profile->name)) {
        struct json *profiles = json_object();

        json_put(profiles, profile->name, profile_object(profile));
        json_put(object, "profiles", profiles);
    }
    json_print(object, out);
    text_addc(out, '\n');
    json_free(object);
}
