/* What is told of an end: others' words in records, reports of death, notices. */
#include "rules/record.h"

#include "base/json.h"
#include "fuzz.h"
#include "rules/address.h"
#include "rules/notice.h"

const struct fuzz_shape fuzz_shape = {"", " ", "", false};

static void records(const char *s) {
    struct record record = {.status = "todo", .summary = s, .root_cause = s, .stop_condition = s};
    struct text out = {0};
    struct json *json;

    argv_add(&record.next_actions, s);
    argv_add(&record.artifacts, s);
    record_text(&out, &record);
    fuzz_is_clean(text_str(&out), out.len);
    HOLDS(text_starts(text_str(&out), "status: todo\n") || strstr(text_str(&out), "\nstatus: todo\n"));
    text_clear(&out);
    record_json(&out, &record);
    fuzz_is_line(text_str(&out));
    json = json_parse(text_str(&out), out.len);
    HOLDS(json_type(json) == JSON_OBJECT);
    json_free(json);
    text_release(&out);
    record_release(&record);
}

static void deaths(const char *s) {
    const struct death death = {.oom = s, .last_turn = s, .target = s, .output = s, .why_no_output = s};
    struct text out = {0};
    const char *output;

    death_text(&out, &death);
    fuzz_is_clean(text_str(&out), out.len);
    output = death_output(text_str(&out));
    HOLDS(!output || (output >= out.data && output <= out.data + out.len));
    text_clear(&out);
    death_summary(&out, &death);
    fuzz_is_line(text_str(&out));
    text_release(&out);
    (void)death_output(s);
}

static void notices(const char *s) {
    const struct notice_facts facts = {
        .id = s, .board = s, .ticket = s, .title = s, .status = s, .text = s, .record = s};
    struct text out = {0};
    struct argv env = {0};

    notice_json(&out, &facts);
    fuzz_is_line(text_str(&out));
    HOLDS(notice_environment(&env, text_str(&out)));
    for (size_t i = 0; i < env.count; i++) {
        fuzz_is_line(env.items[i]);
        HOLDS(text_starts(env.items[i], "MC_") && !text_starts(env.items[i], "MC_RUN="));
    }
    (void)notice_environment(&env, s);
    argv_release(&env);
    text_release(&out);
}

/* Of a URL with a password in it nothing before its host is told. */
static void addresses(const char *s) {
    struct text out = {0}, url = {0};

    address_public(&out, s);
    fuzz_is_line(text_str(&out));
    text_clear(&out);
    text_addf(&url, "https://%s:s3cr3t_0f_ours@host/path", strpbrk(s, "/?#") ? "user" : s);
    address_public(&out, url.data);
    HOLDS(!strstr(text_str(&out), "s3cr3t"));
    text_release(&url);
    text_release(&out);
}

void fuzz_one(const char *bytes, size_t n) {
    char *s = fuzz_string(bytes, n);

    records(s);
    deaths(s);
    notices(s);
    addresses(s);
    free(s);
}
