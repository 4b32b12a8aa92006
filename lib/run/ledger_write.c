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

/* A ticket's line while its rows come. */
struct writing {
    struct text *line;
    struct record_of at; /* of the row that came last; ticket 0: none has */
    const struct ledger_sink *sink;
    int64_t bytes;
};

static bool fits(const struct writing *writing, struct err *err) {
    return !writing->line->over ||
           err_set(err, MC_DATAERR, "ticket number %lld with its story is over %zu bytes, too long for a line",
                   (long long)writing->at.ticket, writing->line->max);
}

static bool end_line(struct writing *writing, struct err *err) {
    if (!ledger_members[writing->at.kind].one)
        text_addc(writing->line, ']');
    text_addc(writing->line, '}');
    return fits(writing, err);
}

/* The line of the ticket before goes to the sink. */
static bool end_ticket(struct writing *writing, struct err *err) {
    if (writing->at.ticket == 0)
        return true;
    if (!end_line(writing, err))
        return false;
    text_addc(writing->line, '\n');
    writing->bytes += (int64_t)writing->line->len;
    if (!writing->sink->take(writing->sink->to, writing->line, err))
        return false;
    text_clear(writing->line);
    return true;
}

static bool begin_member(struct writing *writing, const struct record_of *of, struct err *err) {
    const struct ledger_member *member = &ledger_members[of->kind];

    if (of->ticket != writing->at.ticket) {
        if (!end_ticket(writing, err))
            return false;
        text_addc(writing->line, '{');
    } else {
        text_add(writing->line, ledger_members[writing->at.kind].one ? "," : "],");
    }
    text_addf(writing->line, "\"%s\":%s", member->name, member->one ? "" : "[");
    writing->at = *of;
    return true;
}

static bool add_row(void *to, const struct record_of *of, const struct record *record, struct err *err) {
    struct writing *writing = to;

    if (of->ticket == writing->at.ticket && of->kind == writing->at.kind)
        text_addc(writing->line, ',');
    else if (!begin_member(writing, of, err))
        return false;
    if (of->kind == RECORD_NEEDS)
        text_addf(writing->line, "%lld", (long long)record->items[0].number);
    else
        put_record(writing->line, record);
    return fits(writing, err);
}

bool ledger_write(struct board *board, int64_t ticket, struct text *line, struct err *err) {
    struct writing writing = {.line = line};

    line->max = line->max ? line->max : LEDGER_LINE_MAX;
    if (!records_of_tickets(board, &(struct record_span){ticket, ticket}, &(struct record_sink){add_row, &writing},
                            err))
        return false;
    if (writing.at.ticket == 0)
        return err_set(err, MC_NOINPUT, "no ticket number %lld on the board", (long long)ticket);
    return end_line(&writing, err);
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

bool ledger_write_end(int64_t lines, const struct ledger_sink *sink, struct err *err) {
    struct text line = {0};
    bool ok;

    text_addf(&line, "{\"" LEDGER_LAST "\":%lld}\n", (long long)lines);
    ok = sink->take(sink->to, &line, err);
    text_release(&line);
    return ok;
}

/* Rows that each get a line of their own. */
struct lines {
    struct text line;
    enum record_kind kind;
    const struct ledger_sink *sink;
};

static bool add_line(void *to, const struct record_of *of, const struct record *record, struct err *err) {
    struct lines *lines = to;

    (void)of;
    text_clear(&lines->line);
    text_addf(&lines->line, "{\"%s\":", ledger_members[lines->kind].name);
    put_record(&lines->line, record);
    text_add(&lines->line, "}\n");
    if (lines->line.over)
        return err_set(err, MC_DATAERR, "a %s is over %d bytes, too long for a line", ledger_members[lines->kind].name,
                       LEDGER_LINE_MAX);
    return lines->sink->take(lines->sink->to, &lines->line, err);
}

/* Of a server the rows of so many tickets are here at once: fewer where they are long. */
enum { FEW_MOST = 256, FEW_BYTES = 4 * 1024 * 1024 };

static void fit_few(struct record_few *few, int64_t bytes) {
    if (bytes > FEW_BYTES && few->count > 1)
        few->count /= 2;
    else if (bytes < FEW_BYTES / 4 && few->count < FEW_MOST)
        few->count *= 2;
}

static bool write_tickets(struct board *board, const struct ledger_sink *sink, struct err *err) {
    struct text line = {.max = LEDGER_LINE_MAX};
    struct record_few few = {.count = 16};
    int64_t last = 0;
    bool ok;

    while ((ok = records_next(board, &few, &last, err)) && last != 0) {
        struct writing writing = {.line = &line, .sink = sink};

        ok = records_of_tickets(board, &(struct record_span){few.after + 1, last},
                                &(struct record_sink){add_row, &writing}, err) &&
             end_ticket(&writing, err);
        if (!ok)
            break;
        few.after = last;
        fit_few(&few, writing.bytes);
    }
    text_release(&line);
    return ok;
}

bool ledger_write_all(struct board *board, enum ledger_kind kind, const struct ledger_sink *sink, struct err *err) {
    struct lines lines = {.line = {.max = LEDGER_LINE_MAX}, .kind = ledger_records[kind], .sink = sink};
    bool ok;

    if (kind == LEDGER_HEAD)
        return write_head(board, sink, err);
    if (kind == LEDGER_TICKET)
        return write_tickets(board, sink, err);
    ok = records_each(board, lines.kind, &(struct record_sink){add_line, &lines}, err);
    text_release(&lines.line);
    return ok;
}
