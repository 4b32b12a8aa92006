#include "pickup/deliver.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "host/lock.h"
#include "host/proc.h"
#include "pickup/endpoint.h"
#include "pickup/settle.h"
#include "pickup/slots.h"
#include "pickup/state.h"
#include "pickup/turn.h"
#include "pickup/uprooted.h"
#include "pickup/work.h"
#include "rules/breaker.h"
#include "rules/due.h"
#include "rules/retry.h"
#include "run/aftermath.h"
#include "run/resume.h"
#include "store/breakers.h"
#include "store/runtimes.h"
#include "store/tickets.h"

/* More in one pickup would keep the next ticket waiting for too long. */
enum { DELIVERIES_MAX = 50 };

/* Its last turn's limit is shown until the next turn, and an old one is not waited out for ever: what has been put off
 * so often, for a quarter of an hour and more (SPEC section 10), goes. */
enum { LIMIT_ATTEMPTS = 4 };

/* Has it waited for the end of a limit already? What tells an agent to go on was written for then. */
static bool is_past_limit(const struct message *message) {
    return message->purpose == PURPOSE_GO_ON || message->attempts >= LIMIT_ATTEMPTS ||
           text_same(message->error, "limit") || send_class_from(message->error) == (int)CLASS_PAUSED;
}

/* In the transaction that takes the turn. Whoever speaks to an agent that has delivered has it go on. */
static bool go_on(struct work *work, struct err *err) {
    struct board *board = work->site->board;
    struct ticket ticket = {0};
    char *why = xasprintf("message %lld", (long long)work->message_id);
    const struct resume again = {.ticket = &ticket, .by = "mc-pickup", .why = why, .now = clock_now()};
    bool ok = tickets_get(board, work->ticket.id, &ticket, err);

    if (ok && text_same(ticket.run_id, work->run_id) && ticket.status == TICKET_IN_REVIEW)
        ok = resume(work->site, &again, err);
    else if (ok && (!text_same(ticket.run_id, work->run_id) || ticket.status != TICKET_IN_PROGRESS))
        ok = work_stop(work, CLASS_BUSY, "its ticket has moved on");
    ticket_release(&ticket);
    free(why);
    return ok;
}

void deliver_name(struct work *work, int64_t now) {
    site_key(work->site, work->ticket.id, work->key);
    text_copy(work->run_id, sizeof work->run_id, work->runtime.run_id);
    key_nonce(work->nonce, work->ticket.id, now, random_number());
    work->run_dir = site_run_dir(work->site, work->run_id);
    work->profile = site_profile(work->site, &work->runtime);
    work->spawned = true;
}

static bool name_work(struct pickup *pickup, const struct message *message, struct work *work, struct err *err) {
    struct site *site = &pickup->site;

    if (!tickets_get(site->board, message->ticket_id, &work->ticket, err))
        return false;
    deliver_name(work, clock_now());
    work->message_id = message->id;
    work->message_attempts = message->attempts;
    work->past_limit = is_past_limit(message);
    work->message_class = send_class_from(message->error);
    work->spoken = message->purpose == PURPOSE_PERSON;
    work->begin = go_on;
    return true;
}

static bool hand_over(struct work *work, struct err *err) {
    return work->site->config.send.transport == TRANSPORT_HTTP ? endpoint_send(work, err) : turn_paste(work, err);
}

/* What follows the turn before changes the worktree, and commits there: the next one begins behind it. */
static bool hand_over_alone(struct work *work, struct err *err) {
    int lock;
    bool ok = aftermath_keep_off(work->site, work->run_id, &lock)
                  ? hand_over(work, err)
                  : work_stop(work, CLASS_BUSY, "hooks.after_run of its last turn is still at work in its worktree");

    lock_leave(&lock);
    return ok;
}

bool deliver_turn(struct work *work, struct err *err) {
    if (!work->profile)
        return work_stop(work, CLASS_REJECTED, "profile %s is not configured any more",
                         work->runtime.profile ? work->runtime.profile : "(none)") ||
               work_advise(work, "put it back into \"profiles\", or end its agent with mc-ticket block %s TEXT",
                           work->key);
    return hand_over_alone(work, err);
}

static bool send(struct work *work, struct err *err) {
    struct err own = {0};
    bool ok;

    if (!site_named(work->site, err))
        return false;
    ok = !work->profile || site_tmux(work->site, &own) || work_stop_by_err(work, CLASS_NO_TMUX, &own);
    err_release(&own);
    return ok && deliver_turn(work, err);
}

/* *waits: what it would go through is broken. Then it waits as long, which is no attempt. Half open, it is the one that
 * tries. */
static bool wait_or_try(struct work *work, const struct breakers_need *need, bool *waits, struct err *err) {
    struct board *board = work->site->board;
    struct breaker open = {0};

    if (!breakers_wait(board, need, &open, err))
        return false;
    *waits = open.open_until != 0;
    if (work->site->look)
        return true;
    return *waits ? breakers_put_off(board, work->message_id, open.open_until, err) : breakers_try(board, need, err);
}

static bool ask_breakers(struct work *work, bool *waits, struct err *err) {
    struct board *board = work->site->board;
    const struct breakers_need need = {.profile = work->runtime.profile,
                                       .endpoint = work->site->config.send.transport == TRANSPORT_HTTP,
                                       .ticket = work->ticket.id,
                                       .spoken = work->spoken,
                                       .now = clock_now()};
    bool any;

    *waits = false;
    if (!breakers_any(board, &any, err) || !any)
        return !err->text;
    if (work->site->look)
        return wait_or_try(work, &need, waits, err);
    if (!board_begin(board, err))
        return false;
    if (wait_or_try(work, &need, waits, err) && board_commit(board, err))
        return true;
    board_rollback(board);
    return false;
}

/* What it had of the pool is free for the next run at once. */
static bool end_uprooted(struct pickup *pickup, struct work *work, struct err *err) {
    bool ended;

    if (!uprooted_end(work, &ended, err))
        return false;
    if (ended)
        return !pickup->site.config.workspace_count || slots_step(pickup, err);
    work_stop(work, CLASS_BUSY, "its ticket has moved on");
    return settle_later(work, err);
}

static bool deliver_one(struct pickup *pickup, struct work *work, const struct message *message, struct err *err) {
    char reason[64];
    bool waits;

    if (!name_work(pickup, message, work, err) || !ask_breakers(work, &waits, err))
        return false;
    if (waits)
        return true;
    if (pickup->dry && proc_alive(&work->runtime.agent) == SEEN_NO) /* what heals it is planned already */
        return true;
    if (pickup->dry) {
        snprintf(reason, sizeof reason, "message %lld is due", (long long)message->id);
        report_plan(&pickup->report, "deliver", work->key, reason);
        return true;
    }
    if (uprooted(&work->runtime))
        return end_uprooted(pickup, work, err);
    if (!send(work, err) && err->text)
        return false;
    return settle_later(work, err);
}

static struct delivery_want wanted(const struct config *config) {
    int64_t now = clock_now();

    return (struct delivery_want){.host = config->host,
                                  .now = now,
                                  .latest = due_horizon(now, pause_longest(config->retry.backoff_max_s * 1000))};
}

bool deliver_step(struct pickup *pickup, struct err *err) {
    for (int i = 0; !pickup->no_agents && i < (pickup->dry ? 1 : DELIVERIES_MAX); i++) {
        struct work work = {.site = &pickup->site, .report = &pickup->report};
        struct delivery next = {0};
        const struct delivery_want want = wanted(&pickup->site.config);
        bool ok = messages_next(pickup->site.board, &want, &next, err);
        bool found = next.message.id != 0;

        work.runtime = next.runtime;
        if (ok && found)
            ok = deliver_one(pickup, &work, &next.message, err);
        message_release(&next.message);
        work_release(&work);
        if (!ok || !found)
            return ok;
    }
    return true;
}
