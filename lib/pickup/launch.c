#include "pickup/launch.h"

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "pickup/hidden.h"
#include "pickup/report.h"
#include "pickup/work.h"
#include "run/end.h"
#include "store/journal.h"
#include "store/runtimes.h"

static bool stop_start(struct work *work, const struct err *err) {
    return work_stop_by_err(work, err->code == MC_OSERR ? CLASS_OS_ERROR : CLASS_NO_TMUX, err);
}

enum tmux_start launch_session(struct work *work, struct err *err) {
    struct site *site = work->site;
    char *program = xasprintf("%s/mc-launch", site->libexec);
    struct argv argv = {0};
    const struct tmux_log log = site_log(site, work->runtime.pane_log_path);
    struct tmux_started pane;
    enum tmux_start started;

    argv_add(&argv, program);
    argv_add(&argv, work->launch_file);
    started = tmux_start(&site->tmux,
                         &(struct tmux_session){
                             .name = work->runtime.tmux_target,
                             .cwd = work->runtime.cwd,
                             .argv = &argv,
                             .run = work->run_id,
                             .ticket = work->key,
                             .board = site->board_name,
                             .log = log,
                             .width = site->config.tmux.width,
                             .height = site->config.tmux.height,
                         },
                         &pane, err);
    if (started == TMUX_STARTED && !tmux_log_is_bounded(&log))
        report_warn(work->report,
                    "%s: its pane log grows without a limit, because %s/mc-log is not there; install "
                    "mc-pickup again, whole",
                    work->key, log.programs);
    work->runtime.agent.pid = pane.pid;
    xreplace(&work->runtime.pane_id, *pane.pane_id ? pane.pane_id : NULL);
    argv_release(&argv);
    free(program);
    return started;
}

/* The prompt went along as an argument, so a quick agent may have ended the turn by its signal before this. */
static bool take_carried_turn(struct work *work, int64_t now, bool *held, struct err *err) {
    struct board *board = work->site->board;
    struct runtime row = {0};
    bool ok = runtimes_get(board, work->runtime.session_key, &row, err);
    bool over = ok && row.last_turn_marker && !strcmp(row.last_turn_marker, work->nonce);

    runtime_release(&row);
    *held = over;
    return ok && (over || runtimes_take_turn(board,
                                             &(struct runtime_change){.session_key = work->runtime.session_key,
                                                                      .run_id = work->run_id,
                                                                      .nonce = work->nonce,
                                                                      .tick = site_tick(work->site),
                                                                      .now = now},
                                             held, err));
}

/* Pane, process, the spawn's result and, where the prompt went along as an argument, the turn: one transaction. */
static bool record(struct work *work, struct err *err) {
    struct board *board = work->site->board;
    struct runtime *runtime = &work->runtime;
    int64_t now = clock_now();
    bool held;
    bool turn = true;
    char *body = xasprintf("spawned pid %lld in session %s (%s, profile %s)", (long long)runtime->agent.pid,
                           runtime->tmux_target, runtime->pane_id, runtime->profile);
    bool ok = board_begin(board, err) &&
              runtimes_set_agent(board,
                                 &(struct runtime_agent){.session_key = runtime->session_key,
                                                         .run_id = work->run_id,
                                                         .pane_id = runtime->pane_id,
                                                         .agent = &runtime->agent,
                                                         .now = now},
                                 &held, err) &&
              effects_result(board,
                             &(struct effect_write){.run_id = work->run_id,
                                                    .kind = EFFECT_SPAWN,
                                                    .state = EFFECT_DONE,
                                                    .detail = runtime->pane_id,
                                                    .now = now},
                             NULL, err) &&
              (!held || !work->argv_turn || take_carried_turn(work, now, &turn, err)) &&
              journal_add(board,
                          &(struct journal_row){.ticket_id = work->ticket.id,
                                                .run_id = work->run_id,
                                                .author = "mc-pickup",
                                                .kind = "spawned",
                                                .body = body,
                                                .now = now},
                          err) &&
              board_commit(board, err);

    board_rollback(board);
    free(body);
    if (ok && (!held || !turn))
        return work_stop_taken(work, "while its agent was starting");
    return ok;
}

/* A server that gave no answer may still carry the order out when it goes on: only with the launch file in hand is it
 * certain that no agent of this run was or will be started. */
static bool called_off(const struct work *work) {
    return files_take(work->launch_file);
}

/* A client that was ended at once may have been heard: its session, in which nothing is started any more, goes. One
 * that waited in vain is not waited for again. */
static void start_failed(struct work *work, int64_t begin) {
    struct tmux *tmux = &work->site->tmux;
    struct text left = {0}; /* nobody had the time */
    struct err err = {0};

    work->spawned = !called_off(work);
    if (!work->spawned && clock_monotonic() - begin < tmux->timeout_ms)
        (void)tmux_close(tmux, &(struct tmux_agent){.run = work->run_id, .board = work->site->board_name}, &left, &err);
    text_release(&left);
    err_release(&err);
}

static void report_adopted(struct work *work) {
    work_report(work);
    work->report->outcome = OUTCOME_ADOPTED;
    work->report->class = NULL;
    work->report->transport = NULL;
    text_copy(work->report->reason, sizeof work->report->reason, "hidden_runtime");
    report_note(work->report, "%s: session %s was there already; adopted pid %lld", work->key,
                work->runtime.tmux_target, (long long)work->runtime.agent.pid);
    work->over = true;
}

/* Another board, or a person, has the ticket's name on this server. The row says so before anything is started. */
static bool take_other_name(struct work *work, struct err *err) {
    char name[SESSION_SIZE];
    char *other;
    bool changed, ok;

    key_session(name, work->site->config.tmux.session_prefix, work->key);
    other = xasprintf("%s-%.6s", name, work->site->board_name);
    if (!strcmp(work->runtime.tmux_target, other)) {
        free(other);
        return work_stop(work, CLASS_SESSION_TAKEN, "sessions %s and %s are both others'", name,
                         work->runtime.tmux_target) ||
               work_advise(work, "rename one of them");
    }
    xreplace(&work->runtime.tmux_target, other);
    free(other);
    ok = runtimes_set_target(work->site->board, &work->runtime, &changed, err);
    if (ok && !changed)
        return work_stop_taken(work, "before its agent was started");
    return ok;
}

/* Whoever takes the ticket from this run removes the order that starts the agent, but there was none while its worktree
 * was made ready; another machine can only say so in the rows. */
static bool still_ours(struct work *work, struct err *err) {
    struct board *board = work->site->board;
    struct runtime row = {0};
    bool ending, ours;

    if (!runtimes_get(board, work->runtime.session_key, &row, err) ||
        !effects_end_begun(board, work->run_id, &ending, err)) {
        runtime_release(&row);
        return false;
    }
    ours = runtime_active(&row) && text_same(row.run_id, work->run_id) && !ending;
    runtime_release(&row);
    return ours || work_stop_taken(work, "before its agent was started");
}

/* A session of the name is there: can the start be tried again? What a later run of the ticket has started is no
 * remains, and not ours to take over. */
static bool make_room(struct work *work, struct err *err) {
    if (!still_ours(work, err))
        return false;
    switch (hidden_settle(work, err)) {
    case HIDDEN_ENDED:
        return true;
    case HIDDEN_OTHERS:
        return take_other_name(work, err);
    case HIDDEN_ADOPTED:
        report_adopted(work);
        return false;
    case HIDDEN_FAILED:
        break;
    }
    return false;
}

static bool start_agent(struct work *work, struct err *err) {
    enum { TRIES = 4 }; /* two names, each with what an ended run left in it */
    struct err own = {0};
    enum tmux_start started;
    int64_t begin = clock_monotonic();
    int tries = 0;

    if (!site_named(work->site, err))
        return false;
    if (!site_tmux(work->site, &own)) {
        stop_start(work, &own);
        err_release(&own);
        return false;
    }
    for (;;) {
        started = launch_session(work, &own);
        if (started != TMUX_DUPLICATE)
            break;
        err_release(&own);
        if (!make_room(work, err))
            return false;
        if (++tries >= TRIES)
            return work_stop(work, CLASS_SESSION_TAKEN, "session %s comes back as soon as it is ended",
                             work->runtime.tmux_target);
    }
    if (started == TMUX_START_FAILED) {
        start_failed(work, begin);
        stop_start(work, &own);
        err_release(&own);
        return false;
    }
    work->spawned = true;
    end_identify(work->site, &(struct end_pane){.run_id = work->run_id, .pid = work->runtime.agent.pid},
                 &work->runtime.agent);
    return record(work, err);
}

bool launch_agent(struct work *work, struct err *err) {
    bool ok = still_ours(work, err) && start_agent(work, err);

    if (!ok && !err->text)
        (void)called_off(work); /* whatever stopped it: the environment and the prompt in it have no reader any more */
    return ok;
}
