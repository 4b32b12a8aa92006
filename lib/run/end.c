#include "run/end.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/proc.h"
#include "host/there.h"
#include "run/here.h"
#include "run/site.h"
#include "run/socket.h"
#include "store/journal.h"
#include "store/runtimes.h"

/* From TERM to KILL: an agent saves its session first; the slowest measured (Claude Code) is gone after five seconds.
 */
enum { TERM_GRACE_MS = 6000 };

/* A number by itself is no proof: tmux may be another program, its server may count otherwise than we do, and the first
 * process of a namespace is nobody's agent. */
static bool is_agents(const struct end_pane *pane, enum tmux_place place, int64_t server) {
    struct identity child;

    if (pane->pid <= 1 || pane->pid == server)
        return false;
    switch (proc_bears(pane->pid, pane->run_id)) {
    case SEEN_YES:
        return true;
    case SEEN_NO:
        return false;
    case SEEN_UNKNOWN:
        break;
    }
    return place == TMUX_HERE && proc_identify_child(pane->pid, server, &child);
}

static bool identify(const struct site *site, const struct end_pane *pane, struct identity *agent) {
    int64_t server;
    enum tmux_place place = tmux_place(&site->tmux, &server);
    char *answer;
    bool known;

    if (place != TMUX_ELSEWHERE)
        return proc_identify(pane->pid, agent) && is_agents(pane, place, server);
    answer = site_answer_file(site, pane->run_id);
    known = there_identify(&(struct there){&site->tmux, site->libexec, answer}, pane->pid, agent);
    free(answer);
    return known;
}

void end_identify(const struct site *site, const struct end_pane *pane, struct identity *agent) {
    if (!pane->dead && identify(site, pane, agent))
        return;
    *agent = (struct identity){.pid = pane->pid};
    text_copy(agent->boot, sizeof agent->boot, site->self.boot);
}

/* An order that nobody has read holds the agent's environment and prompt, and would start it still. */
static void call_off(const struct site *site, const struct runtime *runtime) {
    char *file = site_launch_file(site, runtime->run_id);

    files_remove(file);
    free(file);
}

/* A pickup killed between the start and its record has left a pane whose process no row names. */
static void find_agent(struct site *site, const struct runtime *runtime, struct identity *agent) {
    struct tmux_agent tags;
    struct tmux_pane pane = {0};
    struct err err = {0};
    enum seen server;

    *agent = runtime->agent;
    if (!identity_known(agent) && site_tmux(site, &err)) {
        tags = site_agent(site, runtime);
        if (tmux_look_agent(&site->tmux, &tags, &pane, &server) == SEEN_YES)
            end_identify(site, &(struct end_pane){runtime->run_id, pane.pid, pane.dead}, agent);
    }
    err_release(&err);
}

/* What an end has left as it is, for its ticket's story. Once for a run: the tries of one ending are one event. */
static bool tell_spared(struct site *site, const struct journal_row *row, const struct text *what, struct err *err) {
    struct journal_row whole = *row;
    char *body;
    bool added, ok;

    if (!what->len || row->ticket_id <= 0)
        return true;
    if (!board_begin(site->board, err))
        return false;
    body = xasprintf("%s: %s", row->body, what->data);
    whole.author = "mc-pickup";
    whole.body = body;
    whole.now = clock_now();
    ok = journal_add_once(site->board, &whole, &added, err);
    free(body);
    if (added)
        return board_commit(site->board, err);
    board_rollback(site->board);
    return ok;
}

/* In the namespace in which it is counted, by the server that started it: from here neither it nor its end can be seen.
 * Where that server is gone, only tmux's own word is left, which is asked for next. */
static bool end_there(struct site *site, const struct proc_target *target, struct text *spared, struct err *err) {
    int64_t server;
    char *answer;
    enum seen ended;

    if (!site_tmux(site, err))
        return false;
    if (tmux_place(&site->tmux, &server) != TMUX_ELSEWHERE)
        return true;
    answer = site_answer_file(site, target->run_id);
    ended = there_end(&(struct there){&site->tmux, site->libexec, answer}, target, spared, err);
    free(answer);
    return ended != SEEN_UNKNOWN ||
           err_wrap(err, "its agent is counted in another pid namespace, and was not seen to end there");
}

static bool end_processes(struct site *site, const struct runtime *runtime, struct err *err) {
    struct identity agent;
    struct proc_target target = {.agent = &agent, .run_id = runtime->run_id, .grace_ms = TERM_GRACE_MS};
    struct text spared = {0};
    bool ok;

    find_agent(site, runtime, &agent);
    ok = proc_elsewhere(&agent) ? end_there(site, &target, &spared, err) : proc_end(&target, &spared, err);
    if (!ok)
        err_wrap(err, "session %s", runtime->tmux_target);
    ok = ok && tell_spared(site,
                           &(struct journal_row){.ticket_id = runtime->ticket_id,
                                                 .run_id = runtime->run_id,
                                                 .kind = "spared",
                                                 .body = "left running, because they have made themselves daemons"},
                           &spared, err);
    text_release(&spared);
    return ok;
}

static bool close_session(struct site *site, const struct runtime *runtime, struct err *err) {
    struct tmux_agent agent = site_agent(site, runtime);
    struct text left = {0};
    bool ok = tmux_close(&site->tmux, &agent, &left, err) &&
              tell_spared(site,
                          &(struct journal_row){.ticket_id = runtime->ticket_id,
                                                .run_id = runtime->run_id,
                                                .kind = "left_open",
                                                .body = "left open, because a person has put them into its session"},
                          &left, err);

    text_release(&left);
    return ok;
}

bool end_agent(struct site *site, const struct runtime *runtime, struct err *err) {
    if (!site_here(site, runtime->host))
        return err_set(err, MC_UNAVAILABLE, "session %s is on host %s, whose next mc-pickup ends it",
                       runtime->tmux_target, runtime->host);
    if (!socket_check(site, err)) /* its session would stay for good */
        return false;
    call_off(site, runtime);
    if (!end_processes(site, runtime, err))
        return false;
    if (*runtime->agent.boot && strcmp(runtime->agent.boot, site->self.boot) != 0)
        return true; /* no session outlives its boot: whatever tmux has now is another's */
    return site_tmux(site, err) && close_session(site, runtime, err);
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
