#include "pickup/hidden.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "pickup/recall.h"
#include "pickup/report.h"
#include "pickup/work.h"
#include "run/end.h"
#include "run/marker.h"
#include "store/adoption.h"
#include "store/journal.h"
#include "store/runtimes.h"

/* The runtime that the session's tags describe; of its turns nothing yet. */
static struct runtime described(const struct work *work, const struct tmux_pane *pane) {
    struct runtime runtime = {
        .session_key = xstrdup(work->runtime.session_key),
        .ticket_id = work->ticket.id,
        .run_id = xstrdup(pane->run),
        .host = xstrdup(work->runtime.host),
        .tmux_target = xstrdup(pane->session),
        .pane_id = xstrdup(pane->pane_id),
        .profile = xstrdup(work->runtime.profile),
        .cwd = xstrdup(work->runtime.cwd),
        .spawned_at = clock_now(),
        .spawned_tick = clock_monotonic(),
        .pane_log_path = site_pane_log(work->site, pane->run),
    };

    text_copy(runtime.tick_boot, sizeof runtime.tick_boot, work->site->self.boot);
    end_identify(work->site, &(struct end_pane){pane->run, pane->pid, pane->dead}, &runtime.agent);
    return runtime;
}

/* What its pickup was sending when it died may be at work: only the pane tells. */
static enum adopted_turn turn_of(struct work *work, const struct runtime *hidden) {
    bool seen = hidden->turn_nonce && marker_look(work->site, hidden, hidden->turn_nonce, 0) == SEEN_YES;

    return seen ? ADOPTED_TURN_ARRIVED : ADOPTED_TURN_UNTOLD;
}

/* One transaction: our own run ends unused, the row and the ticket are the hidden run's again. */
static bool hand_over(struct work *work, const struct runtime *hidden, struct err *err) {
    struct board *board = work->site->board;
    int64_t now = clock_now();
    enum adopted_turn turn = turn_of(work, hidden);
    bool closed, rebuilt, adopted;
    bool ok = board_begin(board, err) &&
              runtimes_retire(board,
                              &(struct runtime_change){.session_key = work->runtime.session_key,
                                                       .run_id = work->run_id,
                                                       .to = RUNTIME_CLOSED,
                                                       .reason = "its session held a live run",
                                                       .now = now},
                              &closed, err) &&
              effects_result(board,
                             &(struct effect_write){.run_id = work->run_id,
                                                    .kind = EFFECT_SPAWN,
                                                    .state = EFFECT_FAILED,
                                                    .detail = "duplicate session",
                                                    .now = now},
                             NULL, err) &&
              messages_give_back(board, work->run_id, "a live run was found", err) &&
              runs_settle(board,
                          &(struct run_settle){.run_id = work->run_id,
                                               .outcome = RUN_ABANDONED,
                                               .class = "busy",
                                               .detail = "a live run of the ticket was found in its session",
                                               .end = true,
                                               .now = now},
                          NULL, err) &&
              runtimes_rebuild(board, hidden, &rebuilt, err) &&
              adoption_write(board,
                             &(struct adoption){
                                 .ticket_id = work->ticket.id,
                                 .run_id = hidden->run_id,
                                 .session_key = hidden->session_key,
                                 .host = hidden->host,
                                 .pane_id = hidden->pane_id,
                                 .agent = &hidden->agent,
                                 .turn = turn,
                                 .tick = site_tick(work->site),
                                 .why = "its session was there already, with a live run of this ticket in it",
                                 .now = now,
                             },
                             &adopted, err);

    if (ok && closed && rebuilt && adopted)
        return board_commit(board, err);
    board_rollback(board);
    if (ok)
        work_stop(work, CLASS_SESSION_TAKEN, "session %s: its run %s could not be taken over, the rows had moved on",
                  work->runtime.tmux_target, hidden->run_id);
    return false;
}

static enum hidden adopt(struct work *work, const struct tmux_pane *pane, struct err *err) {
    struct runtime hidden = described(work, pane);

    /* Our own run starts nothing any more, and ends with that: nobody would look for its order then. */
    files_remove(work->launch_file);
    if (recall_turns(work->site, &hidden, err) && hand_over(work, &hidden, err)) {
        text_copy(work->run_id, sizeof work->run_id, pane->run);
        *work->nonce = '\0';
        runtime_release(&work->runtime);
        work->runtime = hidden;
        work->spawned = true;
        return HIDDEN_ADOPTED;
    }
    runtime_release(&hidden);
    return HIDDEN_FAILED;
}

static enum hidden end_remains(struct work *work, const struct tmux_pane *pane) {
    struct runtime hidden = described(work, pane);
    struct err own = {0};
    bool ended = end_agent(work->site, &hidden, &own);

    if (ended)
        report_note(work->report, "%s: ended what run %s had left behind", work->key, pane->run);
    else
        work_stop(work, CLASS_SESSION_TAKEN, "session %s: what run %s left in it could not be ended: %s",
                  work->runtime.tmux_target, pane->run, own.text);
    err_release(&own);
    runtime_release(&hidden);
    return ended ? HIDDEN_ENDED : HIDDEN_FAILED;
}

/* By its tags, unless a person's pane is all that is left in it; one from before there were boards' names is told by
 * its run. A run of another ticket of ours has come to this name by somebody's hand. */
static bool is_others(const struct work *work, const struct tmux_pane *pane, const struct run *run) {
    if (!key_run_ok(pane->run) || tmux_is_visitor(pane) ||
        (*pane->board && strcmp(pane->board, work->site->board_name) != 0))
        return true;
    return *run->run_id ? run->ticket_id != work->ticket.id : !*pane->board;
}

/* Of this board, and this board does not know it: it may be worth something, so nothing is started beside it. Said once
 * for each such run. */
static enum hidden stop_unknown(struct work *work, const struct tmux_pane *pane, struct err *err) {
    struct board *board = work->site->board;
    struct text tmux = {0};
    char *body;

    work_stop(work, CLASS_SESSION_TAKEN,
              "session %s has this board's tag and run %s, which the board does not know (an older copy put back?)",
              pane->session, pane->run);
    tmux_called(&work->site->tmux, &tmux);
    work_advise(work, "look with: %s attach -t =%s: and close it if nobody needs it", text_str(&tmux), pane->session);
    text_release(&tmux);
    if (!journal_said(
            board, &(struct journal_look){.ticket_id = work->ticket.id, .run_id = pane->run, .kind = "session_taken"},
            &work->verdict.said, err) ||
        work->verdict.said)
        return HIDDEN_FAILED;
    body = xasprintf("%s; %s", work->verdict.detail, work->verdict.next);
    (void)journal_add(board,
                      &(struct journal_row){.ticket_id = work->ticket.id,
                                            .run_id = pane->run,
                                            .author = "mc-pickup",
                                            .kind = "session_taken",
                                            .body = body,
                                            .now = clock_now()},
                      err);
    free(body);
    return HIDDEN_FAILED;
}

static enum hidden judge(struct work *work, const struct tmux_pane *pane, const struct run *run, struct err *err) {
    if (is_others(work, pane, run))
        return HIDDEN_OTHERS;
    if (!*run->run_id)
        return stop_unknown(work, pane, err);
    return run->ended_at || pane->dead ? end_remains(work, pane) : adopt(work, pane, err);
}

enum hidden hidden_settle(struct work *work, struct err *err) {
    struct tmux_pane pane = {0};
    struct run run = {0};
    enum seen server;
    enum seen seen = tmux_look(&work->site->tmux, work->runtime.tmux_target, &pane, &server);
    enum hidden what;

    if (seen == SEEN_NO)
        return HIDDEN_ENDED;
    if (seen == SEEN_UNKNOWN) {
        work_stop(work, CLASS_NO_TMUX, "session %s is there and tmux does not say whose", work->runtime.tmux_target);
        return HIDDEN_FAILED;
    }
    what = runs_get(work->site->board, pane.run, &run, err) ? judge(work, &pane, &run, err) : HIDDEN_FAILED;
    run_release(&run);
    return what;
}
