#include "run/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/key.h"
#include "rules/rows.h"
#include "run/ledger_line.h"
#include "store/board.h"
#include "store/journal.h"
#include "store/records.h"
#include "store/tickets.h"

enum { TOGETHER = 200 }; /* tickets */

static int nibble(char c) {
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* The bytes behind {"hex":…} as a new string; NULL: there are none. */
static char *bytes_of(const struct json *json) {
    const char *hex = json_count(json) == 1 ? json_string(json_get(json, LEDGER_HEX)) : NULL;
    size_t n = hex ? strlen(hex) : 1;
    if (n % 2 != 0)
        return NULL;
    char *bytes = xcalloc(n / 2 + 1, 1);
    for (size_t i = 0; i < n / 2; i++) {
        int high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);
        if (high < 0 || low < 0 || high + low == 0) {
            free(bytes);
            return NULL;
        }
        bytes[i] = (char)(high * 16 + low);
    }
    return bytes;
}

/* One row of a line. Its texts are the line's, but for those in `own`. */
struct row {
    struct record record;
    char *own[RECORD_WIDTH];
};

static void row_release(struct row *row) {
    for (size_t i = 0; i < row->record.count; i++)
        free(row->own[i]);
    *row = (struct row){0};
}

static bool value_read(struct row *row, const struct json *json) {
    struct record_value *value = &row->record.items[row->record.count];
    char **own = &row->own[row->record.count];

    if (json_type(json) == JSON_NULL)
        return true;
    if (row->record.count == RECORD_WIDTH || !text_copy(value->name, sizeof value->name, json_key(json)))
        return false;
    *own = json_type(json) == JSON_OBJECT ? bytes_of(json) : NULL;
    value->text = *own ? *own : json_string(json);
    row->record.count++;
    return value->text || json_int64(json, &value->number);
}

static bool row_read(struct row *row, const struct json *json, struct err *err) {
    bool ok = json_type(json) == JSON_OBJECT || err_set(err, MC_DATAERR, "it is no object");
    const struct json *value = ok ? json_first(json) : NULL;

    *row = (struct row){0};
    for (; ok && value; value = json_next(value))
        ok = value_read(row, value) ||
             err_set(err, MC_DATAERR, "\"%s\" is neither text nor a whole number nor null, or is one too many",
                     json_key(value));
    if (!ok)
        row_release(row);
    return ok;
}

static void owe(struct ledger_owed *owed, struct ledger_need need) {
    owed->items = xgrow(owed->items, owed->count, &owed->cap, sizeof *owed->items);
    owed->items[owed->count++] = need;
}

void ledger_owed_release(struct ledger_owed *owed) {
    free(owed->items);
    *owed = (struct ledger_owed){0};
}

/* Folders, sessions and fences are named by it. */
static bool runs_are_some(const struct row *row) {
    for (size_t i = 0; i < row->record.count; i++) {
        const struct record_value *value = &row->record.items[i];
        if (strcmp(value->name, "run_id") == 0 && !(value->text && key_run_ok(value->text)))
            return false;
    }
    return true;
}

static bool numbers_are_some(const struct row *row) {
    for (size_t i = 0; i < row->record.count; i++) {
        const struct record_value *value = &row->record.items[i];
        if (strcmp(value->name, "id") == 0 && !value->text && (value->number < 1 || value->number > ledger_number_last))
            return false;
    }
    return true;
}

static bool is_boot(const char *name) {
    static const char *const boots[] = {"worker_boot", "pickup_boot", "boot_id", "tick_boot"};
    for (size_t i = 0; i < sizeof boots / sizeof *boots; i++)
        if (strcmp(name, boots[i]) == 0)
            return true;
    return false;
}

/* The first that nothing of ours can have written; NULL: none. */
static const char *beyond(const struct row *row) {
    const size_t size = sizeof((struct identity){0}).boot;
    for (size_t i = 0; i < row->record.count; i++) {
        const struct record_value *value = &row->record.items[i];
        if (value->number > NUMBER_MOST || value->number < -NUMBER_MOST ||
            (value->text && is_boot(value->name) && strlen(value->text) >= size))
            return value->name;
    }
    return NULL;
}

/* It is read, and shown to whoever asks. */
static bool log_is_its(const struct row *row) {
    const char *log = NULL, *run_id = "";
    for (size_t i = 0; i < row->record.count; i++) {
        const struct record_value *value = &row->record.items[i];
        log = strcmp(value->name, "pane_log_path") == 0 ? value->text : log;
        run_id = strcmp(value->name, "run_id") == 0 && value->text ? value->text : run_id;
    }
    char *end = xasprintf("/%s/pane.log", run_id);
    bool is = !log || (strlen(log) > strlen(end) && strcmp(log + strlen(log) - strlen(end), end) == 0);
    free(end);
    return is;
}

static bool row_check(const struct row *row, struct err *err) {
    if (!runs_are_some(row))
        return err_set(err, MC_DATAERR, "\"run_id\" is none");
    if (!numbers_are_some(row))
        return err_set(err, MC_DATAERR, "\"id\" is not from 1 to %lld", (long long)ledger_number_last);
    if (beyond(row))
        return err_set(err, MC_DATAERR, "\"%s\" is longer than anything that is written there", beyond(row));
    return log_is_its(row) || err_set(err, MC_DATAERR, "\"pane_log_path\" is no log of its run");
}

static bool put_row(struct board *board, const struct record_of *which, const struct json *json, struct err *err) {
    struct row row;
    bool ok = row_read(&row, json, err) && row_check(&row, err) && records_put(board, which, &row.record, err);

    row_release(&row);
    return ok || err_wrap(err, "\"%s\"", ledger_members[which->kind].name);
}

static bool put_rows(struct board *board, const struct record_of *which, const struct json *json, struct err *err) {
    if (!json)
        return true;
    if (ledger_members[which->kind].one)
        return put_row(board, which, json, err);
    if (json_type(json) != JSON_ARRAY)
        return err_set(err, MC_DATAERR, "\"%s\": it is no list", ledger_members[which->kind].name);
    for (json = json_first(json); json; json = json_next(json))
        if (!put_row(board, which, json, err))
            return false;
    return true;
}

static bool put_needs(struct board *board, const struct ledger *line, struct ledger_owed *owed, struct err *err) {
    struct ledger_need one = {.ticket = line->ticket};
    const struct json *at = NULL;
    bool there = false;

    while (ledger_need_next(line, &at, &one.needs)) {
        if (!owed->together && !tickets_there(board, one.needs, &there, err))
            return false;
        if (!there)
            owe(owed, one);
        else if (!tickets_need(board, one.ticket, one.needs, err))
            return false;
    }
    return true;
}

static bool read_back(struct board *board, struct ledger_owed *owed, struct err *err) {
    bool ok = !owed->unread || records_read_back(board, &(struct record_span){owed->first, owed->last}, err);

    owed->unread = 0;
    return ok;
}

static bool read_later(struct board *board, struct ledger_owed *owed, int64_t ticket, struct err *err) {
    if (!owed->together || ticket <= owed->last)
        return records_read_back(board, &(struct record_span){ticket, ticket}, err);
    if (!owed->unread)
        owed->first = ticket;
    owed->last = ticket;
    return ++owed->unread < TOGETHER || read_back(board, owed, err);
}

static bool restore_ticket(struct board *board, const struct ledger *line, struct ledger_owed *owed, struct err *err) {
    struct record_of of = {.ticket = line->ticket, .unasked = owed->together};

    for (int kind = 0; kind < RECORD_OF_TICKETS; kind++) {
        of.kind = (enum record_kind)kind;
        if (kind != RECORD_NEEDS && !put_rows(board, &of, line->rows[kind], err))
            return false;
    }
    return records_unarchive(board, line->ticket, err) && put_needs(board, line, owed, err) &&
           read_later(board, owed, line->ticket, err);
}

static bool restore_head(struct board *board, const struct ledger *line, struct err *err) {
    char name[BOARD_NAME_SIZE];

    if (!settings_put(board, LEDGER_BOARD, json_string(line->head[2]), err) ||
        !settings_put(board, LEDGER_PLACE, json_string(line->head[3]), err))
        return false;
    if (board_name(board, name, err))
        return records_clear_settings(board, err);
    if (err->code == MC_IOERR)
        err_set(err, MC_DATAERR, "\"" LEDGER_BOARD "\": it is no board's name");
    return false;
}

bool ledger_restore(struct board *board, const struct ledger *line, struct ledger_owed *owed, struct err *err) {
    enum record_kind kind = ledger_records[line->kind];

    if (line->kind == LEDGER_HEAD)
        return restore_head(board, line, err);
    if (line->kind == LEDGER_TICKET)
        return restore_ticket(board, line, owed, err);
    if (line->kind == LEDGER_END)
        return true;
    return put_rows(board, &(struct record_of){.kind = kind, .unasked = owed->together}, line->rows[kind], err);
}

/* What it waited for before. */
static void forgive(struct ledger_owed *owed, int64_t ticket) {
    size_t kept = 0;

    for (size_t i = 0; i < owed->count; i++)
        if (owed->items[i].ticket != ticket)
            owed->items[kept++] = owed->items[i];
    owed->count = kept;
}

struct replacing {
    struct ledger_owed *owed;
    int64_t ticket;
};

static bool owe_again(void *to, int64_t ticket, struct err *err) {
    struct replacing *replacing = to;

    (void)err;
    owe(replacing->owed, (struct ledger_need){.ticket = ticket, .needs = replacing->ticket});
    return true;
}

bool ledger_replace(struct board *board, const struct ledger *line, struct ledger_owed *owed, struct err *err) {
    struct replacing replacing = {.owed = owed, .ticket = line->ticket};

    forgive(owed, line->ticket);
    return records_drop_behind(board, line->ticket, &(struct record_needy){owe_again, &replacing}, err) &&
           records_drop(board, line->ticket, err) && restore_ticket(board, line, owed, err);
}

bool ledger_settle(struct board *board, struct ledger_owed *owed, struct ledger_need *missing, struct err *err) {
    bool ok = read_back(board, owed, err), there = true;

    *missing = (struct ledger_need){0};
    for (size_t i = 0; ok && there && i < owed->count; i++) {
        const struct ledger_need *need = &owed->items[i];
        ok = owed->together || tickets_there(board, need->needs, &there, err);
        if (ok && !there)
            *missing = *need;
        else
            ok = ok && tickets_need(board, need->ticket, need->needs, err);
    }
    return ok && records_settle(board, err);
}
