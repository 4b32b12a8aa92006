#include "rules/wiring.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/json.h"
#include "base/text.h"
#include "rules/prompt.h"
#include "rules/wiring_plugin.h"

/* Seconds that an agent waits for us; turn-event itself needs a moment. */
enum { PATIENCE_S = 10 };

/* The hooks of each agent. "SubagentStop" is not asked for: what sub-agents do is no concern of ours. */
struct hook_row {
    const char *event;
    bool only_new; /* for new_hooks */
};

static const struct hook_row claude_hooks[] = {{"UserPromptSubmit", false}, {"Stop", false},
                                               {"StopFailure", true},       {"Notification", false},
                                               {"SessionEnd", false},       {NULL, false}};
static const struct hook_row qwen_hooks[] = {{"UserPromptSubmit", false}, {"Stop", false},       {"StopFailure", false},
                                             {"Notification", false},     {"SessionEnd", false}, {NULL, false}};
static const struct hook_row gemini_hooks[] = {
    {"BeforeAgent", false}, {"AfterAgent", false}, {"Notification", false}, {"SessionEnd", false}, {NULL, false}};
static const struct hook_row codex_hooks[] = {{"UserPromptSubmit", false}, {"Stop", false}, {NULL, false}};

static void words_of(const struct wiring *wiring, struct argv *words) {
    argv_add(words, wiring->program);
    argv_add(words, "turn-event");
    argv_add(words, report_agent_name(wiring->agent));
    argv_add(words, "--run");
    argv_add(words, wiring->run_id);
    argv_add(words, "--db");
    argv_add(words, wiring->board);
}

/* For a shell: agents run a hook by one. */
static void command_line(const struct wiring *wiring, struct text *out) {
    struct argv words = {0};

    words_of(wiring, &words);
    for (size_t i = 0; i < words.count; i++) {
        if (i > 0)
            text_addc(out, ' ');
        text_quote(out, words.items[i]);
    }
    argv_release(&words);
}

/* [{"hooks":[{"type":"command","command":…,"timeout":…}]}] */
static struct json *hook_entry(const char *line, int64_t timeout) {
    struct json *hook = json_object(), *hooks = json_array(), *group = json_object(), *groups = json_array();

    json_put_string(hook, "type", "command");
    json_put_string(hook, "command", line);
    json_put_int(hook, "timeout", timeout);
    json_push(hooks, hook);
    json_put(group, "hooks", hooks);
    json_push(groups, group);
    return groups;
}

static struct json *hooks_of(const struct wiring *wiring, const struct hook_row *rows, int64_t timeout) {
    struct json *hooks = json_object();
    struct text line = {0};

    command_line(wiring, &line);
    for (; rows->event; rows++)
        if (!rows->only_new || wiring->new_hooks)
            json_put(hooks, rows->event, hook_entry(text_str(&line), timeout));
    text_release(&line);
    return hooks;
}

/* claude matches a command by what stands before the star, quotes and all. A path with signs of a rule's own is left to
 * its person. */
static void allow_signal(const struct wiring *wiring, struct json *settings) {
    struct json *permissions = json_object(), *allow = json_array();
    struct text rule = {0};

    if (!strpbrk(wiring->program, "()*\\")) {
        text_add(&rule, "Bash(");
        prompt_command(&rule, wiring->program);
        text_add(&rule, " signal *)");
    }
    if (rule.len > 0)
        json_push_string(allow, text_str(&rule));
    json_push_string(allow, "Bash(mc-ticket signal *)");
    json_put(permissions, "allow", allow);
    json_put(settings, "permissions", permissions);
    text_release(&rule);
}

struct json *wiring_settings(const struct wiring *wiring) {
    const bool claude = wiring->agent == REPORT_CLAUDE, qwen = wiring->agent == REPORT_QWEN;
    struct json *settings;

    if (!claude && !qwen && wiring->agent != REPORT_GEMINI)
        return NULL;
    settings = json_object();
    json_put(settings, "hooks",
             hooks_of(wiring,
                      claude ? claude_hooks
                      : qwen ? qwen_hooks
                             : gemini_hooks,
                      claude ? PATIENCE_S : PATIENCE_S * 1000));
    if (claude || qwen)
        allow_signal(wiring, settings);
    return settings;
}

/* What a JSON string looks like is a TOML basic string, too. */
static void toml_string(struct text *out, const char *s) {
    struct json *list = json_array();
    struct text printed = {0};

    json_push_string(list, s);
    json_print(list, &printed);
    text_addn(out, printed.data + 1, printed.len - 2);
    text_release(&printed);
    json_free(list);
}

void wiring_codex_hooks(const struct wiring *wiring, struct argv *argv) {
    struct text line = {0}, quoted = {0};

    command_line(wiring, &line);
    toml_string(&quoted, text_str(&line));
    for (const struct hook_row *row = codex_hooks; row->event; row++) {
        argv_add(argv, "-c");
        argv_addf(argv, "hooks.%s=[{hooks=[{type=\"command\",command=%s,timeout=%d}]}]", row->event, text_str(&quoted),
                  PATIENCE_S);
    }
    argv_add(argv, "--dangerously-bypass-hook-trust");
    text_release(&line);
    text_release(&quoted);
}

/* A list of strings, which is one of TOML, too. */
static void print_words(const struct wiring *wiring, struct text *out) {
    struct json *list = json_array();
    struct argv words = {0};

    words_of(wiring, &words);
    for (size_t i = 0; i < words.count; i++)
        json_push_string(list, words.items[i]);
    json_print(list, out);
    argv_release(&words);
    json_free(list);
}

void wiring_codex_notify(const struct wiring *wiring, struct argv *argv) {
    struct text printed = {0};

    print_words(wiring, &printed);
    argv_add(argv, "-c");
    argv_addf(argv, "notify=%s", text_str(&printed));
    text_release(&printed);
}

bool wiring_plugin(const struct wiring *wiring, struct text *out) {
    const char *plugin = wiring_plugin_text(wiring->agent);

    if (!plugin)
        return false;
    text_add(out, "const WORDS = ");
    print_words(wiring, out);
    text_add(out, ";\n");
    text_add(out, plugin);
    return true;
}

/* A path in a file: address. */
static void put_address(struct text *out, const char *path) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-._~";

    text_add(out, "file://");
    for (; *path; path++) {
        if (strchr(plain, *path))
            text_addc(out, *path);
        else
            text_addf(out, "%%%02X", (unsigned char)*path);
    }
}

struct json *wiring_opencode(const char *plugin_path) {
    struct json *config = json_object(), *plugins = json_array();
    struct text address = {0};

    put_address(&address, plugin_path);
    json_push_string(plugins, text_str(&address));
    json_put(config, "plugin", plugins);
    text_release(&address);
    return config;
}

static struct json *joined(const struct json *base, const struct json *added) {
    struct json *list = json_copy(base);

    for (const struct json *one = json_first(added); one; one = json_next(one))
        json_push(list, json_copy(one));
    return list;
}

struct json *wiring_merge(const struct json *base, const struct json *added) {
    struct json *whole;

    if (json_type(base) == JSON_ARRAY && json_type(added) == JSON_ARRAY)
        return joined(base, added);
    if (json_type(base) != JSON_OBJECT || json_type(added) != JSON_OBJECT)
        return json_copy(added);
    whole = json_object();
    for (const struct json *one = json_first(base); one; one = json_next(one)) {
        const struct json *more = json_get(added, json_key(one));

        json_put(whole, json_key(one), more ? wiring_merge(one, more) : json_copy(one));
    }
    for (const struct json *one = json_first(added); one; one = json_next(one))
        if (!json_get(base, json_key(one)))
            json_put(whole, json_key(one), json_copy(one));
    return whole;
}

bool wiring_has_codex_hooks(const struct argv *command) {
    for (size_t i = 1; i < command->count; i++) {
        const char *word = command->items[i];

        word += text_starts(word, "--config=") ? strlen("--config=") : text_starts(word, "-chooks") ? 2 : 0;
        if (text_starts(word, "hooks.") || text_starts(word, "hooks="))
            return true;
    }
    return false;
}

const char *wiring_option(const struct argv *command, const char *option, size_t *at) {
    const char *value = NULL;
    size_t n = strlen(option);

    for (size_t i = 1; i < command->count && strcmp(command->items[i], "--") != 0; i++) {
        const char *word = command->items[i];

        if (strcmp(word, option) == 0 && i + 1 < command->count)
            value = command->items[i + 1];
        else if (strncmp(word, option, n) == 0 && word[n] == '=')
            value = word + n + 1;
        else
            continue;
        *at = i;
    }
    return value;
}
