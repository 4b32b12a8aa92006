/* Try it again now: whoever says so has looked at it. */
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "desk/desk.h"
#include "desk/desk_act.h"
#include "rules/classes.h"
#include "run/hosts.h"
#include "run/site.h"
#include "store/runtimes.h"
#include "store/tickets.h"

struct retrying {
    int64_t ticket;
    struct desk_case one;
    bool ending; /* what is left of its agent is to be ended after the transaction */
};

/* What is to be done instead; NULL: nothing, it may be tried again. */
static const char *const instead[TICKET_STATUS_COUNT] = {
    [TICKET_INBOX] = "mc-ticket promote releases it",
    [TICKET_IN_PROGRESS] = "its agent has it; mc-ticket show tells what that does",
    [TICKET_IN_REVIEW] = "mc-ticket reject has it done again",
    [TICKET_NEEDS_INPUT] = "mc-ticket answer lets it go on",
    [TICKET_DONE] = "mc-ticket reopen has it done again",
    [TICKET_CANCELLED] = "mc-ticket reopen has it done again",
};

static bool write_retry(struct desk *desk, const struct desk_case *one, struct err *err) {
    const struct ticket *ticket = &one->ticket;
    bool blocked = ticket->status == TICKET_BLOCKED;
    const struct ticket_move row = {.id = ticket->id,
                                    .from = ticket->status,
                                    .to = TICKET_TODO,
                                    .failure_reason = blocked ? NULL : ticket->failure_reason,
                                    .attempts = blocked ? 0 : -1,
                                    .clear_worker = blocked,
                                    .now = desk->now};
    const char *body = blocked ? "blocked -> todo (retry)" : "due now (retry)";

    return desk_move_row(desk, one, &row, err) &&
           desk_note(desk, one, (struct journal_row){.kind = "moved", .body = body}, err);
}

/* Where its agent waits for the end of a pause, what waits with it goes now. */
static bool end_pause(struct desk *desk, const struct desk_case *one, struct desk_result *result, struct err *err) {
    int held = 0;

    if (one->ticket.status != TICKET_IN_PROGRESS || !class_is_reason(CLASS_PAUSED, one->ticket.failure_reason))
        return true;
    if (!messages_hold(desk->site->board, &(struct message_hold){one->ticket.id, desk->now}, &held, err))
        return false;
    if (!held)
        return true;
    desk_moved(result, one, TICKET_IN_PROGRESS, ", goes on now");
    return desk_note(desk, one, (struct journal_row){.kind = "moved", .body = "goes on now (retry)"}, err);
}

static bool retry_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    struct retrying *retrying = subject;
    struct desk_case *one = &retrying->one;
    const char *advice;

    if (!desk_case_read(desk, retrying->ticket, one, err) || !end_pause(desk, one, result, err))
        return false;
    if (result->ticket)
        return true;
    advice = instead[one->ticket.status];
    if (advice != NULL)
        return err_set(err, MC_DATAERR, "%s is %s, and waits for no other attempt; %s", one->key,
                       ticket_status_name(one->ticket.status), advice);
    if (one->ticket.status == TICKET_TODO && !one->ticket.next_attempt_at) {
        result->ticket = one->ticket.id;
        result->from = result->to = TICKET_TODO;
        result->say = xasprintf("%s is todo and due already", one->key);
        return true;
    }
    retrying->ending = one->ticket.status == TICKET_BLOCKED && one->active;
    if ((retrying->ending && !desk_release(desk, one, "retry", err)) || !write_retry(desk, one, err))
        return false;
    desk_moved(result, one, TICKET_TODO, ", due now");
    return true;
}

bool desk_retry(struct desk *desk, int64_t ticket, struct desk_result *result, struct err *err) {
    struct retrying retrying = {.ticket = ticket};
    struct desk_deed deed = {
        .run = retry_run, .subject = &retrying, .what = {"retry", ticket, NULL}, .reaches = 1U << TICKET_TODO};
    bool ok = hosts_check(desk->site, err) && desk_transact(desk, &deed, result, err);

    if (ok && retrying.ending)
        ok = desk_end(desk, &retrying.one, "retry", err);
    desk_case_release(&retrying.one);
    return ok;
}
