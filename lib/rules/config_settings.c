#include "rules/config_settings.h"

#include "base/json.h"
#include "base/text.h"
#include "rules/config.h"

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

void config_settings(struct text *out, const struct config *config) {
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
    json_print(object, out);
    text_addc(out, '\n');
    json_free(object);
}
