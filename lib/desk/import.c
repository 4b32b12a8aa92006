#include "desk/import.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_act.h"
#include "host/infile.h"
#include "rules/intake_list.h"
#include "rules/key.h"
#include "rules/prompt.h"
#include "rules/rows.h"
#include "run/site.h"
#include "store/board.h"
#include "store/tickets.h"

/* Read again where a request id comes a second time. */
#define SAID "%zu added, %zu were there already"

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
            ok = intake_fill(&one, &importing->import->fill, err) &&
                 intake_placed(&one, &importing->desk->site->config, err);
            intake_list_add(&importing->list, &one);
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
                                      .status = one->status,
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

typedef bool import_step(struct importing *importing, const struct intake *one, struct err *err);

static bool each(struct importing *importing, import_step *step, struct err *err) {
    for (size_t i = 0; i < importing->list.count; i++)
        if (!step(importing, &importing->list.items[i], err))
            return false;
    return true;
}

static bool import_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    struct importing *importing = subject;
    struct import *import = importing->import;

    (void)desk;
    import->count = importing->list.count;
    import->rows = xcalloc(import->count, sizeof *import->rows);
    if (!each(importing, look_up, err) || !each(importing, add_one, err) || !each(importing, add_needs, err))
        return false;
    import->there = import->count - import->added;
    result->changed = import->added > 0;
    result->say = xasprintf(SAID, import->added, import->there);
    return true;
}

/* What a request id is bound to: all that the lines say. */
static const char **texts_of(const struct intake_list *list) {
    enum { TEXTS = 7 };
    size_t count = 0;
    const char **texts, **at;

    for (size_t i = 0; i < list->count; i++)
        count += TEXTS + list->items[i].after.count;
    at = texts = xcalloc(count + 1, sizeof *texts);
    for (size_t i = 0; i < list->count; i++) {
        const struct intake *one = &list->items[i];
        const char *const each_of[TEXTS] = {one->title,
                                            one->body,
                                            one->labels,
                                            one->profile,
                                            one->workspace,
                                            one->dedupe_key,
                                            priority_name(one->priority)};
        for (size_t text = 0; text < TEXTS; text++)
            *at++ = each_of[text] ? each_of[text] : "";
        for (size_t after = 0; after < one->after.count; after++)
            *at++ = one->after.items[after];
    }
    return texts;
}

static bool transact(struct importing *importing, struct err *err) {
    struct import *import = importing->import;
    const char **texts = texts_of(&importing->list);
    struct desk_deed deed = {.run = import_run, .subject = importing, .what = {"import", 0, texts}};
    struct desk_result result = {0};
    bool ok = desk_transact(importing->desk, &deed, &result, err);

    import->again = ok && deed.again;
    if (import->again && sscanf(result.say, SAID, &import->added, &import->there) != 2)
        ok = err_set(err, MC_IOERR, "request id %s: its first answer cannot be read; take a new one",
                     importing->desk->request_id);
    desk_result_release(&result);
    free(texts);
    return ok;
}

static bool try_all(struct importing *importing, struct err *err) {
    struct board *board = importing->desk->site->board;
    struct desk_result result = {0};
    bool ok = board_begin(board, err) && import_run(importing->desk, importing, &result, err);

    board_rollback(board);
    desk_result_release(&result);
    return ok;
}

bool desk_import(struct desk *desk, struct import *import, struct err *err) {
    struct importing importing = {.desk = desk, .import = import};
    bool ok = read_lines(&importing, err) && check_circles(&importing, err) &&
              (import->dry_run ? try_all : transact)(&importing, err);

    intake_list_release(&importing.list);
    return ok;
}

void import_release(struct import *import) {
    free(import->rows);
    import->rows = NULL;
    import->count = 0;
}
