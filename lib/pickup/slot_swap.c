#include "pickup/slot_swap.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "pickup/report.h"
#include "pickup/work.h"
#include "rules/workspace.h"
#include "run/notify.h"
#include "run/quarantine.h"
#include "store/slots.h"

/* What the store is asked for. */
struct wanting {
    char *folder;
    struct slot_pool pool;
    struct slot_want want;
};

static void want(const struct work *work, struct wanting *wanting) {
    wanting->folder = site_pool(work->site, work->workspace);
    wanting->pool = (struct slot_pool){work->workspace->name, wanting->folder, work->workspace->size};
    wanting->want = (struct slot_want){.host = work->site->config.host,
                                       .run_id = work->run_id,
                                       .ticket_id = work->ticket.id,
                                       .pool = &wanting->pool,
                                       .after = work->slot.number,
                                       .now = clock_now()};
}

bool slot_foresee(const struct work *work, struct slot *slot, struct err *err) {
    struct wanting wanting;
    bool ok;

    want(work, &wanting);
    wanting.want.left = true;
    ok = slots_next(work->site->board, &wanting.want, slot, err);
    free(wanting.folder);
    return ok;
}

/* Leaving one slot for the next. */
struct leaving {
    struct work *work;
    const char *line;
    struct slot next;
    bool changed; /* it was ours */
};

static bool take_next(struct leaving *leaving, struct err *err) {
    struct board *board = leaving->work->site->board;
    struct wanting wanting;
    bool ok;

    want(leaving->work, &wanting);
    ok = slots_next(board, &wanting.want, &leaving->next, err) &&
         (!leaving->next.name || slots_take(board, &wanting.want, &leaving->next, err));
    free(wanting.folder);
    return ok;
}

/* A run has one slot at most: the one before goes first, and cannot be the next. */
static bool swap(struct leaving *leaving, struct err *err) {
    struct work *work = leaving->work;
    struct board *board = work->site->board;
    const struct quarantine aside = {.slot = &work->slot, .line = leaving->line};
    const struct slot_change change = {.name = work->slot.name, .run_id = work->run_id, .head = work->slot.head};

    if (leaving->line)
        return quarantine_write(work->site, &aside, &leaving->changed, err) &&
               (!leaving->changed || take_next(leaving, err));
    return slots_quarantine(board, &change, &leaving->changed, err) &&
           (!leaving->changed || (take_next(leaving, err) && slots_free(board, &change, &leaving->changed, err)));
}

bool slot_give_up(struct work *work, struct err *err) {
    struct board *board = work->site->board;
    const struct slot_change change = {.name = work->slot.name, .run_id = work->run_id, .head = work->slot.head};
    bool changed;

    if (board_begin(board, err) && slots_free(board, &change, &changed, err) && board_commit(board, err))
        return true;
    board_rollback(board);
    return false;
}

bool slot_lost(struct work *work) {
    return work_stop_taken(work, "while its slot was made ready");
}

static bool no_slot(struct leaving *leaving) {
    struct work *work = leaving->work;

    work_stop(work, CLASS_WORKSPACE_FAILED, "no slot of workspace %s is free: %s", work->workspace->name,
              leaving->line ? "the last one was set aside" : "git could not end its work in the last one");
    work->verdict.waits = "pool";
    if (work->passed_over)
        report_warn(work->report, "%s: it waits for a slot: %s", work->key, work->passed_over);
    return work_advise(work, "see mc-ticket pool");
}

bool slot_none(struct work *work, struct err *err) {
    struct leaving leaving = {.work = work};

    return slot_give_up(work, err) && no_slot(&leaving);
}

bool slot_swap(struct work *work, const char *line, struct err *err) {
    struct leaving leaving = {.work = work, .line = line};
    struct board *board = work->site->board;

    if (!board_begin(board, err) || !swap(&leaving, err) || !board_commit(board, err)) {
        board_rollback(board);
        slot_release(&leaving.next);
        return false;
    }
    if (!leaving.changed)
        return slot_lost(work);
    if (line) {
        report_warn(work->report, "%s: %s", work->key, line);
        notify_flush(work->site);
    }
    slot_release(&work->slot);
    work->slot = leaving.next;
    if (!work->slot.name)
        return no_slot(&leaving);
    xreplace(&work->runtime.cwd, work->slot.path);
    return true;
}
