#include "pickup/keep_tickets.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/lines.h"
#include "pickup/keeping_time.h"
#include "pickup/state.h"
#include "run/ledger.h"
#include "run/site.h"
#include "store/archive.h"
#include "store/board.h"
#include "store/records.h"

/* A batch holds the board's write lock for some milliseconds, and lets others in between. */
enum { BATCH_BYTES = 128 * 1024, PAUSE_MS = 3, MONTH_SIZE = 16 };

struct batch {
    struct archive_row rows[ARCHIVE_AT_ONCE];
    struct text lines[ARCHIVE_AT_ONCE];
    size_t count;
    char month[MONTH_SIZE];
};

static void batch_release(struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++)
        text_release(&batch->lines[i]);
    *batch = (struct batch){0};
}

static void month_of(char month[MONTH_SIZE], int64_t ms) {
    time_t seconds = (time_t)(ms / 1000);
    struct tm day = {0};

    gmtime_r(&seconds, &day);
    strftime(month, MONTH_SIZE, "%Y-%m", &day);
}

/* As many of the rows as go into one file and one short transaction, at least one. */
static bool fill(struct batch *batch, struct board *board, const struct archive_rows *rows, struct err *err) {
    size_t bytes = 0;

    month_of(batch->month, rows->items[0].closed_at);
    for (size_t i = 0; i < rows->count && bytes < BATCH_BYTES; i++) {
        char month[MONTH_SIZE];

        month_of(month, rows->items[i].closed_at);
        if (strcmp(month, batch->month) != 0)
            return true;
        batch->rows[batch->count] = rows->items[i];
        if (!ledger_write(board, rows->items[i].ticket, &batch->lines[batch->count++], err))
            return false;
        bytes += batch->lines[batch->count - 1].len;
    }
    return true;
}

static bool write_lines(const struct site *site, const struct batch *batch, struct err *err) {
    char *folder = site_own_file(site, "archive");
    char *path = xasprintf("%s/%s.jsonl", folder, batch->month);
    struct text all = {.max = SIZE_MAX / 2};
    bool ok;

    for (size_t i = 0; i < batch->count; i++) {
        text_addn(&all, text_str(&batch->lines[i]), batch->lines[i].len);
        text_addc(&all, '\n');
    }
    ok = files_make_inner_dir(folder, err) && lines_append(&(struct lines){path, text_str(&all), all.len}, err);
    text_release(&all);
    free(path);
    free(folder);
    return ok;
}

/* Only what is as it was written. */
static bool drop_one(const struct keeping *keeping, int64_t ticket, const struct text *line, struct err *err) {
    struct board *board = keeping->pickup->site.board;
    struct text now = {0};
    bool may = false;
    bool ok = archive_may(board, &(struct archive_row){ticket, keeping->closed_before}, &may, err) &&
              (!may || ledger_write(board, ticket, &now, err));

    may = may && now.len == line->len && memcmp(text_str(&now), text_str(line), now.len) == 0;
    ok = ok && (!may || (archive_key(board, ticket, err) && records_drop(board, ticket, err)));
    text_release(&now);
    return ok;
}

static bool drop(const struct keeping *keeping, const struct batch *batch, struct err *err) {
    struct board *board = keeping->pickup->site.board;
    bool ok = board_begin(board, err);

    for (size_t i = 0; ok && i < batch->count; i++)
        ok = drop_one(keeping, batch->rows[i].ticket, &batch->lines[i], err);
    if (ok && board_commit(board, err))
        return true;
    board_rollback(board);
    return false;
}

/* *more false: none of this status is left behind `want`. */
static bool move_some(const struct keeping *keeping, struct archive_want *want, bool *more, struct err *err) {
    struct board *board = keeping->pickup->site.board;
    struct archive_rows rows;
    struct batch batch = {0};
    bool ok = archive_next(board, want, &rows, err);

    *more = ok && rows.count;
    if (*more) {
        ok = fill(&batch, board, &rows, err) && write_lines(&keeping->pickup->site, &batch, err) &&
             drop(keeping, &batch, err);
        want->at = batch.count ? batch.rows[batch.count - 1].closed_at : want->at;
        want->after = batch.count ? batch.rows[batch.count - 1].ticket : want->after;
        clock_sleep(PAUSE_MS);
    }
    batch_release(&batch);
    return ok;
}

/* What a ticket needed may go when that has gone: so it is looked again as long as some went. */
bool keep_tickets(const struct keeping *keeping, bool *done, struct err *err) {
    static const enum ticket_status closed[] = {TICKET_DONE, TICKET_CANCELLED};
    bool any = true;
    bool ok = true;

    while (ok && any && !keeping_over(keeping)) {
        any = false;
        for (size_t i = 0; ok && i < sizeof closed / sizeof *closed; i++) {
            struct archive_want want = {.status = closed[i], .before = keeping->closed_before};
            bool more = true;

            while (ok && more && !keeping_over(keeping)) {
                ok = move_some(keeping, &want, &more, err);
                any = any || more;
            }
            any = any || more;
        }
    }
    *done = ok && !any;
    return ok;
}
