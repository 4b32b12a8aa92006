#include "run/resume.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/proc.h"
#include "rules/rows.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

bool resume_can(struct site *site, const struct resume_whom *whom, bool *can, struct err *err) {
    const struct runtime *runtime = whom->runtime;
    const char *run_id = whom->ticket->run_id;
    bool there = runtime->session_key && (runtime->status == RUNTIME_IDLE || runtime->status == RUNTIME_RUNNING);
    bool ending = false;

    *can = there && text_same(run_id, runtime->run_id) && proc_alive(&runtime->agent) != SEEN_NO;
    if (!*can)
        return true;
    if (!effects_end_begun(site->board, run_id, &ending, err))
        return false;
    *can = !ending;
    return true;
}

bool resume_run(struct site *site, const char *run_id, struct err *err) {
    struct runtime_change from_now = {.run_id = run_id};
    bool changed = false;

    if (!site_know_self(site, err) || !runs_reopen(site->board, run_id, &changed, err))
        return false;
    from_now.tick = site_tick(site);
    return runtimes_resume(site->board, &from_now, err);
}

static bool tell(struct board *board, const struct resume *resume, struct err *err) {
    const struct ticket *ticket = resume->ticket;
    char *body = xasprintf("%s -> in_progress (%s)", ticket_status_name(ticket->status), resume->why);
    bool ok = journal_add(board,
                          &(struct journal_row){.ticket_id = ticket->id,
                                                .run_id = ticket->run_id,
                                                .author = resume->by,
                                                .kind = "moved",
                                                .body = body,
                                                .now = resume->now},
                          err);

    free(body);
    return ok;
}

static bool move(struct site *site, const struct resume *resume, struct err *err) {
    const struct ticket *ticket = resume->ticket;
    bool changed = false;

    if (!tickets_move(site->board,
                      &(struct ticket_move){.id = ticket->id,
                                            .from = ticket->status,
                                            .to = TICKET_IN_PROGRESS,
                                            .run_id = ticket->run_id,
                                            .attempts = -1,
                                            .now = resume->now},
                      &changed, err))
        return false;
    if (!changed)
        return err_set(err, MC_SOFTWARE, "ticket number %lld did not change inside its own transaction",
                       (long long)ticket->id);
    return resume_run(site, ticket->run_id, err) && tell(site->board, resume, err);
}

bool resume(struct site *site, const struct resume *resume, struct err *err) {
    return tickets_heard(site->board, resume->ticket->id, err) &&
           (resume->ticket->status == TICKET_IN_PROGRESS || move(site, resume, err));
}
