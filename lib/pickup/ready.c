#include "pickup/ready.h"

#include "base/clock.h"
#include "pickup/work.h"
#include "rules/workspace.h"
#include "run/base.h"
#include "store/board.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/slots.h"

static bool write_told(const struct work *work, struct err *err) {
    return !work->told || journal_add(work->site->board,
                                      &(struct journal_row){.ticket_id = work->ticket.id,
                                                            .run_id = work->run_id,
                                                            .author = "mc-pickup",
                                                            .kind = "left_behind",
                                                            .body = work->told,
                                                            .now = clock_now()},
                                      err);
}

static bool write_ready(const struct ready *ready, bool *changed, struct err *err) {
    struct work *work = ready->work;
    struct board *board = work->site->board;
    const struct slot_change change = {.name = work->slot.name, .run_id = work->run_id, .branch = ready->branch};
    const struct run_work row = {
        .run_id = work->run_id, .branch = ready->branch, .base = ready->base->name, .base_commit = ready->base->oid};

    return slots_set_branch(board, &change, changed, err) &&
           (!*changed || (runs_set_work(board, &row, err) &&
                          effects_result(board,
                                         &(struct effect_write){.run_id = work->run_id,
                                                                .kind = EFFECT_WORKTREE,
                                                                .state = EFFECT_DONE,
                                                                .detail = work->slot.name,
                                                                .now = clock_now()},
                                         NULL, err) &&
                          tickets_place(board, work->ticket.id, work->workspace->name, err) && write_told(work, err)));
}

bool ready_record(const struct ready *ready, bool *changed, struct err *err) {
    struct board *board = ready->work->site->board;

    if (board_begin(board, err) && write_ready(ready, changed, err) && board_commit(board, err))
        return true;
    board_rollback(board);
    return false;
}
