#include "pickup/uprooted.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/inside.h"
#include "host/proc.h"
#include "pickup/report.h"
#include "pickup/work.h"
#include "run/giveback.h"
#include "run/resume.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

bool uprooted(const struct runtime *runtime) {
    return runtime->cwd && proc_alive(&runtime->agent) == SEEN_YES && inside_removed(runtime->agent.pid, runtime->cwd);
}

/* "its folder … was removed while its agent rested, which is ended; the next run goes on from branch …". */
static bool write_story(struct work *work, char **story, struct err *err) {
    struct run run = {0};
    bool ok = runs_get(work->site->board, work->run_id, &run, err);

    *story = xasprintf("its folder %s was removed while its agent rested, which is ended; the next run %s%s",
                       work->runtime.cwd, run.branch ? "goes on from branch " : "begins in a new one",
                       run.branch ? run.branch : "");
    run_release(&run);
    return ok;
}

/* As go_on in deliver.c: whoever is spoken to has delivered, or is at it. */
static bool take_up(struct work *work, bool *stands, struct err *err) {
    struct ticket ticket = {0};
    struct runtime now = {0};
    const struct resume again = {.ticket = &ticket, .by = "mc-pickup", .why = "its folder is gone", .now = clock_now()};
    bool ok = tickets_get(work->site->board, work->ticket.id, &ticket, err) &&
              runtimes_get(work->site->board, work->runtime.session_key, &now, err);

    *stands = ok && now.status == RUNTIME_IDLE && text_same(now.run_id, work->run_id) &&
              text_same(ticket.run_id, work->run_id) &&
              (ticket.status == TICKET_IN_REVIEW || ticket.status == TICKET_IN_PROGRESS);
    ok = ok && (!*stands || resume(work->site, &again, err));
    ticket_release(&ticket);
    runtime_release(&now);
    return ok;
}

static bool write_intent(struct work *work, const char *story, bool *stands, struct err *err) {
    struct board *board = work->site->board;
    int64_t now = clock_now();

    return take_up(work, stands, err) &&
           (!*stands ||
            (effects_intend(
                 board,
                 &(struct effect_write){
                     .run_id = work->run_id, .kind = EFFECT_KILL, .detail = "its folder is gone", .now = now},
                 err) &&
             journal_add(board,
                         &(struct journal_row){.ticket_id = work->ticket.id,
                                               .run_id = work->run_id,
                                               .author = "mc-pickup",
                                               .kind = "gone",
                                               .body = story,
                                               .now = now},
                         err)));
}

static bool intend(struct work *work, const char *story, bool *stands, struct err *err) {
    struct board *board = work->site->board;
    bool ok;

    if (!board_begin(board, err))
        return false;
    ok = write_intent(work, story, stands, err);
    if (ok && *stands)
        return board_commit(board, err);
    board_rollback(board);
    return ok;
}

bool uprooted_end(struct work *work, bool *ended, struct err *err) {
    struct giveback give = {.ticket_id = work->ticket.id,
                            .run_id = work->run_id,
                            .runtime = &work->runtime,
                            .class = CLASS_WORKSPACE_FAILED,
                            .agent_may_live = true,
                            .end_intended = true,
                            .uncounted = true,
                            .to = RUNTIME_CLOSED,
                            .outcome = RUN_STOPPED};
    struct giveback_done done;
    char *story;
    bool ok = write_story(work, &story, err) && intend(work, story, ended, err);

    give.detail = story;
    if (ok && *ended) {
        report_warn(work->report, "%s: %s", work->key, story);
        ok = giveback(work->site, &give, &done, err);
    }
    free(story);
    return ok;
}
