#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "run/ledger.h"
#include "store/board.h"
#include "store/journal.h"
#include "store/records.h"
#include "store/schema.h"
#include "store/tickets.h"

/* JSON holds no bytes but UTF-8, and a row may: another program wrote it. */
static void put_bytes(struct json *object, const char *name, const char *bytes) {
    static const char digits[] = "0123456789abcdef";
    struct json *hex = json_object();
    struct text text = {.max = LEDGER_LINE_MAX};

    for (; *bytes; bytes++) {
        text_addc(&text, digits[(unsigned char)*bytes >> 4]);
        text_addc(&text, digits[(unsigned char)*bytes & 15]);
    }
    json_put_string(hex, LEDGER_HEX, text_str(&text));
    json_put(object, name, hex);
    text_release(&text);
}

static void put_record(struct text *line, const struct record *record) {
    struct json *object = json_object();

    for (size_t i = 0; i < record->count; i++) {
        const struct record_value *value = &record->items[i];
        if (!value->text)
            json_put_int(object, value->name, value->number);
        else if (clean_is_utf8(value->text, strlen(value->text)))
            json_put_string(object, value->name, value->text);
        else
            put_bytes(object, value->name, value->text);
    }
    json_print(object, line);
    json_free(object);
}

/* The rows of one kind as they go into a ticket's line. */
struct rows {
    int64_t ticket;
    struct text *line;
    const struct ledger_member *member;
    size_t count;
};

static bool fits(const struct rows *rows, struct err *err) {
    return !rows->line->over ||
           err_set(err, MC_DATAERR, "ticket number %lld with its story is over %zu bytes, too long for a line",
                   (long long)rows->ticket, rows->line->max);
}

static bool add_row(void *to, const struct record *record, struct err *err) {
    struct rows *rows = to;

    if (rows->count++ > 0)
        text_addc(rows->line, ',');
    else
        text_addf(rows->line, "%s\"%s\":%s", text_str(rows->line)[rows->line->len - 1] == '{' ? "" : ",",
                  rows->member->name, rows->member->one ? "" : "[");
    put_record(rows->line, record);
    return fits(rows, err);
}

static bool write_rows(struct board *board, const struct record_of *which, struct rows *rows, struct err *err) {
    *rows = (struct rows){.ticket = which->ticket, .line = rows->line, .member = &ledger_members[which->kind]};
    if (!records_each(board, which, &(struct record_sink){add_row, rows}, err))
        return false;
    if (rows->count > 0 && !rows->member->one)
        text_addc(rows->line, ']');
    return true;
}

static bool write_needs(struct board *board, int64_t ticket, struct text *line, struct err *err) {
    struct ticket_need_list needs = {0};
    bool ok = tickets_needs(board, ticket, &needs, err);

    if (ok && needs.count > 0)
        text_add(line, ",\"" LEDGER_NEEDS "\":[");
    for (size_t i = 0; ok && i < needs.count; i++)
        text_addf(line, "%s%lld", i > 0 ? "," : "", (long long)needs.items[i].id);
    if (ok && needs.count > 0)
        text_addc(line, ']');
    ticket_need_list_release(&needs);
    return ok;
}

bool ledger_write(struct board *board, int64_t ticket, struct text *line, struct err *err) {
    struct rows rows = {.line = line};

    line->max = line->max ? line->max : LEDGER_LINE_MAX;
    text_addc(line, '{');
    for (int kind = 0; kind < RECORD_OF_TICKETS; kind++) {
        if (!write_rows(board, &(struct record_of){(enum record_kind)kind, ticket}, &rows, err))
            return false;
        if (kind != RECORD_TICKET)
            continue;
        if (rows.count == 0)
            return err_set(err, MC_NOINPUT, "no ticket number %lld on the board", (long long)ticket);
        if (!write_needs(board, ticket, line, err))
            return false;
    }
    text_addc(line, '}');
    return fits(&rows, err);
}

static bool write_head(struct board *board, const struct ledger_sink *sink, struct err *err) {
    struct json *head = json_object();
    struct text line = {0};
    char name[BOARD_NAME_SIZE];
    char *place = NULL;
    bool ok = board_name(board, name, err) && settings_get(board, LEDGER_PLACE, &place, err);

    json_put_int(head, LEDGER_EXPORT, LEDGER_VERSION);
    json_put_int(head, LEDGER_SCHEMA, SCHEMA_VERSION);
    json_put_string(head, LEDGER_BOARD, name);
    json_put_string(head, LEDGER_PLACE, place);
    json_print(head, &line);
    text_addc(&line, '\n');
    ok = ok && sink->take(sink->to, &line, err);
    json_free(head);
    text_release(&line);
    free(place);
    return ok;
}

/* Rows that each get a line of their own. */
struct lines {
    struct text line;
    enum record_kind kind;
    const struct ledger_sink *sink;
};

static bool add_line(void *to, const struct record *record, struct err *err) {
    struct lines *lines = to;

    text_clear(&lines->line);
    text_addf(&lines->line, "{\"%s\":", ledger_members[lines->kind].name);
    put_record(&lines->line, record);
    text_add(&lines->line, "}\n");
    if (lines->line.over)
        return err_set(err, MC_DATAERR, "a %s is over %d bytes, too long for a line", ledger_members[lines->kind].name,
                       LEDGER_LINE_MAX);
    return lines->sink->take(lines->sink->to, &lines->line, err);
}

static bool write_tickets(struct board *board, const struct ledger_sink *sink, struct err *err) {
    struct text line = {0};
    int64_t ticket = 0;
    bool ok;

    while ((ok = records_next(board, &ticket, err)) && ticket != 0) {
        text_clear(&line);
        ok = ledger_write(board, ticket, &line, err);
        text_addc(&line, '\n');
        if (!ok || !sink->take(sink->to, &line, err))
            break;
    }
    text_release(&line);
    return ok && ticket == 0;
}

bool ledger_write_all(struct board *board, enum ledger_kind kind, const struct ledger_sink *sink, struct err *err) {
    struct lines lines = {.line = {.max = LEDGER_LINE_MAX}, .kind = ledger_records[kind], .sink = sink};
    bool ok;

    if (kind == LEDGER_HEAD)
        return write_head(board, sink, err);
    if (kind == LEDGER_TICKET)
        return write_tickets(board, sink, err);
    ok = records_each(board, &(struct record_of){lines.kind, 0}, &(struct record_sink){add_line, &lines}, err);
    text_release(&lines.line);
    return ok;
}
