#include "store/adoption.h"

#include "base/err.h"
#include "store/db.h"
#include "store/journal.h"
#include "store/runtimes.h"

static bool write_rows(struct board *board, const struct adoption *adoption, bool changed[4], struct err *err) {
    const struct bind run = bind_text(":run_id", adoption->run_id), now = bind_number(":now", adoption->now);
    const struct identity *agent = adoption->agent;
    const struct bind pid = bind_maybe(":pid", agent->pid), start = bind_maybe(":start", agent->start);
    const struct bind boot = bind_text(":boot", agent->boot[0] ? agent->boot : NULL), ns = bind_maybe(":ns", agent->ns);
    const bool told = adoption->turn != ADOPTED_TURN_UNTOLD, back = adoption->turn == ADOPTED_TURN_UNDELIVERED;
    const struct bind seen = bind_number(":seen", !back);
    const struct bind key = bind_text(":session_key", adoption->session_key);
    /* The runtime before the messages: whether its turn was lost shows in them. */
    return db_hit(board,
                  CALL(SQL_ADOPT_TICKET, run, now, pid, start, boot, ns, key, bind_number(":id", adoption->ticket_id),
                       bind_text(":host", adoption->host)),
                  &changed[0], err) &&
           db_hit(board,
                  CALL(SQL_ADOPT_RUNTIME, run, now, pid, start, boot, ns, seen, key,
                       bind_text(":pane_id", adoption->pane_id), bind_tick(":tick", adoption->tick),
                       bind_tick_boot(":tick_boot", adoption->tick)),
                  &changed[1], err) &&
           (!told || db_hit(board, CALL(SQL_ADOPT_MESSAGES, run, now, seen, bind_maybe(":due", adoption->message_due)),
                            &changed[2], err)) &&
           db_hit(board, CALL(SQL_ADOPT_RUN, run), &changed[3], err);
}

/* What was being sent is not under way any more. */
static bool end_send(struct board *board, const struct adoption *adoption, struct err *err) {
    bool arrived = adoption->turn == ADOPTED_TURN_ARRIVED;

    if (adoption->turn == ADOPTED_TURN_UNTOLD)
        return true;
    return effects_result(board,
                          &(struct effect_write){.run_id = adoption->run_id,
                                                 .kind = EFFECT_SEND,
                                                 .state = arrived ? EFFECT_DONE : EFFECT_FAILED,
                                                 .detail = "adopted",
                                                 .now = adoption->now},
                          NULL, err);
}

bool adoption_write(struct board *board, const struct adoption *adoption, bool *changed, struct err *err) {
    bool hit[4] = {false};
    *changed = false;
    if (!write_rows(board, adoption, hit, err) || !end_send(board, adoption, err))
        return false;
    *changed = hit[0] || hit[1] || hit[2] || hit[3];
    return !*changed || journal_add(board,
                                    &(struct journal_row){.ticket_id = adoption->ticket_id,
                                                          .run_id = adoption->run_id,
                                                          .author = "mc-pickup",
                                                          .kind = "adopted",
                                                          .body = adoption->why,
                                                          .now = adoption->now},
                                    err);
}
