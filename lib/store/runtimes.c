#include "store/runtimes.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/db.h"
#include "store/read.h"

/* Of a row that has one of this boot already. */
static struct bind tick_now(void) {
    return bind_number(":tick", clock_monotonic());
}

bool runtimes_get(struct board *board, const char *session_key, struct runtime *runtime, struct err *err) {
    struct query q;
    *runtime = (struct runtime){0};
    query_open(&q, board, CALL(SQL_RUNTIME_GET, bind_text(":session_key", session_key)), err);
    if (query_next(&q))
        read_runtime(&q, runtime);
    if (query_close(&q))
        return true;
    runtime_release(runtime);
    return false;
}

bool runtimes_list(struct board *board, const char *host, struct runtime_list *list, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_RUNTIME_LIST_ACTIVE, bind_text(":host", host)), err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        read_runtime(&q, &list->items[list->count++]);
    }
    return query_close(&q);
}

void runtime_list_release(struct runtime_list *list) {
    for (size_t i = 0; i < list->count; i++)
        runtime_release(&list->items[i]);
    free(list->items);
    *list = (struct runtime_list){0};
}

bool runtimes_set_agent(struct board *board, const struct runtime_agent *set, bool *changed, struct err *err) {
    const struct identity *agent = set->agent;
    const struct bind key = bind_text(":session_key", set->session_key), run = bind_text(":run_id", set->run_id);
    const struct bind pid = bind_maybe(":pid", agent->pid), start = bind_maybe(":start", agent->start);
    const struct bind boot = bind_text(":boot", agent->boot[0] ? agent->boot : NULL), ns = bind_maybe(":ns", agent->ns);
    bool hit = false;
    if (!db_hit(board, CALL(SQL_RUNTIME_SET_AGENT, key, run, pid, start, boot, ns, bind_text(":pane_id", set->pane_id)),
                &hit, err))
        return false;
    if (changed)
        *changed = hit;
    return !hit ||
           db_run(board, CALL(SQL_RUNTIME_SET_WORKER, key, run, pid, start, boot, ns, bind_number(":now", set->now)),
                  NULL, err);
}

bool runtimes_take_turn(struct board *board, const struct runtime_change *change, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_RUNTIME_TAKE_TURN, bind_text(":session_key", change->session_key),
                       bind_text(":run_id", change->run_id), bind_text(":nonce", change->nonce),
                       bind_tick(":tick", change->tick), bind_tick_boot(":tick_boot", change->tick),
                       bind_number(":now", change->now)),
                  changed, err);
}

bool runtimes_end_turn(struct board *board, const struct runtime_change *change, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_RUNTIME_END_TURN, tick_now(), bind_text(":session_key", change->session_key),
                       bind_text(":run_id", change->run_id), bind_text(":nonce", change->nonce),
                       bind_number(":now", change->now)),
                  changed, err);
}

bool runtimes_settle_idle(struct board *board, const struct runtime_change *change, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_RUNTIME_SETTLE_IDLE, tick_now(), bind_text(":session_key", change->session_key),
                       bind_text(":run_id", change->run_id), bind_number(":now", change->now)),
                  changed, err);
}

bool runtimes_return_turn(struct board *board, const struct runtime_change *change, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_RUNTIME_RETURN_TURN, tick_now(), bind_text(":session_key", change->session_key),
                       bind_text(":run_id", change->run_id), bind_text(":nonce", change->nonce),
                       bind_text(":to", runtime_status_name(change->to)), bind_number(":now", change->now)),
                  changed, err);
}

bool runtimes_retire(struct board *board, const struct runtime_change *change, bool *changed, struct err *err) {
    const struct bind key = bind_text(":session_key", change->session_key), run = bind_text(":run_id", change->run_id);
    bool hit = false;
    if (!db_hit(board,
                CALL(SQL_RUNTIME_RETIRE, key, run, bind_text(":to", runtime_status_name(change->to)),
                     bind_text(":reason", change->reason), bind_number(":now", change->now)),
                &hit, err))
        return false;
    if (changed)
        *changed = hit;
    return !hit || db_run(board, CALL(SQL_RUNTIME_NO_WORKER, key, run), NULL, err);
}

bool runtimes_rebuild(struct board *board, const struct runtime *runtime, bool *changed, struct err *err) {
    return db_hit(
        board,
        CALL(SQL_RUNTIME_REBUILD, bind_text(":session_key", runtime->session_key),
             bind_number(":ticket_id", runtime->ticket_id), bind_text(":run_id", runtime->run_id),
             bind_text(":host", runtime->host), bind_text(":status", runtime_status_name(runtime->status)),
             bind_text(":tmux_target", runtime->tmux_target), bind_text(":pane_id", runtime->pane_id),
             bind_maybe(":pid", runtime->agent.pid), bind_maybe(":start", runtime->agent.start),
             bind_text(":boot", runtime->agent.boot[0] ? runtime->agent.boot : NULL),
             bind_maybe(":ns", runtime->agent.ns), bind_text(":profile", runtime->profile),
             bind_text(":cwd", runtime->cwd), bind_text(":log", runtime->pane_log_path),
             bind_text(":turn_nonce", runtime->turn_nonce), bind_text(":last_turn_marker", runtime->last_turn_marker),
             bind_number(":harvest_offset", runtime->harvest_offset), bind_number(":spawned_at", runtime->spawned_at),
             bind_maybe(":turn_started_at", runtime->turn_started_at),
             bind_maybe(":last_output_at", runtime->last_output_at), bind_number(":turn_count", runtime->turn_count),
             bind_text(":tick_boot", runtime->tick_boot[0] ? runtime->tick_boot : NULL),
             bind_maybe(":spawned_tick", runtime->spawned_tick),
             bind_maybe(":turn_started_tick", runtime->turn_started_tick),
             bind_maybe(":stall_tick", runtime->stall_tick), bind_maybe(":idle_tick", runtime->idle_tick),
             bind_number(":quiet", runtime->quiet)),
        changed, err);
}

bool runtimes_note_stall(struct board *board, const struct runtime *seen, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_RUNTIME_NOTE_STALL, tick_now(), bind_text(":session_key", seen->session_key),
                       bind_text(":run_id", seen->run_id), bind_maybe(":turn", seen->turn_started_tick),
                       bind_maybe(":before", seen->stall_tick), bind_maybe(":activity", seen->last_output_at)),
                  changed, err);
}

bool runtimes_resume(struct board *board, const struct runtime_change *change, struct err *err) {
    return db_run(board,
                  CALL(SQL_RUNTIME_RESUME, bind_text(":tick_boot", change->tick.boot),
                       bind_number(":tick", change->tick.ms), bind_text(":run_id", change->run_id)),
                  NULL, err);
}

bool runtimes_start_clock(struct board *board, const struct runtime_change *change, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_RUNTIME_START_CLOCK, bind_text(":session_key", change->session_key),
                       bind_text(":run_id", change->run_id), bind_tick(":tick", change->tick),
                       bind_tick_boot(":tick_boot", change->tick)),
                  changed, err);
}

bool runtimes_set_target(struct board *board, const struct runtime *runtime, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_RUNTIME_SET_TARGET, bind_text(":session_key", runtime->session_key),
                       bind_text(":run_id", runtime->run_id), bind_text(":tmux_target", runtime->tmux_target)),
                  changed, err);
}

bool runtimes_set_harvest(struct board *board, const struct runtime_change *change, struct err *err) {
    return db_run(board,
                  CALL(SQL_RUNTIME_SET_HARVEST, bind_text(":session_key", change->session_key),
                       bind_text(":run_id", change->run_id), bind_number(":offset", change->offset)),
                  NULL, err);
}

bool runtimes_set_quiet(struct board *board, const struct runtime *runtime, struct err *err) {
    return db_run(board,
                  CALL(SQL_RUNTIME_SET_QUIET, bind_text(":session_key", runtime->session_key),
                       bind_text(":run_id", runtime->run_id), bind_number(":quiet", runtime->quiet)),
                  NULL, err);
}
