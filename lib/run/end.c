#include "run/end.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "host/files.h"
#include "host/proc.h"
#include "run/site.h"
#include "store/runtimes.h"

/* From TERM to KILL: agents save their session on TERM within a second or two. */
enum { TERM_GRACE_MS = 3000 };

void end_identify(const struct site *site, int64_t pane_pid, bool pane_dead, struct identity *agent) {
    if (!pane_dead && proc_identify(pane_pid, agent))
        return;
    *agent = (struct identity){.pid = pane_pid};
    text_copy(agent->boot, sizeof agent->boot, site->self.boot);
}

/* An order that nobody has read holds the agent's environment and prompt, and would start it still. */
static void call_off(const struct site *site, const struct runtime *runtime) {
    char *file = site_launch_file(site, runtime->run_id);

    files_remove(file);
    free(file);
}

bool end_agent(struct site *site, const struct runtime *runtime, struct err *err) {
    struct proc_target target = {.agent = &runtime->agent, .run_id = runtime->run_id, .grace_ms = TERM_GRACE_MS};

    call_off(site, runtime);
    if (!proc_end(&target, err))
        return err_wrap(err, "session %s", runtime->tmux_target);
    if (*runtime->agent.boot && strcmp(runtime->agent.boot, site->self.boot) != 0)
        return true; /* no session outlives its boot: whatever tmux has now is another's */
    if (!site_tmux(site, err))
        return false;
    return tmux_close(&site->tmux, runtime->tmux_target, runtime->run_id, err);
}

static bool intend(struct site *site, const struct runtime *runtime, const char *reason, struct err *err) {
    return effects_intend(
        site->board,
        &(struct effect_write){.run_id = runtime->run_id, .kind = EFFECT_KILL, .detail = reason, .now = clock_now()},
        err);
}

bool end_intended(struct site *site, const struct runtime *runtime, const struct end_as *as, struct err *err) {
    struct board *board = site->board;
    bool ok;

    if (!end_agent(site, runtime, err))
        return false;
    ok = board_begin(board, err) &&
         effects_result(board,
                        &(struct effect_write){.run_id = runtime->run_id,
                                               .kind = EFFECT_KILL,
                                               .state = EFFECT_DONE,
                                               .detail = as->reason,
                                               .now = clock_now()},
                        NULL, err) &&
         runtimes_retire(board,
                         &(struct runtime_change){.session_key = runtime->session_key,
                                                  .run_id = runtime->run_id,
                                                  .to = as->to,
                                                  .reason = as->reason,
                                                  .now = clock_now()},
                         NULL, err) &&
         board_commit(board, err);
    if (!ok)
        board_rollback(board);
    return ok;
}

bool end_runtime(struct site *site, const struct runtime *runtime, const struct end_as *as, struct err *err) {
    return intend(site, runtime, as->reason, err) && end_intended(site, runtime, as, err);
}
