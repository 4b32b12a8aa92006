#include "store/adoption.h"

#include "base/err.h"
#include "store/db.h"
#include "store/journal.h"

static bool write_rows(struct board *board, const struct adoption *adoption, bool changed[4], struct err *err) {
    const struct bind run = bind_text(":run_id", adoption->run_id), now = bind_number(":now", adoption->now);
    const struct bind pid = bind_maybe(":pid", adoption->agent->pid),
                      seen = bind_number(":seen", adoption->marker_seen);
    /* The runtime before the messages: whether its turn was lost shows in them. */
    return db_hit(board, SQL_ADOPT_TICKET,
                  BINDS(run, now, pid, bind_number(":id", adoption->ticket_id), bind_text(":host", adoption->host)),
                  &changed[0], err) &&
           db_hit(board, SQL_ADOPT_RUNTIME,
                  BINDS(run, now, pid, seen, bind_text(":session_key", adoption->session_key),
                        bind_text(":pane_id", adoption->pane_id), bind_maybe(":start", adoption->agent->start),
                        bind_text(":boot", adoption->agent->boot[0] ? adoption->agent->boot : NULL)),
                  &changed[1], err) &&
           db_hit(board, SQL_ADOPT_MESSAGES, BINDS(run, now, seen, bind_maybe(":due", adoption->message_due)),
                  &changed[2], err) &&
           db_hit(board, SQL_ADOPT_RUN, BINDS(run), &changed[3], err);
}

bool adoption_write(struct board *board, const struct adoption *adoption, bool *changed, struct err *err) {
    bool hit[4] = {false};
    *changed = false;
    if (!write_rows(board, adoption, hit, err))
        return false;
    *changed = hit[0] || hit[1] || hit[2] || hit[3];
    return !*changed || journal_add(board, adoption->ticket_id, adoption->run_id, "mc-pickup", "adopted", adoption->why,
                                    adoption->now, err);
}
