#include "desk/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk.h"
#include "host/infile.h"
#include "rules/intake_list.h"
#include "rules/key.h"
#include "rules/prompt.h"
#include "rules/rows.h"
#include "run/site.h"
#include "store/board.h"
#include "store/tickets.h"

/* A body may be escaped to six times its length. */
enum { LINE_MAX = 6 * PROMPT_MAX + 65536 };

struct importing {
    struct desk *desk;
    struct import *import;
    struct intake_list list;
};

static bool at_line(const struct importing *importing, size_t line, struct err *err) {
    return err_wrap(err, "%s:%zu", importing->import->in->name, line);
}

static bool read_lines(struct importing *importing, struct err *err) {
    struct infile *in = importing->import->in;
    struct text bytes = {.max = LINE_MAX};
    struct intake one;
    size_t total = 0;
    bool ok = true;

    while (ok && infile_next(in, &bytes, err)) {
        total += bytes.len;
        if (importing->list.count == IMPORT_LINES || total > IMPORT_BYTES)
            ok = err_set(err, MC_DATAERR, "more than %d tickets or %d MiB; split it, as split -l does", IMPORT_LINES,
                         IMPORT_BYTES / 1024 / 1024);
        else if ((ok = intake_read(&one, text_str(&bytes), bytes.len, err))) {
            one.line = in->line;
            intake_list_add(&importing->list, &one);
            ok = intake_placed(&one, &importing->desk->site->config, err);
        }
        ok = ok || infile_wrap(in, err);
    }
    text_release(&bytes);
    return ok && !err->text;
}

static bool check_circles(struct importing *importing, struct err *err) {
    const struct intake *circle;

    intake_list_sort(&importing->list);
    circle = intake_list_circle(&importing->list, importing->desk->site->config.ticket_prefix);
    if (!circle)
        return true;
    err_set(err, MC_DATAERR, "\"after\": by what the lines wait for, %s waits for itself", circle->dedupe_key);
    return at_line(importing, circle->line, err);
}

static struct import_row *row_of(struct importing *importing, const struct intake *one) {
    return &importing->import->rows[one - importing->list.items];
}

/* The ticket that is meant by an `after` and by no line of the file; *needs 0: it is in the archive, and so over. */
static bool find_needed(struct importing *importing, const char *after, int64_t *needs, struct err *err) {
    const struct site *site = importing->desk->site;
    struct ticket_added known = {0};
    struct ticket ticket = {0};
    bool ok;

    if (key_parse(after, site->config.ticket_prefix, needs)) {
        ok = tickets_find(site->board, *needs, &ticket, err);
        known.id = ticket.id;
        ticket_release(&ticket);
    } else
        ok = tickets_by_dedupe(site->board, after, &known, err);
    *needs = known.archived ? 0 : known.id;
    return ok && (known.id != 0 || err_set(err, MC_DATAERR,
                                           "\"after\": %s is neither a ticket on this board nor the dedupe key of one "
                                           "or of another line",
                                           after));
}

static const struct intake *line_needed(const struct importing *importing, const char *after) {
    return intake_list_after(&importing->list, after, importing->desk->site->config.ticket_prefix);
}

/* Before any is added: is it there, and if not, is what it waits for? */
static bool look_up(struct importing *importing, const struct intake *one, struct err *err) {
    struct import_row *row = row_of(importing, one);
    struct ticket_added known = {0};
    int64_t needs;

    row->line = one->line;
    if (one->dedupe_key && !tickets_by_dedupe(importing->desk->site->board, one->dedupe_key, &known, err))
        return false;
    row->ticket = known.id;
    row->known = known.id != 0;
    row->archived = known.archived;
    for (size_t i = 0; row->ticket == 0 && i < one->after.count; i++)
        if (!line_needed(importing, one->after.items[i]) && !find_needed(importing, one->after.items[i], &needs, err))
            return at_line(importing, one->line, err);
    return true;
}

static bool add_one(struct importing *importing, const struct intake *one, struct err *err) {
    struct import *import = importing->import;
    struct import_row *row = row_of(importing, one);
    struct ticket_added added = {0};
    const struct ticket_new ticket = {.title = one->title,
                                      .body = one->body ? one->body : "",
                                      .profile = one->profile,
                                      .workspace = one->workspace,
                                      .labels = one->labels,
                                      .dedupe_key = one->dedupe_key,
                                      .author = importing->desk->by,
                                      .priority = one->priority,
                                      .status = one->status == TICKET_STATUS_COUNT ? import->status : one->status,
                                      .now = importing->desk->now};

    if (row->ticket != 0)
        return true;
    if (!tickets_add(importing->desk->site->board, &ticket, &added, err))
        return at_line(importing, one->line, err);
    row->ticket = added.id;
    row->added = added.made; /* not of a line that is one before it */
    import->added += added.made;
    return true;
}

static bool add_needs(struct importing *importing, const struct intake *one, struct err *err) {
    struct import_row *row = row_of(importing, one);
    bool ok = true;

    for (size_t i = 0; ok && row->added && i < one->after.count; i++) {
        const struct intake *line = line_needed(importing, one->after.items[i]);
        int64_t needs = 0;
        if (line)
            needs = row_of(importing, line)->archived ? 0 : row_of(importing, line)->ticket;
        else
            ok = find_needed(importing, one->after.items[i], &needs, err);
        row->waits = row->waits || needs != 0;
        ok = ok && (needs == 0 || tickets_need(importing->desk->site->board, row->ticket, needs, err));
    }
    return ok;
}

static bool each(struct importing *importing, bool (*step)(struct importing *, const struct intake *, struct err *),
                 struct err *err) {
    for (size_t i = 0; i < importing->list.count; i++)
        if (!step(importing, &importing->list.items[i], err))
            return false;
    return true;
}

static bool write_lines(struct importing *importing, struct err *err) {
    struct import *import = importing->import;
    struct board *board = importing->desk->site->board;

    import->count = importing->list.count;
    import->rows = xcalloc(import->count + 1, sizeof *import->rows);
    return board_begin(board, err) && each(importing, look_up, err) && each(importing, add_one, err) &&
           each(importing, add_needs, err) && (import->dry_run || board_commit(board, err));
}

bool desk_import(struct desk *desk, struct import *import, struct err *err) {
    struct importing importing = {.desk = desk, .import = import};
    bool ok = read_lines(&importing, err) && check_circles(&importing, err) && write_lines(&importing, err);

    board_rollback(desk->site->board);
    intake_list_release(&importing.list);
    return ok;
}

void import_release(struct import *import) {
    free(import->rows);
    import->rows = NULL;
    import->count = 0;
}
