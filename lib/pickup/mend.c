#include "pickup/mend.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "pickup/report.h"
#include "rules/heal.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

static bool story(const struct mend *mend, struct journal_row row, struct err *err) {
    row.ticket_id = mend->one->ticket.id;
    row.author = "mc-pickup";
    row.body = mend->reason;
    row.now = clock_now();
    return journal_add(mend->site->board, &row, err);
}

/* Nothing to write is no failure: another pickup was there first. */
static bool finish(struct mend *mend, bool ok, struct err *err) {
    struct board *board = mend->site->board;

    if (ok && mend->changed)
        ok = board_commit(board, err);
    else
        board_rollback(board);
    mend->changed = ok && mend->changed;
    return ok;
}

bool mend_stall(struct mend *mend, struct err *err) {
    struct board *board = mend->site->board;
    struct runtime seen = mend->one->runtime;
    char key[KEY_SIZE];
    bool ok;

    seen.last_output_at = mend->one->activity;
    if (!board_begin(board, err))
        return false;
    ok = runtimes_note_stall(board, &seen, &mend->changed, err) &&
         (!mend->changed || story(mend, (struct journal_row){.run_id = seen.run_id, .kind = "stalled"}, err));
    if (!finish(mend, ok, err))
        return false;
    site_key(mend->site, mend->one->ticket.id, key);
    if (mend->changed)
        report_warn(mend->report, "%s: stalled: %s; look with mc-ticket attach %s", key, mend->reason, key);
    return true;
}

bool mend_clock(struct mend *mend, struct err *err) {
    struct site *site = mend->site;
    const struct runtime_change begins = {
        .session_key = mend->one->runtime.session_key, .run_id = mend->one->runtime.run_id, .tick = site_tick(site)};

    return board_begin(site->board, err) &&
           finish(mend, runtimes_start_clock(site->board, &begins, &mend->changed, err), err);
}

static bool same_run(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Inside the transaction: is it still as it was seen, without a run that the board knows? */
static bool still_unowned(const struct mend *mend, bool *unowned, struct err *err) {
    struct board *board = mend->site->board;
    struct ticket now = {0};
    struct run run = {0};
    bool ok =
        tickets_get(board, mend->one->ticket.id, &now, err) && (!now.run_id || runs_get(board, now.run_id, &run, err));

    *unowned =
        ok && now.status == TICKET_IN_PROGRESS && !run.run_id[0] && same_run(now.run_id, mend->one->ticket.run_id);
    run_release(&run);
    ticket_release(&now);
    return ok;
}

static bool release(struct mend *mend, struct err *err) {
    const struct ticket *ticket = &mend->one->ticket;

    return tickets_move(mend->site->board,
                        &(struct ticket_move){.id = ticket->id,
                                              .from = TICKET_IN_PROGRESS,
                                              .to = TICKET_TODO,
                                              .run_id = ticket->run_id,
                                              .attempts = -1,
                                              .clear_worker = true,
                                              .now = clock_now()},
                        &mend->changed, err) &&
           (!mend->changed || story(mend, (struct journal_row){.kind = "healed"}, err));
}

bool mend_unowned(struct mend *mend, struct err *err) {
    char key[KEY_SIZE];
    bool unowned, ok;

    if (!board_begin(mend->site->board, err))
        return false;
    ok = still_unowned(mend, &unowned, err) && (!unowned || release(mend, err));
    if (!finish(mend, ok, err))
        return false;
    site_key(mend->site, mend->one->ticket.id, key);
    if (mend->changed)
        report_warn(mend->report, "%s: %s: it is todo again; see mc-ticket show %s", key, mend->reason, key);
    return true;
}
