#include "run/host_lost.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/key.h"
#include "run/site.h"
#include "store/hosts.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

/* One run of a host under way to its end. */
struct losing_run {
    struct site *site;
    const struct host_losing *losing;
    const struct host_run *run;
    struct ticket ticket;
    struct runtime runtime;
    bool agent; /* the runtime is this run's, and an agent may be in it */
    bool works; /* the ticket is in progress by this run */
};

static void losing_run_release(struct losing_run *one) {
    ticket_release(&one->ticket);
    runtime_release(&one->runtime);
}

static bool read_rows(struct losing_run *one, struct err *err) {
    struct board *board = one->site->board;
    const char *run_id = one->run->run_id;
    char session_key[SESSION_KEY_SIZE];

    key_session_key(session_key, one->run->ticket);
    if (!tickets_get(board, one->run->ticket, &one->ticket, err) ||
        !runtimes_get(board, session_key, &one->runtime, err))
        return false;
    one->agent = runtime_active(&one->runtime) && text_same(one->runtime.run_id, run_id);
    one->works = one->ticket.status == TICKET_IN_PROGRESS &&
                 (run_id ? text_same(one->ticket.run_id, run_id) : !one->ticket.run_id);
    return true;
}

/* What was begun there and has no result is never known here. */
static bool end_effects(const struct losing_run *one, struct err *err) {
    for (int kind = 0; kind < EFFECT_KIND_COUNT; kind++)
        if (!effects_result(one->site->board,
                            &(struct effect_write){.run_id = one->run->run_id,
                                                   .kind = (enum effect_kind)kind,
                                                   .state = EFFECT_UNKNOWN,
                                                   .now = one->losing->now},
                            NULL, err))
            return false;
    return true;
}

/* What was delivered stays told; else the next agent has to know it. */
static bool end_run(const struct losing_run *one, struct err *err) {
    struct board *board = one->site->board;
    const char *run_id = one->run->run_id;
    bool delivered = one->ticket.status == TICKET_IN_REVIEW || one->ticket.status == TICKET_DONE;
    char *detail = xasprintf("host %s was given up", one->losing->host->name);
    bool ok =
        runs_settle(
            board,
            &(struct run_settle){
                .run_id = run_id, .outcome = RUN_HOST_LOST, .detail = detail, .end = true, .now = one->losing->now},
            NULL, err) &&
        end_effects(one, err) && (delivered || messages_give_back(board, run_id, HOST_LOST, err));

    free(detail);
    return ok;
}

static bool end_runtime(const struct losing_run *one, struct err *err) {
    return !one->agent || runtimes_retire(one->site->board,
                                          &(struct runtime_change){.session_key = one->runtime.session_key,
                                                                   .run_id = one->run->run_id,
                                                                   .to = RUNTIME_DEAD,
                                                                   .reason = HOST_LOST,
                                                                   .now = one->losing->now},
                                          NULL, err);
}

static bool move_ticket(struct losing_run *one, bool *moved, struct err *err) {
    *moved = false;
    return !one->works || tickets_move(one->site->board,
                                       &(struct ticket_move){.id = one->ticket.id,
                                                             .from = TICKET_IN_PROGRESS,
                                                             .to = TICKET_TODO,
                                                             .run_id = one->run->run_id,
                                                             .attempts = -1,
                                                             .clear_worker = true,
                                                             .now = one->losing->now},
                                       moved, err);
}

static bool tell(const struct losing_run *one, bool moved, struct err *err) {
    const struct host *host = one->losing->host;
    struct text body = {0};
    bool ok;

    text_addf(&body, "%shost %s ", moved ? "in_progress -> todo: " : "its agent is over: ", host->name);
    host_silence(&body, host, one->losing->now);
    text_add(&body, " and is given up; what was not pushed is on that host, which keeps it when it comes back");
    ok = journal_add(one->site->board,
                     &(struct journal_row){.ticket_id = one->ticket.id,
                                           .run_id = one->run->run_id,
                                           .author = one->losing->by,
                                           .kind = "host_lost",
                                           .body = text_str(&body),
                                           .now = one->losing->now},
                     err);
    text_release(&body);
    return ok;
}

static bool lose_run(struct losing_run *one, struct host_lost *lost, struct err *err) {
    bool moved;

    if (!read_rows(one, err) || (one->run->run_id && !end_run(one, err)) || !end_runtime(one, err) ||
        !move_ticket(one, &moved, err))
        return false;
    lost->agents += one->agent;
    lost->tickets += moved;
    return tell(one, moved, err);
}

bool host_lose(struct site *site, const struct host_losing *losing, struct host_lost *lost, struct err *err) {
    struct host_run_list runs = {0};
    bool ok;

    *lost = (struct host_lost){0};
    ok = hosts_retire(site->board, &(struct host_said){losing->host, losing->now}, &lost->done, err) &&
         (!lost->done || hosts_runs(site->board, losing->host->name, &runs, err));
    for (size_t i = 0; ok && i < runs.count; i++) {
        struct losing_run one = {.site = site, .losing = losing, .run = &runs.items[i]};

        ok = lose_run(&one, lost, err);
        losing_run_release(&one);
    }
    host_run_list_release(&runs);
    return ok;
}
