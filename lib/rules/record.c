#include "rules/record.h"

#include <signal.h>
#include <string.h>

#include "base/clean.h"
#include "base/json.h"
#include "base/text.h"

static void add_line(struct text *out, const char *key, const char *value) {
    text_addf(out, "%s: ", key);
    clean_line(out, value ? value : "", value ? strlen(value) : 0, 0);
    text_addc(out, '\n');
}

static void add_list(struct text *out, const char *key, const struct argv *list) {
    text_addf(out, "%s:\n", key);
    for (size_t i = 0; i < list->count; i++) {
        text_add(out, "- ");
        clean_line(out, list->items[i], strlen(list->items[i]), 0);
        text_addc(out, '\n');
    }
}

void record_text(struct text *out, const struct record *record) {
    add_line(out, "status", record->status);
    add_line(out, "summary", record->summary);
    add_line(out, "root_cause", record->root_cause);
    add_line(out, "safe_retry", record->safe_retry ? "true" : "false");
    add_line(out, "stop_condition", record->stop_condition);
    add_line(out, "human_input_required", record->human_input_required ? "true" : "false");
    add_list(out, "next_actions", &record->next_actions);
    add_list(out, "artifacts", &record->artifacts);
    text_add(out, "json: ");
    record_json(out, record);
}

static void put_line(struct json *object, const char *key, const char *value) {
    struct text line = {0};
    if (value)
        clean_line(&line, value, strlen(value), 0);
    json_put_string(object, key, text_str(&line));
    text_release(&line);
}

static void put_list(struct json *object, const char *key, const struct argv *list) {
    struct json *array = json_array();
    struct text line = {0};
    for (size_t i = 0; i < list->count; i++) {
        text_clear(&line);
        clean_line(&line, list->items[i], strlen(list->items[i]), 0);
        json_push_string(array, text_str(&line));
    }
    text_release(&line);
    json_put(object, key, array);
}

void record_json(struct text *out, const struct record *record) {
    struct json *object = json_object();
    put_line(object, "status", record->status);
    put_line(object, "summary", record->summary);
    put_line(object, "root_cause", record->root_cause);
    json_put_bool(object, "safe_retry", record->safe_retry);
    put_line(object, "stop_condition", record->stop_condition);
    json_put_bool(object, "human_input_required", record->human_input_required);
    put_list(object, "next_actions", &record->next_actions);
    put_list(object, "artifacts", &record->artifacts);
    json_print(object, out);
    json_free(object);
}

/* Without the full stop of a sentence: more may follow. */
static void add_part(struct text *out, const char *part) {
    size_t n = strlen(part);

    text_addn(out, part, n > 1 && part[n - 1] == '.' && part[n - 2] != '.' ? n - 1 : n);
}

void record_told(struct text *out, const struct record *record) {
    const struct argv *next = &record->next_actions;

    if (!next->count)
        text_add(out, record->summary);
    else
        add_part(out, record->summary);
    for (size_t i = 0; i < next->count; i++) {
        text_add(out, i ? "; " : "; to do: ");
        add_part(out, next->items[i]);
    }
}

void record_release(struct record *record) {
    if (!record)
        return;
    argv_release(&record->next_actions);
    argv_release(&record->artifacts);
    *record = (struct record){0};
}

static const char *signal_title(int number) {
    static const struct {
        int number;
        const char *name;
    } known[] = {{SIGHUP, "SIGHUP"},   {SIGINT, "SIGINT"},   {SIGQUIT, "SIGQUIT"}, {SIGILL, "SIGILL"},
                 {SIGTRAP, "SIGTRAP"}, {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},
                 {SIGKILL, "SIGKILL"}, {SIGSEGV, "SIGSEGV"}, {SIGPIPE, "SIGPIPE"}, {SIGALRM, "SIGALRM"},
                 {SIGTERM, "SIGTERM"}, {SIGSYS, "SIGSYS"},   {SIGXCPU, "SIGXCPU"}, {SIGXFSZ, "SIGXFSZ"},
                 {SIGUSR1, "SIGUSR1"}, {SIGUSR2, "SIGUSR2"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].number == number)
            return known[i].name;
    return "unnamed";
}

static void add_pid(struct text *out, long long pid) {
    if (pid > 0)
        text_addf(out, "pid: %lld\n", pid);
    else
        text_add(out, "pid: unknown (it was never recorded)\n");
}

static void add_status(struct text *out, const struct death *death) {
    if (death->signal > 0)
        text_addf(out, "signal: %d (%s)\n", death->signal, signal_title(death->signal));
    else if (death->status_known)
        text_addf(out, "exit_status: %d\n", death->exit_status);
    else
        text_add(out, "exit_status: unknown (tmux did not see the end)\n");
}

static void add_run_time(struct text *out, long long ms) {
    if (ms >= 0)
        text_addf(out, "run_time: %lld.%03lld s\n", ms / 1000, ms % 1000);
    else
        text_add(out, "run_time: unknown\n");
}

void death_text(struct text *out, const struct death *death) {
    add_pid(out, death->pid);
    add_status(out, death);
    add_line(out, "oom", death->oom ? death->oom : "unknown (not looked for)");
    add_run_time(out, death->run_time_ms);
    add_line(out, "last_turn", death->last_turn ? death->last_turn : "none");
    add_line(out, "target", death->target ? death->target : "none");
    if (death->output && *death->output) {
        text_add(out, "last output:\n");
        clean_text(out, death->output, strlen(death->output));
    } else {
        const char *why = death->why_no_output ? death->why_no_output : "it printed nothing";
        text_add(out, "last output: none (");
        clean_line(out, why, strlen(why), 0);
        text_addc(out, ')');
    }
}

const char *death_output(const char *report) {
    static const char begins[] = "\nlast output:";
    const char *found = report ? strstr(report, begins) : NULL;

    if (!found)
        return report;
    return found[sizeof begins - 1] == '\n' ? found + sizeof begins : found + 1;
}

void death_summary(struct text *out, const struct death *death) {
    if (death->pid > 0)
        text_addf(out, "pid %lld ", death->pid);
    else
        text_add(out, "the agent (its pid was never recorded) ");
    if (death->signal > 0)
        text_addf(out, "was ended by signal %d (%s)", death->signal, signal_title(death->signal));
    else if (death->status_known)
        text_addf(out, "exited with status %d", death->exit_status);
    else
        text_add(out, "is gone; its exit status is unknown");
    if (death->oom && text_starts(death->oom, "yes"))
        text_add(out, ", by the kernel for want of memory");
}
