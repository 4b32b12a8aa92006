#include "desk/restore.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/restore_closed.h"
#include "desk/restored.h"
#include "host/infile.h"
#include "rules/key.h"
#include "rules/rows.h"
#include "rules/sequence.h"
#include "run/ledger.h"
#include "run/site.h"
#include "store/board.h"
#include "store/records.h"
#include "store/tickets.h"

struct restoring {
    struct site *site;
    struct restore *restore;
    struct ledger_owed owed;
    struct sequence lines; /* of closed tickets without a head */
    int64_t count;
    bool has_end, ended;
    char *host;   /* of the first slot */
    bool several; /* slots are of more hosts than that */
};

static bool begin_whole(struct restoring *restoring, const struct ledger *head, struct err *err) {
    if (restoring->count)
        return err_set(err, MC_DATAERR,
                       "the head of an export stands behind other lines; give the export first, and "
                       "one only");
    restoring->restore->whole = true;
    restoring->has_end = ledger_has_end(head);
    return true;
}

/* What only a whole export may hold, since the rest of the board goes with it. */
static bool check_alone(const struct restoring *restoring, const struct ledger *line, struct err *err) {
    char key[KEY_SIZE];

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

static const char cut[] = "lines of it are missing, and nothing is restored of a part: give the whole file";

static void note_host(struct restoring *restoring, const struct ledger *line) {
    struct ledger_slot slot;

    if (!ledger_slot(line, &slot) || !slot.host)
        return;
    if (!restoring->host)
        restoring->host = xstrdup(slot.host);
    restoring->several |= !text_same(restoring->host, slot.host);
}

static bool survey_whole(struct restoring *restoring, const struct ledger *line, struct err *err) {
    int64_t before = restoring->count - 1;

    note_host(restoring, line);
    if (restoring->ended)
        return check_alone(restoring, line, err); /* what an archive has, given behind the export */
    restoring->ended = ledger_kind_of(line) == LEDGER_END;
    return !restoring->ended || ledger_lines(line) == before ||
           err_set(err, MC_DATAERR, "it ends an export of %lld lines, and is behind %lld: %s",
                   (long long)ledger_lines(line), (long long)before, cut);
}

static bool survey_line(struct restoring *restoring, const struct ledger *line, struct err *err) {
    const struct infile *in = restoring->restore->in;
    const struct json *need = NULL;
    int64_t needs = 0;

    if (ledger_kind_of(line) == LEDGER_HEAD && !begin_whole(restoring, line, err))
        return false;
    restoring->count++;
    if (restoring->restore->whole)
        return survey_whole(restoring, line, err);
    if (!check_alone(restoring, line, err))
        return false;
    sequence_add(&restoring->lines, &(struct sequence_line){.ticket = ledger_ticket(line),
                                                            .changed_at = ledger_changed_at(line),
                                                            .made_at = ledger_made_at(line),
                                                            .start = in->start,
                                                            .line = in->line});
    while (ledger_need_next(line, &need, &needs))
        sequence_add_need(&restoring->lines, needs);
    return true;
}

/* *before: the ticket as it stands on the board; id 0: it does not. */
static bool put_ticket(struct restoring *restoring, const struct ledger *line, const struct ticket *before,
                       struct err *err) {
    struct board *board = restoring->site->board;

    if (before->id == 0) {
        restoring->restore->tickets++;
        return ledger_restore(board, line, &restoring->owed, err);
    }
    return ledger_changed_at(line) <= before->updated_at || ledger_replace(board, line, &restoring->owed, err);
}

/* The board had none, and so far lower numbers alone were put there. */
static bool is_new(const struct restoring *restoring, const struct ledger *line) {
    return restoring->owed.together && ledger_ticket(line) > restoring->owed.last;
}

/* A board in a file is one host's, whose slots are all the rows that it has: those of the others stay with them. */
static bool is_elsewhere(const struct restoring *restoring, const struct ledger_slot *slot) {
    const struct site *site = restoring->site;

    return restoring->several && slot->host && slot->name && slot->state && !board_is_shared(site->board) &&
           !text_same(slot->host, site->config.host);
}

static bool leave_slot(const struct ledger_slot *slot, struct err *err) {
    if (text_same(slot->state, slot_state_name(SLOT_FREE)))
        return true;
    err_set(err, MC_DATAERR, "slot %s of host %s is %s, and a board in a file is one host's alone", slot->name,
            slot->host, slot->state);
    return err_advise(err, "have it given back there (mc-ticket pool says how), and export again");
}

static bool put_line(struct restoring *restoring, const struct ledger *line, struct err *err) {
    struct board *board = restoring->site->board;
    struct ticket before = {0};
    struct ledger_slot slot;
    bool ok;

    if (ledger_slot(line, &slot) && is_elsewhere(restoring, &slot))
        return leave_slot(&slot, err);
    if (ledger_kind_of(line) != LEDGER_TICKET)
        return ledger_restore(board, line, &restoring->owed, err);
    ok = is_new(restoring, line) || tickets_find(board, ledger_ticket(line), &before, err);
    ok = ok && put_ticket(restoring, line, &before, err);
    ticket_release(&before);
    return ok;
}

static bool each_line(struct restoring *restoring,
                      bool (*take)(struct restoring *, const struct ledger *, struct err *), struct err *err) {
    struct infile *in = restoring->restore->in;
    struct text bytes = {.max = LEDGER_LINE_MAX};
    bool ok = true;

    while (ok && infile_next(in, &bytes, err)) {
        struct ledger *line = ledger_read(text_str(&bytes), bytes.len, err);
        ok = (line && take(restoring, line, err)) || infile_wrap(in, err);
        ledger_free(line);
    }
    text_release(&bytes);
    return ok && !err->text;
}

static bool settle(struct restoring *restoring, struct err *err) {
    struct ledger_need missing;

    if (!ledger_settle(restoring->site->board, &restoring->owed, &missing, err))
        return false;
    return missing.ticket == 0 || restore_misses(restoring->site, restoring->restore, &missing, err);
}

static bool check_none(const struct restoring *restoring, struct err *err) {
    bool none = false;

    if (!records_none(restoring->site->board, &none, err))
        return false;
    return none || err_set(err, MC_DATAERR,
                           "%s:1: a whole export goes onto a board with nothing on it, and %s has something; make one "
                           "with mc-ticket init --db FILE",
                           restoring->restore->in->name, restoring->site->board_label);
}

static bool put_whole(struct restoring *restoring, bool *refused, struct err *err) {
    struct board *board = restoring->site->board;
    bool ok = infile_go(restoring->restore->in, &(struct infile_place){0, 1}, err) && board_begin(board, err);

    board_altered(board); /* by what was tried before */
    ok = ok && check_none(restoring, err) && each_line(restoring, put_line, err) && settle(restoring, err) &&
         (restoring->restore->dry_run || board_commit(board, err));
    *refused = !ok && (err->code == MC_DATAERR || board_refused(board));
    board_rollback(board);
    return ok;
}

/* Where something does not fit they come again, one by one, so that its line can be named. */
static bool restore_whole(struct restoring *restoring, struct err *err) {
    bool refused = false;

    restoring->owed.together = true;
    if (!check_none(restoring, err))
        return false;
    if (put_whole(restoring, &refused, err))
        return true;
    if (!refused)
        return false;
    err_release(err);
    ledger_owed_release(&restoring->owed);
    restoring->restore->tickets = 0;
    return put_whole(restoring, &refused, err);
}

static bool check_end(const struct restoring *restoring, struct err *err) {
    const char *name = restoring->restore->in->name;

    if (!restoring->count)
        return err_set(err, MC_DATAERR, "%s: there is nothing in it", name);
    return !restoring->has_end || restoring->ended ||
           err_set(err, MC_DATAERR, "%s: the last line of an export is not there: %s", name, cut);
}

bool desk_restore(struct site *site, struct restore *restore, struct err *err) {
    struct restoring restoring = {.site = site, .restore = restore};
    bool ok = infile_spool(restore->in, site->folder, err) && each_line(&restoring, survey_line, err) &&
              check_end(&restoring, err);

    ok = ok && (restore->whole ? restore_whole(&restoring, err) : restore_closed(site, restore, &restoring.lines, err));
    restore->altered = board_altered(site->board);
    ledger_owed_release(&restoring.owed);
    sequence_release(&restoring.lines);
    free(restoring.host);
    return ok;
}
