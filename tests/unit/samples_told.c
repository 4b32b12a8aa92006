/* What is put together of others' words. The first byte says what: a request by a dialect, an agent's settings, a
 * prompt, a record of an end; then the words in parts. */
#include "fuzz/parts.h"
#define SAMPLES_NEAR 800
#define SAMPLES_WORDS                                                                                                  \
    "{nonce}", "{number}", "{{notes}}", "\"{number}\"", "{x}", "MC_TICKET_TURN", "mc_signal",                          \
        "QUESTION MC_TICKET_TURN:1: x", "\nsummary: ", "--settings", "hooks."
#include "samples.h"

#include "base/argv.h"
#include "rules/address.h"
#include "rules/dialect.h"
#include "rules/dialect_fill.h"
#include "rules/environment.h"
#include "rules/notice.h"
#include "rules/prompt.h"
#include "rules/record.h"
#include "rules/story.h"
#include "rules/wiring.h"

#define NONCE "MC_TICKET_TURN:4629:1779942042145:e519f820"

struct words {
    char *a, *b, *c, *d;
};

static void request(struct text *out, const struct words *in) {
    const struct dialect_fields fields = {in->d, 4629, in->d, "s k", "r/1", NONCE, "ses_1"};
    const struct dialect_target target = {"http://host:80/a", in->a}, own = {in->a, NULL};
    struct dialect dialect;
    struct text url = {0};
    struct err err = {0};
    char *reason;
    bool ok; /* first what fills a text, then what is in it */

    dialect_from_builtin(&dialect, 0);
    xreplace(&dialect.path, in->a);
    xreplace(&dialect.body, *in->c ? in->c : NULL);
    dialect.headers = xcalloc(1, sizeof *dialect.headers);
    dialect.headers[0] = xstrdup(in->b);
    dialect.header_count = 1;
    reason = dialect_error(&dialect);
    text_addf(out, "dialect %s\n", reason ? reason : "sound");
    ok = dialect_url(&url, &own, &fields, &err);
    text_addf(out, "own %d %s\n", ok, err.text ? err.text : text_str(&url));
    err_release(&err);
    text_clear(&url);
    if (!reason) {
        ok = dialect_url(&url, &target, &fields, &err);
        text_addf(out, "url %d %s\n", ok, text_str(&url));
        text_clear(&url);
        ok = dialect_header(&url, in->b, &fields);
        text_addf(out, "header %d %s\n", ok, text_str(&url));
        text_clear(&url);
        if (dialect.body)
            ok = dialect_body(&url, in->c, &fields, &err);
        text_addf(out, "body %d %s\n", ok, text_str(&url));
    }
    err_release(&err);
    free(reason);
    text_release(&url);
    dialect_release(&dialect);
}

static void agent(struct text *out, enum report_agent agent, const struct words *in) {
    const struct wiring wiring = {.agent = agent,
                                  .program = *in->b ? in->b : "/usr/bin/mc-ticket",
                                  .run_id = "0123456789abcdef0123456789abcdef",
                                  .board = "/b/board.db",
                                  .new_hooks = strlen(in->a) % 2};
    struct json *ours = wiring_settings(&wiring), *plugin = wiring_opencode(in->a), *whole, *base;
    struct err err = {0};
    struct argv argv = {0};
    size_t at = 0;
    const char *value;

    base = json_parse_comments(in->a, strlen(in->a), &err);
    if (base && json_type(base) == JSON_OBJECT && ours) {
        whole = wiring_merge(base, ours);
        json_print(whole, out);
        json_free(whole);
        text_add(out, "\nplugin ");
    }
    json_print(plugin, out);
    text_add(out, "\n");
    text_addf(out, "%d\n", wiring_plugin(&wiring, out));
    argv_words(&argv, in->a);
    value = wiring_option(&argv, "--settings", &at);
    text_addf(out, "option %s at %zu, hooks %d", sample_word(value), at, wiring_has_codex_hooks(&argv));
    argv_release(&argv);
    json_free(base);
    json_free(ours);
    json_free(plugin);
    err_release(&err);
}

static void prompt(struct text *out, const struct words *in, size_t n) {
    const struct prompt_place place = {in->a, in->b, in->c, n % 2, in->d};
    const struct story story = {"MC-4629", in->a, in->b, in->c, in->d, in->d, n % 2};
    struct text past = {0};
    struct err err = {0};

    story_tell(&past, &story);
    text_addf(out, "past %s\n", text_str(&past));
    prompt_render(out, NULL,
                  &(struct prompt_parts){"MC-4629", 1, in->a, in->b, in->c, NONCE, in->d, &place, text_str(&past)},
                  &err);
    text_add(out, "\n-- own\n");
    prompt_render(out, in->a,
                  &(struct prompt_parts){"MC-4629", 2, "{{body}}", in->b, in->c, NONCE, "/bin/mc-ticket", &place, NULL},
                  &err);
    text_addf(out, "\n%s\n-- note\n", sample_word(err.text));
    prompt_render_note(
        out, &(struct prompt_parts){"MC-4629", 3, in->a, in->b, in->c, NONCE, in->d, &place, text_str(&past)}, &err);
    text_release(&past);
    err_release(&err);
}

static void end(struct text *out, const struct words *in) {
    struct record record = {.status = "todo", .summary = in->a, .root_cause = in->b, .stop_condition = in->c};
    const struct death death = {
        .oom = in->b, .last_turn = in->c, .target = in->d, .output = in->a, .why_no_output = in->d};
    const struct notice_facts facts = {
        .id = "7", .board = "/b", .ticket = in->b, .title = in->a, .status = in->c, .text = in->d, .record = in->a};
    struct text notice = {0};
    struct argv env = {0};

    argv_add(&record.next_actions, in->d);
    argv_add(&record.next_actions, in->a);
    argv_add(&record.artifacts, in->b);
    record_text(out, &record);
    text_add(out, "\n");
    record_json(out, &record);
    text_add(out, "\n-- death\n");
    death_text(out, &death);
    text_add(out, "\nsummary ");
    death_summary(out, &death);
    notice_json(&notice, &facts);
    text_addf(out, "\n%s\nsound %d\n", text_str(&notice), notice_environment(&env, text_str(&notice)));
    sample_list(out, "env", &env);
    text_add(out, "address ");
    address_public(out, in->a);
    argv_release(&env);
    text_release(&notice);
    record_release(&record);
}

static void sample(const char *bytes, size_t n, struct text *out) {
    struct parts parts = {bytes + !!n, bytes + n};
    struct words in = {parts_next(&parts), parts_next(&parts), parts_next(&parts), parts_next(&parts)};
    char kind = '\0';

    if (n)
        kind = *bytes;
    if (kind == 'd')
        request(out, &in);
    else if (kind >= '0' && kind < '0' + REPORT_AGENT_COUNT)
        agent(out, (enum report_agent)(kind - '0'), &in);
    else if (kind == 'p')
        prompt(out, &in, n);
    else
        end(out, &in);
    free(in.a);
    free(in.b);
    free(in.c);
    free(in.d);
}

int main(int argc, char **argv) {
    return samples(argc, argv, "told", sample);
}
