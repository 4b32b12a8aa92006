#include "run/resume.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/proc.h"
#include "rules/rows.h"
#include "run/here.h"
#include "run/site.h"
#include "store/hosts.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

bool resume_can(struct site *site, const struct resume_whom *whom, bool *can, struct err *err) {
    const struct runtime *runtime = whom->runtime;
    const char *run_id = whom->ticket->run_id;
    bool there = runtime->session_key && (runtime->status == RUNTIME_IDLE || runtime->status == RUNTIME_RUNNING);
    bool ending = false;

    *can = there && text_same(run_id, runtime->run_id) &&
           (!site_here(site, runtime->host) || proc_alive(&runtime->agent) != SEEN_NO);
    if (!*can)
        return true;
    if (!effects_end_begun(site->board, run_id, &ending, err))
        return false;
    *can = !ending;
    return true;
}

/* The clock of another machine is not to be had here: that one's pickup begins to count. */
static bool count_anew(struct site *site, const char *run_id, struct err *err) {
    const struct runtime_change from_now = {.run_id = run_id, .tick = site_tick(site)};
    struct run run = {0};
    bool ok;

    if (!board_is_shared(site->board))
        return runtimes_resume(site->board, &from_now, err);
    ok = runs_get(site->board, run_id, &run, err);
    if (ok)
        ok = site_here(site, run.host) ? runtimes_resume(site->board, &from_now, err)
                                       : hosts_unclock(site->board, run_id, err);
    run_release(&run);
    return ok;
}

bool resume_run(struct site *site, const char *run_id, struct err *err) {
    bool changed = false;

    return site_know_self(site, err) && runs_reopen(site->board, run_id, &changed, err) &&
           count_anew(site, run_id, err);
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
