#ifndef MC_LAUNCHING_H
#define MC_LAUNCHING_H

/* tmux and the rows, as far as the start of an agent asks them (samples_launching.c). Linked with --wrap of what is
 * asked. */
#include "asked.h"

#include "base/clock.h"
#include "host/files.h"
#include "pickup/recall.h"
#include "pickup/work.h"
#include "run/end.h"
#include "run/marker.h"
#include "store/adoption.h"

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void) {
    return INT64_C(1779942000000) + seen.now++;
}

int64_t __wrap_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void) {
    return seen.now;
}

bool __wrap_board_is_shared(const struct board *board);
bool __wrap_board_is_shared(const struct board *board) {
    (void)board;
    return cue_has("shared");
}

bool __wrap_site_named(struct site *site, struct err *err);
bool __wrap_site_named(struct site *site, struct err *err) {
    text_copy(site->board_name, sizeof site->board_name, "b0a4d00000000000");
    return ask("named", "", err);
}

bool __wrap_site_tmux(struct site *site, struct err *err);
bool __wrap_site_tmux(struct site *site, struct err *err) {
    (void)site;
    return ask("tmux", "", err);
}

bool __wrap_tmux_log_is_bounded(const struct tmux_log *log);
bool __wrap_tmux_log_is_bounded(const struct tmux_log *log) {
    (void)log;
    return !cue_has("boundless");
}

/* "there=N": so many times a session of its name is there already. */
enum tmux_start __wrap_tmux_start(struct tmux *tmux, const struct tmux_session *session, struct tmux_started *started,
                                  struct err *err);
enum tmux_start __wrap_tmux_start(struct tmux *tmux, const struct tmux_session *session, struct tmux_started *started,
                                  struct err *err) {
    char *told = xasprintf("%s in %s: %s %s, run %s ticket %s board %s, log %s of %lld by %s, %lldx%lld", session->name,
                           session->cwd, session->argv->items[0], session->argv->items[1], session->run,
                           session->ticket, session->board, sample_word(session->log.path), (long long)session->log.mib,
                           session->log.programs, (long long)session->width, (long long)session->height);
    bool ok;

    (void)tmux;
    *started = (struct tmux_started){.pane_id = "%7", .pid = 77};
    ok = ask("start", told, err);
    free(told);
    seen.now += cue_number("took", 0);
    if (seen.looks++ < cue_number("there", 0)) {
        *started = (struct tmux_started){.pid = 0};
        return TMUX_DUPLICATE;
    }
    return ok ? TMUX_STARTED : TMUX_START_FAILED;
}

enum seen __wrap_tmux_look(struct tmux *tmux, const char *session, struct tmux_pane *pane, enum seen *server);
enum seen __wrap_tmux_look(struct tmux *tmux, const char *session, struct tmux_pane *pane, enum seen *server) {
    const char *run = cue_has("strange") ? "x" : "00000000000000000000000000000002";

    (void)tmux;
    text_addf(&seen.out, "looks at %s\n", session);
    *server = SEEN_YES;
    *pane = (struct tmux_pane){.pane_id = "%3", .pid = 33, .dead = cue_has("dead")};
    text_copy(pane->session, sizeof pane->session, session);
    text_copy(pane->run, sizeof pane->run, run);
    text_copy(pane->board, sizeof pane->board,
              cue_has("untagged")  ? ""
              : cue_has("foreign") ? "another"
                                   : "b0a4d00000000000");
    text_copy(pane->mark, sizeof pane->mark, cue_has("visitor") ? "-" : "");
    return cue_has("gone") ? SEEN_NO : cue_has("silent") ? SEEN_UNKNOWN : SEEN_YES;
}

bool __wrap_tmux_close(struct tmux *tmux, const struct tmux_agent *agent, struct text *left, struct err *err);
bool __wrap_tmux_close(struct tmux *tmux, const struct tmux_agent *agent, struct text *left, struct err *err) {
    (void)tmux, (void)left;
    ASK("close", "%s %s", agent->run, agent->board);
    return true;
}

bool __wrap_files_take(const char *path);
bool __wrap_files_take(const char *path) {
    text_addf(&seen.out, "takes %s\n", path);
    return !cue_has("read");
}

void __wrap_files_remove(const char *path);
void __wrap_files_remove(const char *path) {
    text_addf(&seen.out, "removes %s\n", path);
}

void __wrap_end_identify(const struct site *site, const struct end_pane *pane, struct identity *agent);
void __wrap_end_identify(const struct site *site, const struct end_pane *pane, struct identity *agent) {
    (void)site;
    text_addf(&seen.out, "identifies %s %lld%s\n", pane->run_id, (long long)pane->pid, pane->dead ? " dead" : "");
    *agent = (struct identity){.pid = pane->pid, .start = 5};
}

bool __wrap_end_agent(struct site *site, const struct runtime *runtime, struct err *err);
bool __wrap_end_agent(struct site *site, const struct runtime *runtime, struct err *err) {
    (void)site;
    ASK("end", "%s %s %s %lld", runtime->run_id, runtime->tmux_target, runtime->pane_id, (long long)runtime->agent.pid);
    return true;
}

enum seen __wrap_marker_look(struct site *site, const struct runtime *runtime, const char *nonce, int64_t patience_ms);
enum seen __wrap_marker_look(struct site *site, const struct runtime *runtime, const char *nonce, int64_t patience_ms) {
    (void)site;
    text_addf(&seen.out, "marker: %s %s %lld\n", runtime->run_id, nonce, (long long)patience_ms);
    return cue_has("marker") ? SEEN_YES : SEEN_NO;
}

bool __wrap_recall_turns(struct site *site, struct runtime *row, struct err *err);
bool __wrap_recall_turns(struct site *site, struct runtime *row, struct err *err) {
    (void)site;
    row->turn_nonce = cue_has("turn") ? xstrdup("MC_TICKET_TURN:1:1:00000001") : NULL;
    ASK("recall", "%lld %s", (long long)row->ticket_id, row->run_id);
    return true;
}

bool __wrap_runs_get(struct board *board, const char *run_id, struct run *run, struct err *err);
bool __wrap_runs_get(struct board *board, const char *run_id, struct run *run, struct err *err) {
    (void)board;
    *run = (struct run){.ticket_id = cue_number("of", 1), .ended_at = cue_number("ended", 0)};
    text_copy(run->run_id, sizeof run->run_id, cue_has("unknown") ? "" : run_id);
    return ask("run", run_id, err);
}

bool __wrap_runtimes_get(struct board *board, const char *session_key, struct runtime *runtime, struct err *err);
bool __wrap_runtimes_get(struct board *board, const char *session_key, struct runtime *runtime, struct err *err) {
    (void)board;
    *runtime = (struct runtime){.run_id = xstrdup(cue_has("taken") ? "2" : RUN),
                                .session_key = xstrdup(session_key),
                                .status = cue_has("closed") ? RUNTIME_CLOSED : RUNTIME_SPAWNING,
                                .last_turn_marker = cue_has("over")    ? xstrdup("MC_TICKET_TURN:1:2:00000002")
                                                    : cue_has("older") ? xstrdup("MC_TICKET_TURN:1:1:00000001")
                                                                       : NULL};
    return ask("row", session_key, err);
}

bool __wrap_effects_end_begun(struct board *board, const char *run_id, bool *begun, struct err *err);
bool __wrap_effects_end_begun(struct board *board, const char *run_id, bool *begun, struct err *err) {
    (void)board;
    *begun = cue_has("ending");
    return ask("end_begun", run_id, err);
}

static inline bool hit(const char *name, bool *changed) {
    bool missed = names(cue_word("misses"), name);

    if (changed)
        *changed = !missed;
    return missed;
}

bool __wrap_runtimes_set_agent(struct board *board, const struct runtime_agent *set, bool *changed, struct err *err);
bool __wrap_runtimes_set_agent(struct board *board, const struct runtime_agent *set, bool *changed, struct err *err) {
    (void)board, (void)hit("agent", changed);
    ASK("agent", "%s %s %s %lld.%lld at %lld", set->session_key, set->run_id, set->pane_id, (long long)set->agent->pid,
        (long long)set->agent->start, (long long)set->now);
    return true;
}

bool __wrap_runtimes_take_turn(struct board *board, const struct runtime_change *change, bool *changed,
                               struct err *err);
bool __wrap_runtimes_take_turn(struct board *board, const struct runtime_change *change, bool *changed,
                               struct err *err) {
    (void)board, (void)hit("turn", changed);
    ASK("turn", "%s %s %s %lld of %s at %lld", change->session_key, change->run_id, change->nonce,
        (long long)change->tick.ms, sample_word(change->tick.boot), (long long)change->now);
    return true;
}

bool __wrap_runtimes_set_target(struct board *board, const struct runtime *runtime, bool *changed, struct err *err);
bool __wrap_runtimes_set_target(struct board *board, const struct runtime *runtime, bool *changed, struct err *err) {
    (void)board, (void)hit("target", changed);
    return ask("target", runtime->tmux_target, err);
}

bool __wrap_runtimes_retire(struct board *board, const struct runtime_change *change, bool *changed, struct err *err);
bool __wrap_runtimes_retire(struct board *board, const struct runtime_change *change, bool *changed, struct err *err) {
    (void)board, (void)hit("retire", changed);
    ASK("retire", "%s %s to %d [%s] at %lld", change->session_key, change->run_id, (int)change->to, change->reason,
        (long long)change->now);
    return true;
}

bool __wrap_messages_give_back(struct board *board, const char *run_id, const char *why, struct err *err);
bool __wrap_messages_give_back(struct board *board, const char *run_id, const char *why, struct err *err) {
    (void)board;
    ASK("messages", "%s [%s]", run_id, why);
    return true;
}

bool __wrap_runs_settle(struct board *board, const struct run_settle *settle, bool *changed, struct err *err);
bool __wrap_runs_settle(struct board *board, const struct run_settle *settle, bool *changed, struct err *err) {
    (void)board, (void)changed;
    ASK("settle", "%s %d %s [%s]%s at %lld", settle->run_id, (int)settle->outcome, settle->class, settle->detail,
        settle->end ? " end" : "", (long long)settle->now);
    return true;
}

bool __wrap_runtimes_rebuild(struct board *board, const struct runtime *runtime, bool *changed, struct err *err);
bool __wrap_runtimes_rebuild(struct board *board, const struct runtime *runtime, bool *changed, struct err *err) {
    (void)board, (void)hit("rebuild", changed);
    ASK("rebuild", "%s %lld %s %s %s %s %s %s %s at %lld %lld of %s, %lld", runtime->session_key,
        (long long)runtime->ticket_id, runtime->run_id, runtime->host, runtime->tmux_target, runtime->pane_id,
        runtime->profile, runtime->cwd, runtime->pane_log_path, (long long)runtime->spawned_at,
        (long long)runtime->spawned_tick, runtime->tick_boot, (long long)runtime->agent.pid);
    return true;
}

bool __wrap_adoption_write(struct board *board, const struct adoption *adoption, bool *changed, struct err *err);
bool __wrap_adoption_write(struct board *board, const struct adoption *adoption, bool *changed, struct err *err) {
    (void)board, (void)hit("adoption", changed);
    ASK("adoption", "%lld %s %s %s %s %lld turn %d [%s] at %lld", (long long)adoption->ticket_id, adoption->run_id,
        adoption->session_key, adoption->host, adoption->pane_id, (long long)adoption->agent->pid, (int)adoption->turn,
        adoption->why, (long long)adoption->now);
    return true;
}

#endif
