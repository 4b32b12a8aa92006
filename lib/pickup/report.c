#include "pickup/report.h"

#include <stdarg.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"

static const char *const outcome_names[] = {
    [OUTCOME_IDLE] = "idle",         [OUTCOME_DISPATCHED] = "dispatched", [OUTCOME_ADOPTED] = "adopted",
    [OUTCOME_DEFERRED] = "deferred", [OUTCOME_FAILED] = "failed",         [OUTCOME_BLOCKED] = "blocked",
    [OUTCOME_REFUSED] = "refused",
};
_Static_assert(sizeof outcome_names / sizeof *outcome_names == OUTCOME_COUNT, "a name for each outcome");

const char *outcome_name(enum outcome outcome) {
    return outcome_names[outcome];
}

void report_init(struct report *report) {
    *report = (struct report){.started = clock_monotonic()};
    report->healed = json_array();
    report->harvested = json_array();
    report->delivered = json_array();
    report->plan = json_array();
}

void report_release(struct report *report) {
    json_free(report->healed);
    json_free(report->harvested);
    json_free(report->delivered);
    json_free(report->plan);
    text_release(&report->warnings);
    text_release(&report->notes);
    text_release(&report->plan_lines);
    free(report->worktree);
    free(report->branch);
    free(report->detail);
    free(report->error);
    *report = (struct report){0};
}

static void __attribute__((format(printf, 2, 0))) add_line(struct text *lines, const char *format, va_list args) {
    char *raw = xvasprintf(format, args);

    text_add(lines, "mc-pickup: ");
    clean_escape(lines, raw, strlen(raw));
    text_addc(lines, '\n');
    free(raw);
}

void report_warn(struct report *report, const char *format, ...) {
    va_list args;

    va_start(args, format);
    add_line(&report->warnings, format, args);
    va_end(args);
}

void report_note(struct report *report, const char *format, ...) {
    va_list args;

    va_start(args, format);
    add_line(&report->notes, format, args);
    va_end(args);
}

void report_healed(struct report *report, const struct report_healed *healed) {
    struct json *one = json_object();

    json_put_string(one, "rule", healed->rule);
    json_put_string(one, "ticket", healed->ticket);
    json_put_string(one, "from", healed->from);
    json_put_string(one, "to", healed->to);
    json_put_int(one, "pid", healed->pid);
    json_push(report->healed, one);
    if (healed->say)
        report_note(report, "%s%s%s", healed->ticket, *healed->ticket ? ": " : "", healed->say);
    else
        report_note(report, "healed %s: %s, %s -> %s", healed->ticket, healed->rule, healed->from, healed->to);
}

void report_harvested(struct report *report, const struct report_healed *harvested) {
    struct json *one = json_object();

    json_put_string(one, "ticket", harvested->ticket);
    json_put_string(one, "end", harvested->rule);
    json_put_string(one, "from", harvested->from);
    json_put_string(one, "to", harvested->to);
    json_push(report->harvested, one);
    report_note(report, "harvested %s: %s, %s -> %s", harvested->ticket, harvested->rule, harvested->from,
                harvested->to);
}

void report_delivered(struct report *report, const char *ticket, const char *class) {
    struct json *one = json_object();

    json_put_string(one, "ticket", ticket);
    json_put_string(one, "class", class);
    json_push(report->delivered, one);
    report_note(report, "delivered to %s: %s", ticket, class);
}

void report_plan_say(struct report *report, const struct report_step *step) {
    struct json *one = json_object();

    json_put_string(one, "step", step->step);
    json_put_string(one, "ticket", step->ticket);
    json_put_string(one, "reason", step->reason);
    json_push(report->plan, one);
    text_add(&report->plan_lines, "would ");
    clean_escape(&report->plan_lines, step->say, strlen(step->say));
    text_addc(&report->plan_lines, '\n');
}

void report_plan(struct report *report, const char *step, const char *ticket, const char *reason) {
    char *say = xasprintf("%s %s: %s", step, ticket, reason);

    report_plan_say(report, &(struct report_step){step, ticket, reason, say});
    free(say);
}

void report_plan_lines(const struct report *report, struct text *out) {
    text_add(out, text_str(&report->plan_lines));
}

void report_fail(struct report *report, const char *format, ...) {
    char *line;
    va_list args;

    va_start(args, format);
    line = xvasprintf(format, args);
    va_end(args);
    if (report->error && !report->hushed && !text_same(report->error, line))
        report_warn(report, "%s", report->error);
    free(report->error);
    report->error = line;
    report->hushed = false;
}

void report_hush(struct report *report) {
    report->hushed = true;
}

static void put_word(struct json *to, const char *key, const char *word) {
    if (word && *word)
        json_put_string(to, key, word);
    else
        json_put_null(to, key);
}

static void put_send(const struct report *report, struct json *to) {
    struct json *send;

    if (!report->transport) {
        json_put_null(to, "send");
        return;
    }
    send = json_object();
    json_put_string(send, "transport", report->transport);
    put_word(send, "class", report->class);
    json_put_nonzero(send, "http_status", report->http_status);
    put_word(send, "detail", report->detail);
    json_put(to, "send", send);
}

void report_json(const struct report *report, struct text *out) {
    struct json *json = json_object();

    json_put_int(json, "schema", 1);
    json_put_string(json, "outcome", outcome_name(report->outcome));
    put_word(json, "reason", report->reason);
    put_word(json, "breaker", report->thing);
    json_put_int(json, "exit", report->exit);
    put_word(json, "ticket", report->ticket);
    put_word(json, "run", report->run);
    put_word(json, "session", report->session);
    json_put_nonzero(json, "pid", report->pid);
    put_word(json, "worktree", report->worktree);
    put_word(json, "branch", report->branch);
    put_word(json, "nonce", report->nonce);
    put_send(report, json);
    json_put(json, "healed", json_copy(report->healed));
    json_put(json, "harvested", json_copy(report->harvested));
    json_put(json, "delivered", json_copy(report->delivered));
    json_put(json, "plan", json_copy(report->plan));
    put_word(json, "error", report->error);
    json_put_int(json, "elapsed_ms", clock_monotonic() - report->started);
    json_print(json, out);
    json_free(json);
}

void report_line(const struct report *report, struct text *out) {
    text_addf(out, "%s", outcome_name(report->outcome));
    if (*report->ticket)
        text_addf(out, " %s", report->ticket);
    if (*report->reason)
        text_addf(out, " (%s%s%s)", report->reason, *report->thing ? " of " : "", report->thing);
    if (report->pid)
        text_addf(out, ", pid %lld in session %s", (long long)report->pid, report->session);
    if (report->exit)
        text_addf(out, ", exit %d", report->exit);
}
