#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/rows.h"
#include "run/ledger_line.h"
#include "store/schema.h"

static const char *const head_names[4] = {LEDGER_EXPORT, LEDGER_SCHEMA, LEDGER_BOARD, LEDGER_PLACE};
const int64_t ledger_number_last = INT64_C(999999999999999);

/* Where the line keeps a member of this name; NULL: it has none such. */
static const struct json **member_place(struct ledger *line, const char *name) {
    for (size_t i = 0; i < RECORD_COUNT; i++)
        if (strcmp(ledger_members[i].name, name) == 0)
            return &line->rows[i];
    for (size_t i = 0; i < sizeof head_names / sizeof *head_names; i++)
        if (strcmp(head_names[i], name) == 0)
            return &line->head[i];
    return strcmp(name, LEDGER_LAST) == 0 ? &line->end : NULL;
}

static bool members_read(struct ledger *line, struct err *err) {
    if (!line->json || json_type(line->json) != JSON_OBJECT)
        return err_set(err, MC_DATAERR, "it is no JSON object");
    for (const struct json *json = json_first(line->json); json; json = json_next(json)) {
        const struct json **place = member_place(line, json_key(json));
        if (!place)
            return err_set(err, MC_DATAERR, "\"%s\" is in no export; other lines are imported without --restore",
                           json_key(json));
        if (*place)
            return err_set(err, MC_DATAERR, "\"%s\" stands there twice", json_key(json));
        *place = json;
    }
    return true;
}

static bool has_member(const struct ledger *line, enum ledger_kind kind) {
    if (kind == LEDGER_HEAD)
        return line->head[0] != NULL;
    return kind == LEDGER_END ? line->end != NULL : line->rows[ledger_records[kind]] != NULL;
}

/* The kind of line that has this member. */
static enum ledger_kind kind_of_member(const struct ledger *line) {
    for (int kind = 0; kind < LEDGER_COUNT; kind++)
        if (has_member(line, (enum ledger_kind)kind))
            return (enum ledger_kind)kind;
    return LEDGER_COUNT;
}

static bool may_have(const struct ledger *line, enum record_kind kind) {
    return kind == ledger_records[line->kind] || (line->kind == LEDGER_TICKET && kind < RECORD_OF_TICKETS);
}

static bool kind_read(struct ledger *line, struct err *err) {
    line->kind = kind_of_member(line);
    bool ok = line->kind < LEDGER_COUNT && (!line->end || line->kind == LEDGER_END);
    for (int kind = 0; ok && kind < RECORD_COUNT; kind++)
        ok = !line->rows[kind] || may_have(line, (enum record_kind)kind);
    for (size_t i = 0; ok && i < sizeof head_names / sizeof *head_names; i++)
        ok = !line->head[i] || line->kind == LEDGER_HEAD;
    return ok || err_set(err, MC_DATAERR, "it is no line of an export: its members do not belong together");
}

static bool head_read(struct ledger *line, struct err *err) {
    int64_t schema = 0;
    if (!json_int(line->head[0], &line->version) || !json_int(line->head[1], &schema) || !json_string(line->head[2]))
        return err_set(err, MC_DATAERR, "it is no head of an export");
    if (line->version < 1 || line->version > LEDGER_VERSION || schema > SCHEMA_VERSION)
        return err_set(err, MC_DATAERR, "it was exported by a newer program: update mc-pickup");
    return true;
}

static bool end_read(struct ledger *line, struct err *err) {
    return json_int(line->end, &line->lines) || err_set(err, MC_DATAERR, "\"" LEDGER_LAST "\" is no number of lines");
}

static const struct json *first_need(const struct ledger *line) {
    return line->rows[RECORD_NEEDS] ? json_first(line->rows[RECORD_NEEDS]) : NULL;
}

static bool ticket_read(struct ledger *line, struct err *err) {
    const struct json *ticket = line->rows[RECORD_TICKET];
    const struct json *need = first_need(line);
    int64_t number;

    if (json_type(ticket) != JSON_OBJECT || !json_int64(json_get(ticket, "id"), &line->ticket) || line->ticket < 1 ||
        line->ticket > ledger_number_last)
        return err_set(err, MC_DATAERR, "its ticket has no number from 1 to %lld as \"id\"",
                       (long long)ledger_number_last);
    for (; need; need = json_next(need))
        if (!json_int64(need, &number) || number < 1 || number > ledger_number_last || number == line->ticket)
            return err_set(err, MC_DATAERR, "\"needs\": a ticket's number is missing or its own");
    return true;
}

struct ledger *ledger_read(const char *bytes, size_t n, struct err *err) {
    struct ledger *line = xcalloc(1, sizeof *line);
    line->json = json_parse_exact(bytes, n);
    if (members_read(line, err) && kind_read(line, err) && (line->kind != LEDGER_HEAD || head_read(line, err)) &&
        (line->kind != LEDGER_END || end_read(line, err)) && (line->kind != LEDGER_TICKET || ticket_read(line, err)))
        return line;
    ledger_free(line);
    return NULL;
}

void ledger_free(struct ledger *line) {
    if (!line)
        return;
    json_free(line->json);
    free(line);
}

enum ledger_kind ledger_kind_of(const struct ledger *line) {
    return line->kind;
}

int64_t ledger_ticket(const struct ledger *line) {
    return line->ticket;
}

bool ledger_has_end(const struct ledger *line) {
    return line->version > 1;
}

int64_t ledger_lines(const struct ledger *line) {
    return line->lines;
}

bool ledger_closed(const struct ledger *line) {
    const char *status = json_string(json_get(line->rows[RECORD_TICKET], "status"));
    return text_same(status, ticket_status_name(TICKET_DONE)) ||
           text_same(status, ticket_status_name(TICKET_CANCELLED));
}

bool ledger_slot(const struct ledger *line, struct ledger_slot *slot) {
    const struct json *row = line->rows[RECORD_SLOT];
    *slot = (struct ledger_slot){json_string(json_get(row, "host")), json_string(json_get(row, "slot")),
                                 json_string(json_get(row, "state"))};
    return row != NULL;
}

static int64_t time_in(const struct ledger *line, const char *column) {
    int64_t at = 0;
    return json_int64(json_get(line->rows[RECORD_TICKET], column), &at) ? at : 0;
}

int64_t ledger_made_at(const struct ledger *line) {
    return time_in(line, "created_at");
}

int64_t ledger_changed_at(const struct ledger *line) {
    return time_in(line, "updated_at");
}

bool ledger_need_next(const struct ledger *line, const struct json **at, int64_t *needs) {
    *at = *at ? json_next(*at) : first_need(line);
    return *at && json_int64(*at, needs);
}
