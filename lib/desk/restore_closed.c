#include "desk/restore_closed.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "desk/restored.h"
#include "host/infile.h"
#include "rules/key.h"
#include "rules/rows.h"
#include "rules/sequence.h"
#include "run/ledger.h"
#include "run/site.h"
#include "store/archive.h"
#include "store/board.h"
#include "store/records.h"
#include "store/tickets.h"

/* A batch is read before the board is locked. Nobody waits longer for one than HOLD_MS and its last ticket. */
enum { BATCH = 64, BATCH_BYTES = 256 * 1024, HOLD_MS = 4, PAUSE_MS = 3 };

#define OWN_BOARD                                                                                                      \
    "an archive goes back onto the board that wrote it, or onto one with nothing on it (mc-ticket init --db FILE)"

struct closing {
    struct site *site;
    struct restore *restore;
    struct sequence *lines;
    bool trying; /* nothing is kept */
    size_t next; /* in the order */
    struct ledger *batch[BATCH];
    size_t count;
};

bool restore_misses(const struct site *site, const struct restore *restore, const struct ledger_need *missing,
                    struct err *err) {
    char key[KEY_SIZE], needs[KEY_SIZE];

    site_key(site, missing->ticket, key);
    site_key(site, missing->needs, needs);
    return err_set(err, MC_DATAERR,
                   "%s: %s waits for %s, which is neither on the board nor in what was given: give the file that has "
                   "it along with this one (cat one two | mc-ticket import --restore)",
                   restore->in->name, key, needs);
}

static const struct sequence_line *line_at(const struct closing *closing, size_t at) {
    return &closing->lines->items[closing->lines->order[at]];
}

static bool at_line(const struct closing *closing, const struct sequence_line *line, struct err *err) {
    return err_wrap(err, "%s:%zu", closing->restore->in->name, line->line);
}

/* The same ticket, and not another board's of the same number. */
static bool same_is_there(struct closing *closing, const struct sequence_line *line, bool *there, struct err *err) {
    struct ticket ticket = {0};
    char key[KEY_SIZE];
    bool ok = tickets_find(closing->site->board, line->ticket, &ticket, err);

    *there = ticket.id != 0;
    site_key(closing->site, line->ticket, key);
    if (ok && *there && ticket.created_at != line->made_at)
        ok = err_set(err, MC_DATAERR, "%s is another ticket on this board; " OWN_BOARD, key);
    ticket_release(&ticket);
    return ok;
}

static bool leave_what_is_there(struct closing *closing, struct err *err) {
    bool ok = true, there = false;

    for (size_t i = 0; ok && i < closing->lines->count; i++) {
        struct sequence_line *line = &closing->lines->items[i];
        ok = line->out || same_is_there(closing, line, &there, err) || at_line(closing, line, err);
        if (ok && !line->out && there) {
            line->out = true;
            closing->restore->there++;
        }
    }
    return ok;
}

static bool check_needs(struct closing *closing, struct err *err) {
    for (size_t i = 0; i < closing->lines->need_count; i++) {
        const struct sequence_need *need = &closing->lines->needs[i];
        const struct sequence_line *line = &closing->lines->items[need->line];
        bool there = false;

        if (line->out || need->target != SEQUENCE_ELSEWHERE)
            continue;
        if (!tickets_there(closing->site->board, need->needs, &there, err))
            return false;
        if (!there)
            return restore_misses(closing->site, closing->restore,
                                  &(struct ledger_need){.ticket = line->ticket, .needs = need->needs}, err);
    }
    return true;
}

static bool put_in_order(struct closing *closing, struct err *err) {
    char key[KEY_SIZE];
    size_t circle;

    sequence_match(closing->lines);
    if (!leave_what_is_there(closing, err) || !check_needs(closing, err))
        return false;
    circle = sequence_order(closing->lines);
    if (circle == SIZE_MAX)
        return true;
    site_key(closing->site, closing->lines->items[circle].ticket, key);
    return err_set(err, MC_DATAERR, "%s:%zu: by what the lines wait for, %s waits for itself",
                   closing->restore->in->name, closing->lines->items[circle].line, key);
}

static void batch_release(struct closing *closing) {
    while (closing->count > 0)
        ledger_free(closing->batch[--closing->count]);
}

static bool read_batch(struct closing *closing, struct err *err) {
    struct infile *in = closing->restore->in;
    struct text bytes = {.max = LEDGER_LINE_MAX};
    size_t total = 0, at = closing->next;
    bool ok = true;

    while (ok && closing->count < BATCH && total < BATCH_BYTES && at < closing->lines->ordered) {
        const struct sequence_line *line = line_at(closing, at++);
        ok = infile_go(in, &(struct infile_place){line->start, line->line}, err) && infile_next(in, &bytes, err) &&
             ((closing->batch[closing->count] = ledger_read(text_str(&bytes), bytes.len, err)) || infile_wrap(in, err));
        closing->count += ok;
        total += bytes.len;
    }
    text_release(&bytes);
    if (!ok && !err->text)
        err_set(err, MC_IOERR, "%s: its end is not there any more", in->name);
    return ok;
}

/* The archive takes no other. */
static bool check_rest(struct closing *closing, int64_t ticket, struct err *err) {
    char key[KEY_SIZE];
    bool rests = false;

    if (!archive_rests(closing->site->board, ticket, &rests, err))
        return false;
    site_key(closing->site, ticket, key);
    return rests || err_set(err, MC_DATAERR,
                            "%s is closed, and has an agent, a run, a message or a notice that is not over: only a "
                            "whole export holds such",
                            key);
}

/* Tried, what it waits for may be among what is not kept. Later somebody may have taken it away. */
static bool put_one(struct closing *closing, const struct ledger *line, struct err *err) {
    struct ledger_owed owed = {0};
    bool there = false, ok = same_is_there(closing, line_at(closing, closing->next), &there, err);

    if (ok && there)
        closing->restore->there += !closing->trying;
    else if (ok && !ledger_restore(closing->site->board, line, &owed, err))
        ok = err->code == MC_DATAERR && err_advise(err, OWN_BOARD);
    else if (ok)
        ok = check_rest(closing, ledger_ticket(line), err);
    if (ok && owed.count > 0 && !closing->trying)
        ok = err_set(err, MC_TEMPFAIL, "what it waits for has just gone from the board; try again");
    if (ok && !there)
        closing->restore->tickets++;
    ledger_owed_release(&owed);
    return ok;
}

static bool put_some(struct closing *closing, size_t *at, struct err *err) {
    struct board *board = closing->site->board;
    size_t before = closing->restore->tickets;
    int64_t until, begun;
    bool ok = board_begin(board, err);

    begun = clock_monotonic();
    until = begun + HOLD_MS;
    for (bool more = true; ok && more; more = *at < closing->count && clock_monotonic() < until) {
        ok = put_one(closing, closing->batch[*at], err) || at_line(closing, line_at(closing, closing->next), err);
        closing->next += ok;
        *at += ok;
    }
    ok = ok && (closing->trying || (records_settle(board, err) && board_commit(board, err)));
    board_rollback(board);
    if (!ok)
        closing->restore->tickets = before;
    else
        clock_sleep(PAUSE_MS + clock_monotonic() - begun);
    return ok;
}

static bool put_all(struct closing *closing, struct err *err) {
    bool ok = true;

    board_altered(closing->site->board); /* by what was tried before */
    closing->next = 0;
    closing->restore->tickets = 0;
    while (ok && closing->next < closing->lines->ordered) {
        size_t at = 0;

        ok = read_batch(closing, err);
        while (ok && at < closing->count)
            ok = put_some(closing, &at, err);
        batch_release(closing);
    }
    return ok;
}

/* What comes to light only now, as two lines that cannot both be there, leaves those before it restored. */
static bool put_for_good(struct closing *closing, struct err *err) {
    closing->trying = false;
    return put_all(closing, err) ||
           (closing->restore->tickets > 0 &&
            err_advise(err, "%zu before it are restored, and left alone where it is given again",
                       closing->restore->tickets));
}

bool restore_closed(struct site *site, struct restore *restore, struct sequence *lines, struct err *err) {
    struct closing closing = {.site = site, .restore = restore, .lines = lines, .trying = true};

    return put_in_order(&closing, err) && put_all(&closing, err) && (restore->dry_run || put_for_good(&closing, err));
}
