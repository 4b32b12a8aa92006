#include "demo_report.h"

#include "base/argv.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "demo.h"
#include "host/spawn.h"

enum { REPORT_TIMEOUT_MS = 120000 };

static const char foreign_prompt[] = "a turn of the agent's own, of which nobody asked for";

static void add_from(struct argv *argv, const char *option, const char *variable) {
    const char *value = getenv(variable);
    if (value == NULL || *value == '\0')
        return;
    argv_add(argv, option);
    argv_add(argv, value);
}

static void tell(const struct demo *demo, const struct json *json) {
    struct argv argv = {0};
    struct text input = {0};
    struct spawn_result result = {0};
    struct err err = {0};
    argv_add(&argv, demo->report.program);
    argv_add(&argv, "turn-event");
    argv_add(&argv, "demo");
    add_from(&argv, "--run", "MC_RUN");
    add_from(&argv, "--db", "MC_DB");
    json_print(json, &input);
    if (!spawn_run(
            &(struct spawn){
                .argv = &argv, .input = text_str(&input), .input_len = input.len, .timeout_ms = REPORT_TIMEOUT_MS},
            &result, &err))
        printf("%s\r\n", err.text);
    demo_log(demo, "reported", text_str(&input), input.len);
    err_release(&err);
    text_release(&input);
    argv_release(&argv);
}

static bool silent(const struct demo *demo) {
    return demo->report.program == NULL || demo->report.never;
}

/* An event of the turn that has this prompt. The caller frees it. */
static struct json *event_of(const struct demo *demo, const char *event, const char *prompt, size_t n) {
    struct json *json = json_object();
    char *copy = xstrndup(prompt, n);
    json_put_string(json, "event", event);
    json_put_string(json, "prompt", demo->report.foreign ? foreign_prompt : copy);
    free(copy);
    return json;
}

void demo_report_started(const struct demo *demo, const char *prompt, size_t n) {
    struct json *json;
    if (silent(demo) || demo->report.no_start)
        return;
    json = event_of(demo, "started", prompt, n);
    tell(demo, json);
    json_free(json);
    if (demo->report.waits == NULL)
        return;
    json = json_object();
    json_put_string(json, "event", "waits");
    json_put_string(json, "detail", demo->report.waits);
    tell(demo, json);
    json_free(json);
}

static void put_fault(const struct demo *demo, struct json *json) {
    if (demo->report.fault == NULL)
        return;
    json_put_string(json, "fault", demo->report.fault);
    json_put_string(json, "detail", demo->report.detail != NULL ? demo->report.detail : demo->report.fault);
}

/* As claude does with work in the background: over, and over again when that has ended. */
static void tell_still_at_work(const struct demo *demo, const char *prompt, size_t n) {
    struct json *json = event_of(demo, "over", prompt, n);
    json_put_string(json, "reply", "Something still runs in the background.");
    json_put_bool(json, "still_at_work", true);
    tell(demo, json);
    json_free(json);
    demo_wait(demo, demo->report.background);
}

void demo_report_over(const struct demo *demo, const char *prompt, size_t n, const char *reply) {
    struct json *json;
    if (silent(demo))
        return;
    if (demo->report.background > 0)
        tell_still_at_work(demo, prompt, n);
    if (demo->report.late > 0)
        demo_wait(demo, demo->report.late);
    json = event_of(demo, "over", prompt, n);
    json_put_string(json, "reply", reply);
    put_fault(demo, json);
    tell(demo, json);
    if (demo->report.twice)
        tell(demo, json);
    json_free(json);
}

void demo_report_gone(const struct demo *demo) {
    struct json *json;
    if (silent(demo))
        return;
    json = json_object();
    json_put_string(json, "event", "gone");
    tell(demo, json);
    json_free(json);
}
