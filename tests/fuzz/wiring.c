/* A person's own settings and arguments of an agent, with ours added: the first byte says whose agent. */
#include "rules/wiring.h"

#include "base/argv.h"
#include "base/err.h"
#include "base/json.h"
#include "fuzz.h"

const struct fuzz_shape fuzz_shape = {"1{\"hooks\":{\"Stop\":[", "{},", "{}]}}", false};

static size_t leaves(const struct json *json) {
    size_t count = json_first(json) == NULL;

    for (const struct json *one = json_first(json); one; one = json_next(one))
        count += leaves(one);
    return count;
}

/* All of ours is in the whole, and what the person has beside it. */
static void merge(const struct json *base, const struct json *ours) {
    struct json *whole = wiring_merge(base, ours);

    HOLDS(json_type(whole) == JSON_OBJECT);
    for (const struct json *one = json_first(ours); one; one = json_next(one))
        HOLDS(json_get(whole, json_key(one)));
    for (const struct json *one = json_first(base); one; one = json_next(one))
        HOLDS(json_get(whole, json_key(one)));
    HOLDS(leaves(whole) >= leaves(ours));
    json_free(whole);
}

static void settings(enum report_agent agent, const char *s) {
    const struct wiring wiring = {
        .agent = agent, .program = s, .run_id = "0123456789abcdef0123456789abcdef", .board = s, .new_hooks = true};
    struct json *ours = wiring_settings(&wiring), *plugin = wiring_opencode(s), *base;
    struct text out = {0};
    struct err err = {0};

    base = json_parse_comments(s, strlen(s), &err);
    if (base && json_type(base) == JSON_OBJECT && ours)
        merge(base, ours);
    if (ours)
        json_print(ours, &out);
    (void)wiring_plugin(&wiring, &out);
    json_free(base);
    json_free(ours);
    json_free(plugin);
    text_release(&out);
    err_release(&err);
}

/* Behind a "--" is no option. */
static void arguments(const char *s) {
    struct argv argv = {0};
    size_t at = 0;
    const char *value;

    argv_words(&argv, s);
    value = wiring_option(&argv, "--settings", &at);
    HOLDS(!value || (at > 0 && at < argv.count && text_starts(argv.items[at], "--settings")));
    for (size_t i = 0; value && i <= at; i++)
        HOLDS(i == 0 || strcmp(argv.items[i], "--") != 0);
    (void)wiring_has_codex_hooks(&argv);
    argv_release(&argv);
}

void fuzz_one(const char *bytes, size_t n) {
    enum report_agent agent = n ? (enum report_agent)((unsigned char)*bytes % REPORT_AGENT_COUNT) : REPORT_NONE;
    char *s = fuzz_string(bytes + !!n, n - !!n);

    settings(agent, s);
    arguments(s);
    free(s);
}
