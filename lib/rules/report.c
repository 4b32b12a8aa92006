#include "rules/report.h"

#include <assert.h>

#include "base/json.h"
#include "base/text.h"
#include "rules/report_json.h"
#include "rules/report_table.h"

/* Each agent's ways of telling, tried in order. */
static const struct report_table *const tables[][2] = {
    [REPORT_NONE] = {NULL},
    [REPORT_CLAUDE] = {&report_claude},
    [REPORT_CODEX] = {&report_codex, &report_codex_notify},
    [REPORT_GEMINI] = {&report_gemini},
    [REPORT_QWEN] = {&report_qwen},
    [REPORT_PI] = {&report_pi},
    [REPORT_OPENCODE] = {&report_opencode},
    [REPORT_DEMO] = {&report_demo},
};
static_assert(sizeof tables / sizeof tables[0] == REPORT_AGENT_COUNT, "a table for every agent");

static const struct report_row *row_of(const struct report_table *table, const char *says) {
    const struct report_row *row = table->rows;

    while (row->says && !text_same(row->says, says))
        row++;
    return row->says ? row : NULL;
}

static void fill(struct report_event *event, const struct report_table *table, const struct report_row *row,
                 const struct json *json) {
    event->kind = row->kind;
    event->prompt = report_json_string(json, row->prompt);
    event->reply = report_json_string(json, row->reply);
    event->detail = report_json_line(json, row->detail);
    event->prompt_id = report_json_line(json, table->prompt_id);
    event->transcript = report_json_string(json, table->transcript);
    if (row->more)
        row->more(event, json);
}

/* False when this table's event key is not there. */
static bool read_by(struct report_event *event, const struct report_table *table, const struct json *json) {
    const struct json *key = json_get(json, table->event_key);
    const char *says = json_string(key);
    const struct report_row *row = says ? row_of(table, says) : NULL;

    if (row)
        fill(event, table, row, json);
    return says != NULL;
}

bool report_read(struct report_event *event, enum report_agent agent, const char *bytes, size_t n) {
    struct json *json;
    bool known = false;

    *event = (struct report_event){0};
    if (n > REPORT_MAX || (size_t)agent >= REPORT_AGENT_COUNT || !(json = report_parse(bytes, n)))
        return false;
    for (size_t i = 0; i < 2 && !known; i++)
        known = tables[agent][i] && read_by(event, tables[agent][i], json);
    json_free(json);
    return known;
}

const char *report_answer(enum report_agent agent) {
    const struct report_table *table = (size_t)agent < REPORT_AGENT_COUNT ? tables[agent][0] : NULL;

    return table && table->answer ? table->answer : "";
}
