#include "rules/report_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/report_gemini.h"
#include "rules/report_json.h"

static bool has_string(const struct json *json, const char *key) {
    return json_string(json_get(json, key));
}

/* Inside a sub-agent every hook names it; whatever it says, the turn goes on. */
static bool is_errand(struct report_event *event, const struct json *json) {
    event->errand = has_string(json, "agent_id");
    if (event->errand)
        event->kind = REPORT_NOTHING;
    return event->errand;
}

static void errand(struct report_event *event, const struct json *json) {
    (void)json;
    event->errand = true;
}

static void started(struct report_event *event, const struct json *json) {
    is_errand(event, json);
}

static void stopped(struct report_event *event, const struct json *json) {
    const struct json *tasks = json_get(json, "background_tasks");

    if (!is_errand(event, json))
        event->still_at_work = json_type(tasks) == JSON_ARRAY && json_first(tasks);
}

/* The reply is the error's own text here; the agent's words before it are in the transcript. */
static void failed(struct report_event *event, const struct json *json) {
    const struct json *error = json_get(json, "error");
    char *text = event->reply;

    event->reply = NULL;
    if (!is_errand(event, json)) {
        event->fault = turn_fault_from_word(json_string(error));
        if (event->fault == FAULT_OTHER)
            event->fault = turn_fault_from_text(text ? text : event->detail);
        if (text) {
            free(event->detail);
            event->detail = report_json_line(json, "last_assistant_message");
        }
        if (!event->detail)
            event->detail = report_json_line(json, "error");
    }
    free(text);
}

/* By its type where it has one; older ones have only words. */
static void notified(struct report_event *event, const struct json *json) {
    static const char *const asks[] = {"permission_prompt", "worker_permission_prompt", "elicitation_dialog",
                                       "agent_needs_input", "ToolPermission"};
    const struct json *given = json_get(json, "notification_type");
    const char *type = json_string(given);
    bool waits = !type && event->detail && strstr(event->detail, "needs your permission");

    for (size_t i = 0; type && i < sizeof asks / sizeof asks[0]; i++)
        waits |= strcmp(asks[i], type) == 0;
    if (!waits)
        event->kind = REPORT_NOTHING;
}

/* A conversation that is cleared or changed for another ends, the agent does not. */
static void ended(struct report_event *event, const struct json *json) {
    (void)json;
    if (text_same(event->detail, "clear") || text_same(event->detail, "resume"))
        event->kind = REPORT_NOTHING;
}

static const struct report_row claude_rows[] = {
    {"UserPromptSubmit", REPORT_STARTED, .prompt = "prompt", .more = started},
    {"Stop", REPORT_OVER, .reply = "last_assistant_message", .more = stopped},
    {"StopFailure", REPORT_OVER, .reply = "last_assistant_message", .detail = "error_details", .more = failed},
    {"Notification", REPORT_WAITS, .detail = "message", .more = notified},
    {"SessionEnd", REPORT_GONE, .detail = "reason", .more = ended},
    {"SubagentStop", REPORT_NOTHING, .more = errand},
    {.says = NULL},
};

const struct report_table report_claude = {
    .event_key = "hook_event_name",
    .prompt_id = "prompt_id",
    .transcript = "transcript_path",
    .rows = claude_rows,
};

const struct report_table report_qwen = {
    .event_key = "hook_event_name",
    .rows = claude_rows,
};

static const struct report_row codex_rows[] = {
    {"UserPromptSubmit", REPORT_STARTED, .prompt = "prompt", .more = started},
    {"Stop", REPORT_OVER, .reply = "last_assistant_message", .more = stopped},
    {"SubagentStop", REPORT_NOTHING, .more = errand},
    {.says = NULL},
};

const struct report_table report_codex = {
    .event_key = "hook_event_name",
    .prompt_id = "turn_id",
    .rows = codex_rows,
};

/* All that was put in since the last end, one text: the nonce is in it or it is an errand. */
static void join_prompts(struct report_event *event, const struct json *json) {
    const struct json *inputs = json_get(json, "input-messages");
    struct text all = {0};

    for (const struct json *one = json_first(inputs); one; one = json_next(one)) {
        const char *s = json_string(one);

        if (s && text_add(&all, s))
            text_addc(&all, '\n');
    }
    event->prompt = text_take(&all);
}

static const struct report_row notify_rows[] = {
    {"agent-turn-complete", REPORT_OVER, .reply = "last-assistant-message", .more = join_prompts},
    {.says = NULL},
};

const struct report_table report_codex_notify = {
    .event_key = "type",
    .prompt_id = "turn-id",
    .rows = notify_rows,
};

static void gemini_over(struct report_event *event, const struct json *json) {
    size_t length;

    (void)json;
    if (text_same(event->reply, "[no response text]")) {
        xreplace(&event->reply, NULL);
        xreplace(&event->detail, "no response text");
        event->fault = FAULT_OTHER;
    } else if (event->reply) {
        length = report_gemini_length(event->reply, strlen(event->reply));
        event->reply[length] = '\0';
        event->inexact = true;
    }
}

static const struct report_row gemini_rows[] = {
    {"BeforeAgent", REPORT_STARTED, .prompt = "prompt"},
    {"AfterAgent", REPORT_OVER, .prompt = "prompt", .reply = "prompt_response", .more = gemini_over},
    {"Notification", REPORT_WAITS, .detail = "message", .more = notified},
    {"SessionEnd", REPORT_GONE, .detail = "reason", .more = ended},
    {.says = NULL},
};

const struct report_table report_gemini = {
    .event_key = "hook_event_name",
    .transcript = "transcript_path",
    .answer = "{}",
    .rows = gemini_rows,
};
