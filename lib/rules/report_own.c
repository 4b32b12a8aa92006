#include "rules/report_table.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "rules/report_json.h"

/* "error" has its text in errorMessage; "length" is a reply that was cut: its word is not in it, so it is asked for. */
static void pi_over(struct report_event *event, const struct json *json) {
    char *reason = report_json_string(json, "stopReason");

    if (text_same(reason, "aborted"))
        event->fault = FAULT_INTERRUPTED;
    else if (text_same(reason, "error"))
        event->fault = turn_fault_from_text(event->detail);
    free(reason);
}

/* A conversation that is left for another ends, the program does not. */
static void pi_gone(struct report_event *event, const struct json *json) {
    (void)json;
    if (event->detail && !text_same(event->detail, "quit"))
        event->kind = REPORT_NOTHING;
}

static const struct report_row pi_rows[] = {
    {"before_agent_start", REPORT_STARTED, .prompt = "prompt"},
    {"agent_end", REPORT_OVER, .prompt = "prompt", .reply = "reply", .detail = "errorMessage", .more = pi_over},
    {"session_shutdown", REPORT_GONE, .detail = "reason", .more = pi_gone},
    {.says = NULL},
};

const struct report_table report_pi = {.event_key = "event", .rows = pi_rows};

/* A session with a parent is a sub-agent's. */
static bool opencode_errand(struct report_event *event, const struct json *json) {
    const struct json *parent = json_get(json, "parent");

    event->errand = json_string(parent);
    if (event->errand)
        event->kind = REPORT_NOTHING;
    return event->errand;
}

static void opencode_any(struct report_event *event, const struct json *json) {
    opencode_errand(event, json);
}

static void opencode_over(struct report_event *event, const struct json *json) {
    const struct json *error = json_get(json, "error");
    const struct json *name = json_get(error, "name"), *status = json_path(error, "data.statusCode");
    int64_t number = 0;

    if (opencode_errand(event, json) || json_type(error) != JSON_OBJECT)
        return;
    event->fault = turn_fault_from_word(json_string(name));
    if (event->fault == FAULT_OTHER)
        event->fault = turn_fault_from_text(event->detail);
    if (event->fault == FAULT_OTHER && json_int(status, &number))
        event->fault = turn_fault_from_status(number);
    if (!event->detail)
        event->detail = report_json_line(json, "error.name");
}

static const struct report_row opencode_rows[] = {
    {"chat.message", REPORT_STARTED, .prompt = "prompt", .more = opencode_any},
    {"session.idle", REPORT_OVER, .prompt = "prompt", .reply = "reply", .detail = "error.data.message",
     .more = opencode_over},
    {"session.error", REPORT_OVER, .prompt = "prompt", .reply = "reply", .detail = "error.data.message",
     .more = opencode_over},
    {"permission.asked", REPORT_WAITS, .detail = "message", .more = opencode_any},
    {"question.asked", REPORT_WAITS, .detail = "message", .more = opencode_any},
    {.says = NULL},
};

const struct report_table report_opencode = {.event_key = "event", .rows = opencode_rows};

static void demo_over(struct report_event *event, const struct json *json) {
    char *fault = report_json_string(json, "fault");
    int found = turn_fault_from(fault);

    if (fault)
        event->fault = found < 0 ? FAULT_OTHER : (enum turn_fault)found;
    event->still_at_work = json_is_true(json_get(json, "still_at_work"));
    free(fault);
}

static const struct report_row demo_rows[] = {
    {"started", REPORT_STARTED, .prompt = "prompt"},
    {"over", REPORT_OVER, .prompt = "prompt", .reply = "reply", .detail = "detail", .more = demo_over},
    {"waits", REPORT_WAITS, .detail = "detail"},
    {"gone", REPORT_GONE, .detail = "detail"},
    {.says = NULL},
};

const struct report_table report_demo = {.event_key = "event", .prompt_id = "prompt_id", .rows = demo_rows};
