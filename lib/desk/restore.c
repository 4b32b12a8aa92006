#include "desk/restore.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/infile.h"
#include "rules/key.h"
#include "rules/rows.h"
#include "run/ledger.h"
#include "run/site.h"
#include "store/board.h"
#include "store/records.h"
#include "store/tickets.h"

/* Tickets that this call has put back, where others were there before: an archive comes nearly in their order. */
struct own {
    int64_t *items;
    size_t count, cap;
    bool mixed;
};

static void own_add(struct own *own, int64_t ticket) {
    own->items = xgrow(own->items, own->count, &own->cap, sizeof *own->items);
    own->mixed = own->mixed || (own->count > 0 && own->items[own->count - 1] > ticket);
    own->items[own->count++] = ticket;
}

static int by_number(const void *a, const void *b) {
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

static bool own_has(struct own *own, int64_t ticket) {
    if (own->count == 0)
        return false;
    if (own->mixed)
        qsort(own->items, own->count, sizeof *own->items, by_number);
    own->mixed = false;
    return bsearch(&ticket, own->items, own->count, sizeof *own->items, by_number) != NULL;
}

struct restoring {
    struct site *site;
    struct restore *restore;
    struct ledger_owed owed;
    struct own own;
    bool any; /* a line was put back */
};

static bool begin_whole(struct restoring *restoring, struct err *err) {
    bool none = false;

    if (restoring->any)
        return err_set(err, MC_DATAERR,
                       "the head of an export stands behind other lines; give the export first, and "
                       "one only");
    if (!records_none(restoring->site->board, &none, err))
        return false;
    restoring->restore->whole = true;
    return none || err_set(err, MC_DATAERR,
                           "a whole export goes onto a board with nothing on it, and %s has something; make one with "
                           "mc-ticket init --db",
                           restoring->site->board_path);
}

/* What only a whole export may hold, since the rest of the board goes with it. */
static bool check_alone(const struct restoring *restoring, const struct ledger *line, struct err *err) {
    char key[KEY_SIZE];

    if (restoring->restore->whole)
        return true;
    if (ledger_kind_of(line) != LEDGER_TICKET)
        return err_set(err, MC_DATAERR,
                       "it belongs to a whole export, and the head of that (its first line) is "
                       "missing");
    site_key(restoring->site, ledger_ticket(line), key);
    return ledger_closed(line) ||
           err_set(err, MC_DATAERR,
                   "%s is not closed: only a whole export holds such, and the head of that (its first line) is missing",
                   key);
}

/* *before: the ticket as it stands on the board; id 0: it does not. */
static bool put_ticket(struct restoring *restoring, const struct ledger *line, const struct ticket *before,
                       struct err *err) {
    struct board *board = restoring->site->board;
    int64_t ticket = ledger_ticket(line);

    if (before->id == 0) {
        if (!restoring->restore->whole)
            own_add(&restoring->own, ticket);
        restoring->restore->tickets++;
        return ledger_restore(board, line, &restoring->owed, err);
    }
    if (!restoring->restore->whole && !own_has(&restoring->own, ticket))
        restoring->restore->there++;
    else if (ledger_changed_at(line) > before->updated_at)
        return ledger_replace(board, line, &restoring->owed, err);
    return true;
}

static bool put_line(struct restoring *restoring, const struct ledger *line, struct err *err) {
    struct board *board = restoring->site->board;
    struct ticket before = {0};
    bool ok;

    if (ledger_kind_of(line) == LEDGER_HEAD && !begin_whole(restoring, err))
        return false;
    restoring->any = true;
    if (!check_alone(restoring, line, err))
        return false;
    if (ledger_kind_of(line) != LEDGER_TICKET)
        return ledger_restore(board, line, &restoring->owed, err);
    ok = tickets_find(board, ledger_ticket(line), &before, err) && put_ticket(restoring, line, &before, err);
    ticket_release(&before);
    return ok;
}

static bool put_lines(struct restoring *restoring, struct err *err) {
    struct text bytes = {.max = LEDGER_LINE_MAX};
    bool ok = true;

    while (ok && infile_next(restoring->restore->in, &bytes, err)) {
        struct ledger *line = ledger_read(text_str(&bytes), bytes.len, err);
        ok = (line && put_line(restoring, line, err)) || infile_wrap(restoring->restore->in, err);
        ledger_free(line);
    }
    text_release(&bytes);
    return ok && !err->text;
}

static bool settle(struct restoring *restoring, struct err *err) {
    struct ledger_need missing;
    char key[KEY_SIZE], needs[KEY_SIZE];

    if (!restoring->any)
        return err_set(err, MC_DATAERR, "%s: there is nothing in it", restoring->restore->in->name);
    if (!ledger_settle(restoring->site->board, &restoring->owed, &missing, err))
        return false;
    if (missing.ticket == 0)
        return true;
    site_key(restoring->site, missing.ticket, key);
    site_key(restoring->site, missing.needs, needs);
    return err_set(
        err, MC_DATAERR,
        "%s: %s waits for %s, which is neither on the board nor in what was given: give the file that has it "
        "along with this one (cat one two | mc-ticket import --restore)",
        restoring->restore->in->name, key, needs);
}

bool desk_restore(struct site *site, struct restore *restore, struct err *err) {
    struct restoring restoring = {.site = site, .restore = restore};
    bool ok;

    ok = board_begin(site->board, err) && put_lines(&restoring, err) && settle(&restoring, err) &&
         (restore->dry_run || board_commit(site->board, err));
    board_rollback(site->board);
    ledger_owed_release(&restoring.owed);
    free(restoring.own.items);
    return ok;
}
