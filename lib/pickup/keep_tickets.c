#include "pickup/keep_tickets.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/lines.h"
#include "pickup/keep_folders.h"
#include "pickup/keeping_time.h"
#include "pickup/state.h"
#include "run/ledger.h"
#include "run/site.h"
#include "store/archive.h"
#include "store/board.h"
#include "store/records.h"

/* The lines of a batch are on the disk with one wait for it; then each ticket goes in a transaction of its own, and
 * others come in between. */
enum { BATCH_BYTES = 512 * 1024, LINE_BYTES = 1024 * 1024, PAUSE_MS = 3, TRIES = 8, MONTH_LENGTH = 7 };

struct entry {
    struct archive_row row;
    struct text line;
};
struct batch {
    struct entry entries[ARCHIVE_AT_ONCE];
    size_t count, bytes; /* and how long their lines are together */
    char month[CLOCK_STAMP];
    struct archive_row last; /* of those that were looked at */
};

/* One keeping's work on tickets. What could not go once is not written a second time. */
struct moving {
    const struct keeping *keeping;
    int64_t *stay;
    size_t staying;
    bool went; /* one did, since this was last asked */
};

static void let_stay(struct moving *moving, int64_t ticket) {
    moving->stay = xrealloc(moving->stay, (moving->staying + 1) * sizeof *moving->stay);
    moving->stay[moving->staying++] = ticket;
}

static bool stays(const struct moving *moving, int64_t ticket) {
    for (size_t i = 0; i < moving->staying; i++)
        if (moving->stay[i] == ticket)
            return true;
    return false;
}

static void batch_release(struct batch *batch) {
    for (size_t i = 0; i < ARCHIVE_AT_ONCE; i++)
        text_release(&batch->entries[i].line);
    *batch = (struct batch){0};
}

/* "2026-07", as its stamp begins. */
static void month_of(char month[CLOCK_STAMP], int64_t ms) {
    clock_stamp(ms, month);
    month[MONTH_LENGTH] = '\0';
}

/* Its line as it is now. *may false: it has gone meanwhile, or is longer than is ever moved (keep_tickets.h). */
static bool write_line(struct board *board, struct entry *entry, bool *may, struct err *err) {
    entry->line = (struct text){.max = LINE_BYTES};
    *may = ledger_write(board, entry->row.ticket, &entry->line, err);
    if (*may || (err->code != MC_NOINPUT && err->code != MC_DATAERR))
        return *may;
    err_release(err);
    return true;
}

static bool add_ticket(struct moving *moving, struct batch *batch, const struct archive_row *row, struct err *err) {
    struct site *site = &moving->keeping->pickup->site;
    struct entry *entry = &batch->entries[batch->count];
    bool may = false, left = false;

    entry->row = *row;
    if (!keep_folders_left(site, row->ticket, &left, err) || (!left && !write_line(site->board, entry, &may, err)))
        return false;
    if (may) {
        batch->count++;
        batch->bytes += entry->line.len;
        return true;
    }
    let_stay(moving, row->ticket);
    text_release(&entry->line);
    return true;
}

/* As many of the rows as go into one file and are not too much at once. */
static bool fill(struct moving *moving, struct batch *batch, const struct archive_rows *rows, struct err *err) {
    month_of(batch->month, rows->items[0].closed_at);
    for (size_t i = 0; i < rows->count && batch->bytes < BATCH_BYTES; i++) {
        char month[CLOCK_STAMP];

        month_of(month, rows->items[i].closed_at);
        if (strcmp(month, batch->month) != 0)
            return true;
        batch->last = rows->items[i];
        if (!stays(moving, rows->items[i].ticket) && !add_ticket(moving, batch, &rows->items[i], err))
            return false;
    }
    return true;
}

static bool write_lines(const struct site *site, const struct batch *batch, struct err *err) {
    char *folder = site_own_file(site, "archive");
    char *path = xasprintf("%s/%s.jsonl", folder, batch->month);
    struct text all = {.max = SIZE_MAX / 2};
    bool ok;

    for (size_t i = 0; i < batch->count; i++) {
        text_addn(&all, text_str(&batch->entries[i].line), batch->entries[i].line.len);
        text_addc(&all, '\n');
    }
    ok = files_make_inner_dir(folder, err) && lines_append(&(struct lines){path, text_str(&all), all.len}, err);
    text_release(&all);
    free(path);
    free(folder);
    return ok;
}

enum fate { FATE_GOES, FATE_STAYS, FATE_AGAIN };

/* Is it as it was written? */
static bool unchanged(struct board *board, const struct entry *entry, bool *same, struct err *err) {
    struct entry now = {.row = entry->row};
    bool ok = write_line(board, &now, same, err);

    *same = *same && now.line.len == entry->line.len &&
            memcmp(text_str(&now.line), text_str(&entry->line), now.line.len) == 0;
    text_release(&now.line);
    return ok;
}

/* With all its rows. *gone false: something else speaks of it by now, and keeps it (its foreign keys). */
static bool take_away(struct board *board, int64_t ticket, bool *gone, struct err *err) {
    *gone = archive_key(board, ticket, err) && records_drop(board, ticket, err) && board_commit(board, err);
    if (*gone || err->code != MC_DATAERR)
        return *gone;
    err_release(err);
    return true;
}

/* Its rows are read again before the transaction, so that nobody waits for that; in it they are the same when nobody
 * else has written since. A server cannot say that (others' databases move its counters, and one that commits late
 * moves none): there they are read in it. */
static bool drop_try(struct board *board, const struct entry *entry, enum fate *fate, struct err *err) {
    int64_t seen = 0, now = 0;
    bool shared = board_is_shared(board), same = shared, gone = false;
    bool ok = shared || (archive_version(board, &seen, err) && unchanged(board, entry, &same, err));

    *fate = FATE_STAYS;
    if (!ok || !same)
        return ok;
    ok = board_begin(board, err) && (shared ? unchanged(board, entry, &same, err) : archive_version(board, &now, err));
    if (ok && now != seen)
        *fate = FATE_AGAIN;
    else if (ok && same && take_away(board, entry->row.ticket, &gone, err))
        *fate = gone ? FATE_GOES : FATE_STAYS;
    board_rollback(board);
    return !err->text;
}

static bool drop(struct moving *moving, const struct entry *entry, struct err *err) {
    enum fate fate = FATE_AGAIN;
    bool ok = true;

    for (int i = 0; ok && fate == FATE_AGAIN && i < TRIES; i++)
        ok = drop_try(moving->keeping->pickup->site.board, entry, &fate, err);
    if (fate == FATE_GOES)
        moving->went = true;
    else
        let_stay(moving, entry->row.ticket);
    clock_sleep(PAUSE_MS);
    return ok;
}

/* *more false: none of this status is left behind `want`. */
static bool move_some(struct moving *moving, struct archive_want *want, bool *more, struct err *err) {
    struct archive_rows rows;
    struct batch batch = {0};
    bool ok = archive_next(moving->keeping->pickup->site.board, want, &rows, err);

    *more = ok && rows.count;
    if (*more)
        ok = fill(moving, &batch, &rows, err) &&
             (!batch.count || write_lines(&moving->keeping->pickup->site, &batch, err));
    for (size_t i = 0; ok && i < batch.count; i++)
        ok = drop(moving, &batch.entries[i], err);
    want->at = batch.last.closed_at;
    want->after = batch.last.ticket;
    batch_release(&batch);
    return ok;
}

/* What a ticket needed may go when that has gone: so it is looked again as long as some went. */
static bool move_all(struct moving *moving, struct err *err) {
    static const enum ticket_status closed[] = {TICKET_DONE, TICKET_CANCELLED};
    const struct keeping *keeping = moving->keeping;
    bool ok = true;

    do {
        moving->went = false;
        for (size_t i = 0; ok && i < sizeof closed / sizeof *closed; i++) {
            struct archive_want want = {.status = closed[i], .before = keeping->closed_before};
            bool more = true;

            while (ok && more && !keeping_over(keeping))
                ok = move_some(moving, &want, &more, err);
        }
    } while (ok && moving->went && !keeping_over(keeping));
    return ok;
}

/* The lines are on the disk: a ticket that a power cut brings back is written again, so nobody waits for its going. */
bool keep_tickets(const struct keeping *keeping, bool *done, struct err *err) {
    struct board *board = keeping->pickup->site.board;
    struct moving moving = {.keeping = keeping};
    bool ok = board_relax(board, err) && move_all(&moving, err);
    struct err unheard = {0};

    if (!board_be_strict(board, ok ? err : &unheard))
        ok = false;
    err_release(&unheard);

    *done = !keeping_over(keeping);
    free(moving.stay);
    return ok;
}
