#ifndef MC_RULES_REPORT_TABLE_H
#define MC_RULES_REPORT_TABLE_H

#include "rules/report_event.h"

struct json;

/* One thing that an agent says, and where in its JSON the parts of it stand (paths as in json_path; NULL: nowhere). */
struct report_row {
    const char *says; /* the value of the agent's event key */
    enum report_kind kind;
    const char *prompt;
    const char *reply;
    const char *detail;
    /* What paths cannot tell: another kind, the fault, what is still at work. */
    void (*more)(struct report_event *event, const struct json *json);
};

struct report_table {
    const char *event_key; /* "hook_event_name" */
    const char *prompt_id;
    const char *transcript;
    const char *answer;
    const struct report_row *rows; /* ends with says == NULL */
};

/* report_hooks.c: agents that call a hook with JSON of their own. */
extern const struct report_table report_claude, report_codex, report_codex_notify, report_gemini, report_qwen;

/* report_own.c: agents whose JSON is written by a plugin of ours. */
extern const struct report_table report_pi, report_opencode, report_demo;

#endif
