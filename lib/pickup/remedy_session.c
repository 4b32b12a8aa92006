#include "pickup/remedy_session.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "pickup/recall.h"
#include "pickup/state.h"
#include "rules/heal.h"
#include "run/end.h"
#include "run/workdir.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/slots.h"
#include "store/tickets.h"

/* The process that was recorded is the agent; what else is in its pane by now, the other rules say. */
static void name_agent(const struct world_session *session, const struct ticket *ticket, struct identity *agent) {
    bool recorded = identity_known(&ticket->worker) && text_same(ticket->run_id, session->run_tag);

    *agent = recorded ? ticket->worker : session->agent;
}

/* Where the run's agents work: its slot, else the ticket's private directory. */
static char *place_of(struct site *site, const struct world_session *session, struct err *err) {
    struct slot slot = {0};
    char *cwd = NULL;

    if (slots_of_run(site->board, session->run_tag, &slot, err))
        cwd = slot.path ? xstrdup(slot.path) : workdir_of(site, session->ticket_id, err);
    slot_release(&slot);
    return cwd;
}

/* The row that tags, messages, story and the recorded process still tell. */
static bool recall(struct site *site, const struct world_session *session, struct runtime *row, struct err *err) {
    struct ticket ticket = {0};
    char session_key[SESSION_KEY_SIZE];
    bool ok = tickets_get(site->board, session->ticket_id, &ticket, err);

    key_session_key(session_key, session->ticket_id);
    *row = (struct runtime){.session_key = xstrdup(session_key),
                            .ticket_id = session->ticket_id,
                            .run_id = xstrdup(session->run_tag),
                            .host = xstrdup(site->config.host),
                            .tmux_target = xstrdup(session->name),
                            .pane_id = xstrdup(session->pane_id),
                            .profile = xstrdup(ticket.profile ? ticket.profile : site->config.profile),
                            .cwd = place_of(site, session, err),
                            .pane_log_path = site_pane_log(site, session->run_tag),
                            .spawned_at = session->run.started_at,
                            .spawned_tick = clock_monotonic()};
    text_copy(row->tick_boot, sizeof row->tick_boot, site->self.boot);
    name_agent(session, &ticket, &row->agent);
    ok = ok && row->cwd && recall_turns(site, row, err);
    ticket_release(&ticket);
    return ok;
}

static bool rebuild(struct pickup *pickup, const struct world_session *session, bool *changed, struct err *err) {
    struct site *site = &pickup->site;
    struct runtime row = {0};
    bool ok = recall(site, session, &row, err) && board_begin(site->board, err) &&
              runtimes_rebuild(site->board, &row, changed, err);

    if (ok && *changed)
        ok = journal_add(
            site->board,
            &(struct journal_row){.ticket_id = session->ticket_id,
                                  .run_id = session->run_tag,
                                  .author = "mc-pickup",
                                  .kind = "healed",
                                  .body = "lost_row: the runtime's row was made again from its session's tags",
                                  .now = clock_now()},
            err);
    if (ok && *changed)
        ok = board_commit(site->board, err);
    else
        board_rollback(site->board);
    runtime_release(&row);
    return ok;
}

static bool close_session(struct pickup *pickup, const struct world_session *session, bool *changed, struct err *err) {
    struct board *board = pickup->site.board;
    struct runtime row = {.ticket_id = session->run_exists ? session->ticket_id : 0,
                          .run_id = xstrdup(session->run_tag),
                          .tmux_target = xstrdup(session->name),
                          .agent = session->agent};
    bool ok;

    ok = effects_intend(
             board,
             &(struct effect_write){
                 .run_id = session->run_tag, .kind = EFFECT_CLOSE, .detail = session->name, .now = clock_now()},
             err) &&
         end_agent(&pickup->site, &row, err) &&
         effects_result(board,
                        &(struct effect_write){.run_id = session->run_tag,
                                               .kind = EFFECT_CLOSE,
                                               .state = EFFECT_DONE,
                                               .detail = session->name,
                                               .now = clock_now()},
                        NULL, err);
    *changed = ok;
    runtime_release(&row);
    return ok;
}

bool remedy_session(struct pickup *pickup, const struct world_session *session, const struct repair *repair,
                    struct err *err) {
    bool again = repair->remedy == REMEDY_REBUILD;
    bool changed = false;
    bool ok = again ? rebuild(pickup, session, &changed, err) : close_session(pickup, session, &changed, err);

    if (ok && changed)
        report_healed(&pickup->report, &(struct report_healed){.rule = heal_rule_name(repair->rule),
                                                               .ticket = session->ticket_tag,
                                                               .from = "session without a row",
                                                               .to = again ? "row made again" : "closed",
                                                               .pid = session->agent.pid});
    return ok;
}
