#include "store/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "rules/rows.h"
#include "store/board.h"
#include "store/db.h"
#include "store/journal.h"
#include "store/read.h"

static const struct {
    enum sql each, put;
    bool asked; /* which one may leave out in silence */
} kinds[RECORD_COUNT] = {
    [RECORD_TICKET] = {.each = SQL_RECORD_TICKET, .put = SQL_RECORD_TICKET_PUT},
    [RECORD_NEEDS] = {.each = SQL_RECORD_NEEDS},
    [RECORD_RUNS] = {.each = SQL_RECORD_RUNS, .put = SQL_RECORD_RUN_PUT},
    [RECORD_EFFECTS] = {.each = SQL_RECORD_EFFECTS, .put = SQL_RECORD_EFFECT_PUT},
    [RECORD_RUNTIME] = {.each = SQL_RECORD_RUNTIME, .put = SQL_RECORD_RUNTIME_PUT},
    [RECORD_MESSAGES] = {.each = SQL_RECORD_MESSAGES, .put = SQL_RECORD_MESSAGE_PUT},
    [RECORD_STORY] = {.each = SQL_RECORD_STORY, .put = SQL_RECORD_STORY_PUT},
    [RECORD_NOTICES] = {.each = SQL_RECORD_NOTICES, .put = SQL_RECORD_NOTICE_PUT},
    [RECORD_SETTING] = {.each = SQL_RECORD_SETTINGS, .put = SQL_RECORD_SETTING_PUT, .asked = true},
    [RECORD_SLOT] = {.each = SQL_RECORD_SLOTS, .put = SQL_RECORD_SLOT_PUT},
    [RECORD_NOTICE] = {.each = SQL_RECORD_BARE_NOTICES, .put = SQL_RECORD_BARE_NOTICE_PUT, .asked = true},
    [RECORD_REQUEST] = {.each = SQL_RECORD_REQUESTS, .put = SQL_RECORD_REQUEST_PUT},
    [RECORD_ARCHIVED] = {.each = SQL_RECORD_ARCHIVED, .put = SQL_RECORD_ARCHIVED_PUT},
};

/* Copies the next name of a list with commas and moves behind it; false at its end. */
static bool next_name(const char **list, char name[RECORD_NAME_SIZE]) {
    size_t n = strcspn(*list, ",");
    if (n == 0 || n >= RECORD_NAME_SIZE)
        return false;
    memcpy(name, *list, n);
    name[n] = '\0';
    *list += n + ((*list)[n] == ',');
    return true;
}

/* The bind or the column that the ticket's own number stands in. */
static bool is_owner(const struct record_of *which, const char *name) {
    return which->kind < RECORD_OF_TICKETS && strcmp(name, "ticket_id") == 0;
}

static void read_value(struct query *q, struct record *record, char *texts[RECORD_WIDTH]) {
    struct record_value *value = &record->items[record->count];
    bool text = query_type(q) == BIND_TEXT;
    value->number = text ? 0 : query_number(q);
    value->text = texts[record->count] = text ? query_text(q) : NULL;
    record->count++;
}

static void read_record(struct query *q, const struct record_of *which, struct record *record,
                        char *texts[RECORD_WIDTH]) {
    const char *names = sql_wires[kinds[which->kind].each].columns;
    q->column = 0;
    while (record->count < RECORD_WIDTH && next_name(&names, record->items[record->count].name)) {
        if (query_type(q) == BIND_NULL || is_owner(which, record->items[record->count].name))
            query_skip(q, 1);
        else
            read_value(q, record, texts);
    }
}

static bool give(struct query *q, const struct record_of *which, const struct record_sink *sink, struct err *err) {
    struct record record = {0};
    char *texts[RECORD_WIDTH] = {NULL};
    bool ok;

    read_record(q, which, &record, texts);
    ok = sink->take(sink->to, which, &record, err);
    for (size_t i = 0; i < RECORD_WIDTH; i++)
        free(texts[i]);
    return ok;
}

bool records_each(struct board *board, enum record_kind kind, const struct record_sink *sink, struct err *err) {
    struct query q;
    bool ok = true;

    query_open(&q, board, CALL_BARE(kinds[kind].each), err);
    while (ok && query_next(&q))
        ok = give(&q, &(struct record_of){.kind = kind}, sink, err);
    return query_close(&q) && ok;
}

/* Rows of one kind, by their tickets, which come in the same order for each. */
struct stream {
    struct query q;
    struct record_of of; /* the row that is to be given next */
    int owner;           /* the column that says whose it is */
    bool any;
};

static void stream_next(struct stream *stream) {
    stream->any = query_next(&stream->q);
    if (!stream->any)
        return;
    stream->q.column = stream->owner;
    stream->of.ticket = query_number(&stream->q);
}

static void stream_open(struct stream *stream, struct board *board, const struct record_span *span, struct err *err) {
    enum sql each = kinds[stream->of.kind].each;
    const char *names = sql_wires[each].columns;
    char name[RECORD_NAME_SIZE];

    while (stream->of.kind != RECORD_TICKET && next_name(&names, name) && strcmp(name, "ticket_id") != 0)
        stream->owner++;
    query_open(&stream->q, board, CALL(each, bind_number(":from", span->from), bind_number(":to", span->to)), err);
    stream_next(stream);
}

/* All that is this ticket's. */
static bool stream_give(struct stream *stream, int64_t ticket, const struct record_sink *sink, struct err *err) {
    bool ok = true;

    for (; ok && stream->any && stream->of.ticket <= ticket; stream_next(stream))
        ok = stream->of.ticket < ticket || give(&stream->q, &stream->of, sink, err);
    return ok;
}

bool records_of_tickets(struct board *board, const struct record_span *span, const struct record_sink *sink,
                        struct err *err) {
    struct stream streams[RECORD_OF_TICKETS] = {{.of = {.kind = RECORD_TICKET}}};
    int open = 0;
    bool ok = true;

    for (; ok && open < RECORD_OF_TICKETS; open++) {
        streams[open].of.kind = (enum record_kind)open;
        stream_open(&streams[open], board, span, err);
        ok = !streams[open].q.failed;
    }
    while (ok && streams[RECORD_TICKET].any) {
        int64_t ticket = streams[RECORD_TICKET].of.ticket;

        for (int kind = 0; ok && kind < RECORD_OF_TICKETS; kind++)
            ok = stream_give(&streams[kind], ticket, sink, err);
    }
    while (open > 0)
        ok = query_close(&streams[--open].q) && ok;
    return ok;
}

static void try_ticket(struct query *q) {
    struct ticket ticket = {0};
    read_ticket(q, &ticket);
    ticket_release(&ticket);
}

static void try_run(struct query *q) {
    struct run run = {0};
    read_run(q, &run);
    run_release(&run);
}

static void try_runtime(struct query *q) {
    struct runtime runtime = {0};
    read_runtime(q, &runtime);
    runtime_release(&runtime);
}

static void try_message(struct query *q) {
    struct message message = {0};
    read_message(q, &message);
    message_release(&message);
}

bool records_read_back(struct board *board, const struct record_span *span, struct err *err) {
    static const struct {
        enum sql each;
        void (*try)(struct query *q);
    } readers[] = {{SQL_RECORD_TICKET, try_ticket},
                   {SQL_RECORD_RUNS, try_run},
                   {SQL_RECORD_RUNTIME, try_runtime},
                   {SQL_RECORD_MESSAGES, try_message}};
    bool ok = true;

    for (size_t i = 0; ok && i < sizeof readers / sizeof *readers; i++) {
        struct query q;

        query_open(&q, board, CALL(readers[i].each, bind_number(":from", span->from), bind_number(":to", span->to)),
                   err);
        while (query_next(&q))
            readers[i].try(&q);
        ok = query_close(&q);
    }
    if (!ok && err->code == MC_IOERR)
        err->code = MC_DATAERR;
    return ok;
}

/* A record that is being bound: which of its columns have been taken. */
struct binding {
    const struct record *record;
    const struct record_value *value; /* of the column that is looked for; NULL: it is NULL */
    uint32_t taken;
    size_t at; /* they come in the order of the binds */
};
_Static_assert(RECORD_WIDTH <= 32, "a bit for each column");

static void take_value(struct binding *binding, const char *name) {
    const struct record *record = binding->record;
    binding->value = NULL;
    for (size_t i = 0; i < record->count && !binding->value; i++) {
        size_t at = (binding->at + i) % record->count;
        if (strcmp(record->items[at].name, name) == 0) {
            binding->value = &record->items[at];
            binding->taken |= UINT32_C(1) << at;
            binding->at = at + 1;
        }
    }
}

static const char *left_over(const struct binding *binding) {
    for (size_t i = 0; i < binding->record->count; i++)
        if ((binding->taken >> i & 1) == 0)
            return binding->record->items[i].name;
    return NULL;
}

/* What a column is the record does not say: its own type decides what a value is. */
static struct bind bind_value(const char *name, const struct record_value *value) {
    struct bind bind = bind_text(name, value ? value->text : NULL);
    if (value && !value->text)
        bind = bind_number(name, value->number);
    bind.kind = BIND_NULL;
    return bind;
}

_Static_assert(BIND_END == 0, "what is zeroed ends the binds");

/* The engine wants its binds' names with a colon before them. */
struct bind_name {
    char text[RECORD_NAME_SIZE + 1];
};

bool records_put(struct board *board, const struct record_of *which, const struct record *record, struct err *err) {
    const char *names = sql_wires[kinds[which->kind].put].binds;
    struct bind binds[RECORD_WIDTH + 1] = {{0}};
    struct bind_name colons[RECORD_WIDTH];
    struct binding binding = {.record = record};
    char name[RECORD_NAME_SIZE];
    bool asked = !which->unasked || kinds[which->kind].asked || !board_is_shared(board), stored = !asked;

    for (size_t i = 0; i < RECORD_WIDTH && next_name(&names, name); i++) {
        snprintf(colons[i].text, sizeof colons[i].text, ":%s", name);
        if (is_owner(which, name)) {
            binds[i] = bind_number(colons[i].text, which->ticket);
        } else {
            take_value(&binding, name);
            binds[i] = bind_value(colons[i].text, binding.value);
        }
    }
    if (left_over(&binding))
        return err_set(err, MC_DATAERR, "\"%s\" is no column, or stands there twice", left_over(&binding));
    if (!db_store(board, &(const struct call){kinds[which->kind].put, binds}, asked ? &stored : NULL, err))
        return false;
    return stored || err_set(err, MC_DATAERR, "it belongs to something else, or is not for a board");
}

bool records_next(struct board *board, const struct record_few *few, int64_t *ticket, struct err *err) {
    return db_number(board, CALL(SQL_RECORD_NEXT, bind_number(":after", few->after), bind_number(":limit", few->count)),
                     ticket, err);
}

bool records_none(struct board *board, bool *none, struct err *err) {
    bool any = false;
    bool ok = db_any(board, CALL_BARE(SQL_RECORD_ANY), &any, err);
    *none = !any;
    return ok;
}

/* A file counts by what is in it. */
bool records_settle(struct board *board, struct err *err) {
    bool done;
    return !board_is_shared(board) || db_any(board, CALL_BARE(SQL_RECORD_SEQUENCES), &done, err);
}

bool records_clear_settings(struct board *board, struct err *err) {
    return db_run(board, CALL_BARE(SQL_RECORD_CLEAR_SETTINGS), NULL, err);
}

bool records_unarchive(struct board *board, int64_t ticket, struct err *err) {
    return db_run(board, CALL(SQL_RECORD_UNARCHIVE, bind_number(":ticket_id", ticket)), NULL, err);
}

bool records_drop_behind(struct board *board, int64_t needs, const struct record_needy *needy, struct err *err) {
    struct query q;
    bool ok = true;

    query_open(&q, board, CALL(SQL_RECORD_DROP_BEHIND, bind_number(":needs_id", needs)), err);
    while (ok && query_next(&q))
        ok = needy->take(needy->to, query_number(&q), err);
    return query_close(&q) && ok;
}

bool records_drop(struct board *board, int64_t ticket, struct err *err) {
    static const enum sql steps[] = {SQL_RECORD_DROP_NOTICES, SQL_RECORD_DROP_MESSAGES, SQL_RECORD_DROP_EFFECTS,
                                     SQL_RECORD_DROP_RUNTIME, SQL_RECORD_DROP_STORY,    SQL_RECORD_DROP_RUNS,
                                     SQL_RECORD_DROP_NEEDS,   SQL_RECORD_DROP_PUSH,     SQL_RECORD_DROP_TICKET};
    enum { STEPS = sizeof steps / sizeof *steps };
    char number[24];
    bool ok, dropped;

    snprintf(number, sizeof number, "%lld", (long long)ticket);
    ok = settings_put(board, "archiving", number, err);
    for (size_t i = 0; ok && i < STEPS; i++)
        ok = db_store(board, CALL(steps[i], bind_number(":ticket_id", ticket)), i + 1 < STEPS ? NULL : &dropped, err);
    return ok && settings_put(board, "archiving", NULL, err);
}
