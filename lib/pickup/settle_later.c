#include "pickup/settle.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "pickup/report.h"
#include "pickup/work.h"
#include "rules/retry.h"
#include "run/giveback.h"
#include "run/turnback.h"
#include "store/journal.h"

enum { SECOND = 1000 };

static bool put_back(struct work *work, enum turn_end end, int64_t due, struct err *err) {
    return turnback(work->site,
                    &(struct turnback){.runtime = &work->runtime,
                                       .run_id = work->run_id,
                                       .nonce = work->nonce,
                                       .end = end,
                                       .why = send_class_name(work->verdict.class),
                                       .due = due,
                                       .message_id = work->message_id},
                    NULL, err);
}

/* Busy again: silently, only its own retry time (SPEC section 10); who asks with -v is told. */
static bool wait_silently(struct work *work, struct err *err) {
    report_note(work->report, "%s: message %lld waits: %s: %s", work->key, (long long)work->message_id,
                send_class_name(work->verdict.class), work->verdict.detail);
    return put_back(work, TURN_WAITS, clock_now() + retry_busy_delay(work->message_attempts + 1), err);
}

/* It cannot be told whether it arrived, or it fails for good: a person decides, it is never resent unasked. */
static bool ask(struct work *work, enum turn_end end, struct err *err) {
    struct giveback give = {.ticket_id = work->ticket.id,
                            .run_id = work->run_id,
                            .runtime = &work->runtime,
                            .class = work->verdict.class,
                            .detail = work->verdict.detail,
                            .next = work->verdict.next,
                            .screen = work->verdict.screen};
    bool moved;

    /* The ticket first: cut short after it, healing still finds the message. */
    if (!giveback_ask(work->site, &give, &moved, err) || !put_back(work, end, 0, err))
        return false;
    report_warn(work->report, "%s: message %lld: %s: %s; the ticket waits for you: %s", work->key,
                (long long)work->message_id, send_class_name(work->verdict.class), work->verdict.detail,
                work_advice(work));
    return true;
}

/* Nobody has failed; said once a message, and in the story. */
static bool tell_pause(struct work *work, struct err *err) {
    char *body;
    bool ok;

    if (work->message_class == CLASS_PAUSED)
        return true;
    body = xasprintf("message %lld waits: %s", (long long)work->message_id, work->verdict.detail);
    report_warn(work->report, "%s: %s; nothing to do: it goes then", work->key, body);
    ok = journal_add(work->site->board,
                     &(struct journal_row){.ticket_id = work->ticket.id,
                                           .run_id = work->run_id,
                                           .author = "mc-pickup",
                                           .kind = "paused",
                                           .body = body,
                                           .now = clock_now()},
                     err);
    free(body);
    return ok;
}

static bool try_later(struct work *work, struct err *err) {
    const struct config *config = &work->site->config;
    const struct class_rule *rule = class_rule(work->verdict.class);
    int attempts = work->message_attempts + 1;
    int64_t due;
    int64_t wait =
        retry_delay(attempts, config->retry.backoff_s * SECOND, config->retry.backoff_max_s * SECOND, random_number());

    if (rule->blame == BLAME_TICKET && attempts >= config->retry.max_attempts)
        return ask(work, TURN_FAILED, err);
    if (work->verdict.pause_ms > 0)
        wait = work->verdict.pause_ms;
    due = clock_now() + wait;
    if (!put_back(work, TURN_WAITS, due, err))
        return false;
    if (class_is_world(work->verdict.class))
        return settle_world(work, due, err);
    if (work->verdict.class == CLASS_PAUSED)
        return tell_pause(work, err);
    if (attempts == 1)
        report_warn(work->report, "%s: message %lld: %s: %s; it is tried again; %s", work->key,
                    (long long)work->message_id, rule->name, work->verdict.detail, work_advice(work));
    return true;
}

/* Nobody has failed: the message waits, and that is said once a run. */
static bool wait_out_of_reach(struct work *work, struct err *err) {
    struct board *board = work->site->board;
    const struct class_rule *rule = class_rule(work->verdict.class);
    bool said;

    if (!wait_silently(work, err) ||
        !journal_said(
            board, &(struct journal_look){.ticket_id = work->ticket.id, .run_id = work->run_id, .kind = "out_of_reach"},
            &said, err) ||
        said)
        return !err->text;
    report_warn(work->report, "%s: message %lld waits: %s: %s; %s", work->key, (long long)work->message_id, rule->name,
                work->verdict.detail, work_advice(work));
    return journal_add(board,
                       &(struct journal_row){.ticket_id = work->ticket.id,
                                             .run_id = work->run_id,
                                             .author = "mc-pickup",
                                             .kind = "out_of_reach",
                                             .body = work->verdict.detail,
                                             .now = clock_now()},
                       err);
}

/* Nobody has failed here, either: said once a message. */
static bool wait_for_visitor(struct work *work, struct err *err) {
    const struct class_rule *rule = class_rule(work->verdict.class);

    if (!wait_silently(work, err))
        return false;
    if (work->message_class != CLASS_COPY_MODE)
        report_warn(work->report, "%s: message %lld waits: %s: %s; %s", work->key, (long long)work->message_id,
                    rule->name, work->verdict.detail, rule->next_action);
    return true;
}

static bool settle_unknown(struct work *work, struct err *err) {
    if (settle_resolved(work))
        return settle_sent(work, err);
    return ask(work, TURN_UNTOLD, err);
}

/* The ticket is nobody's at this moment but the person's who has more to say, which waits; said once for each reason.
 */
static bool wait_at_rest(struct work *work, struct err *err) {
    const struct class_rule *rule = class_rule(work->verdict.class);

    if (!wait_silently(work, err))
        return false;
    if (work->verdict.class != CLASS_BUSY && work->message_class != (int)work->verdict.class)
        report_warn(work->report, "%s: message %lld waits: %s: %s; %s", work->key, (long long)work->message_id,
                    rule->name, work->verdict.detail, work_advice(work));
    return true;
}

bool settle_later(struct work *work, struct err *err) {
    const struct class_rule *rule = class_rule(work->verdict.class);

    if (work->verdict.class == CLASS_WORKER_DIED)
        return settle_failed(work, err);
    if (work->verdict.class == CLASS_OUT_OF_REACH)
        return wait_out_of_reach(work, err);
    if (work->verdict.class == CLASS_COPY_MODE)
        return wait_for_visitor(work, err);
    if (work->verdict.class == CLASS_STARTING)
        return wait_silently(work, err);
    if (work->ticket.status == TICKET_IN_REVIEW && !work->taken && !class_is_world(work->verdict.class))
        return wait_at_rest(work, err);
    switch (rule->move) {
    case MOVE_KEEP:
        return settle_sent(work, err);
    case MOVE_ADOPT:
        return wait_silently(work, err);
    case MOVE_NEEDS_INPUT:
        return settle_asking(work, err);
    case MOVE_RESOLVE:
        return settle_unknown(work, err);
    case MOVE_TODO:
    case MOVE_TODO_AFTER_PAUSE:
        return try_later(work, err);
    }
    return err_set(err, MC_SOFTWARE, "%s: class %s has no move", work->key, rule->name);
}
