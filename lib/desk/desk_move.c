/* The operator's moves: promote, approve, reject, block, reopen, cancel, answer. */
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk.h"
#include "desk/desk_act.h"
#include "rules/classes.h"
#include "run/here.h"
#include "run/hosts.h"
#include "run/parked.h"
#include "run/resume.h"
#include "run/site.h"
#include "store/board.h"
#include "store/runtimes.h"
#include "store/tickets.h"

enum { UNSENT_MAX = 120 };

struct moving {
    const struct desk_order *order;
    struct desk_case one;
    enum ticket_status to;
    bool keep;   /* the run and its agent go on */
    bool parked; /* its agent was, and a new run goes on */
    bool anew;   /* blocked already, and a person holds it for another reason than that */
    bool ending; /* the runtime is to be ended after the transaction */
};

/* What its failures have blocked may be released when they turn out to be others' (run/tally.h); a hold is not. */
static bool holds_anew(const struct moving *moving) {
    const char *text = moving->order->text, *reason = moving->one.ticket.failure_reason;

    return moving->order->move == MOVE_BLOCK && (class_is_any_reason(reason) || (text && !text_same(text, reason)));
}

/* Where the board says the ticket may not go this way, or is there already. */
static bool judge(struct moving *moving, struct desk_result *result, bool *go, struct err *err) {
    const struct desk_case *one = &moving->one;
    enum move move = moving->order->move;

    *go = false;
    switch (move_judge(move, one->ticket.status)) {
    case MOVE_GO:
        *go = true;
        return true;
    case MOVE_ALREADY:
        *go = moving->anew = holds_anew(moving);
        if (*go)
            return true;
        result->ticket = one->ticket.id;
        result->from = result->to = one->ticket.status;
        result->say = xasprintf("%s is %s already", one->key, ticket_status_name(one->ticket.status));
        return true;
    case MOVE_REFUSED:
        break;
    }
    return err_set(err, MC_DATAERR, "%s is %s; %s goes from %s", one->key, ticket_status_name(one->ticket.status),
                   move_name(move), move_sources(move));
}

static bool decide(struct desk *desk, struct moving *moving, struct err *err) {
    const struct resume_whom whom = {&moving->one.ticket, &moving->one.runtime};
    enum move move = moving->order->move;

    if ((move == MOVE_ANSWER || move == MOVE_REJECT) &&
        (!resume_can(desk->site, &whom, &moving->keep, err) ||
         !parked_ask(desk->site->board, &moving->one.ticket, &moving->parked, err)))
        return false;
    moving->to = moving->keep ? TICKET_IN_PROGRESS : move_target(move);
    moving->ending = !moving->keep && moving->one.active;
    return true;
}

/* A person's release begins the count of attempts anew; a hold or an end leaves it to be read. */
static int attempts_after(const struct moving *moving) {
    return moving->to == TICKET_TODO ? 0 : -1;
}

/* Of a hold: never one that a failure has, for which it would be released. New string, or NULL. */
static char *hold_reason(const struct moving *moving) {
    const char *text = moving->order->text || !moving->anew ? moving->order->text : moving->one.ticket.failure_reason;

    if (moving->to != TICKET_BLOCKED || !text)
        return NULL;
    return xasprintf("%s%s", class_is_any_reason(text) ? "after " : "", text);
}

static bool write_move(struct desk *desk, const struct moving *moving, struct err *err) {
    const struct desk_case *one = &moving->one;
    const char *text = moving->order->text;
    char *reason = hold_reason(moving);
    struct ticket_move row = {.id = one->ticket.id,
                              .from = one->ticket.status,
                              .to = moving->to,
                              .run_id = one->ticket.run_id,
                              .failure_reason = reason,
                              .attempts = attempts_after(moving),
                              .clear_worker = !moving->keep,
                              .now = desk->now};
    bool ok = desk_move_row(desk, one, &row, err) && (!moving->keep || resume_run(desk->site, one->ticket.run_id, err));
    char *body;

    free(reason);
    if (!ok)
        return false;
    body = xasprintf("%s -> %s (%s)%s%s", ticket_status_name(row.from), ticket_status_name(row.to),
                     move_name(moving->order->move), text != NULL ? ": " : "", text != NULL ? text : "");
    ok = desk_note(desk, one, (struct journal_row){.kind = "moved", .body = body}, err);
    free(body);
    return ok;
}

static bool queue_note(struct desk *desk, const struct desk_order *order, struct err *err) {
    int64_t id;

    if (order->move != MOVE_REJECT && order->move != MOVE_ANSWER)
        return true;
    return messages_add(
        desk->site->board,
        &(struct message_new){.ticket_id = order->ticket, .author = desk->by, .body = order->text, .now = desk->now},
        &id, err);
}

/* Of a text that goes to the ticket's agent; the same words for the answer and the remark. */
static const char *tail_of_text(const struct moving *moving) {
    bool answer = moving->order->move == MOVE_ANSWER;

    if (moving->keep && class_is_reason(CLASS_AWAITING_HUMAN, moving->one.ticket.failure_reason))
        return ", the text goes to its agent when what that asks is answered in its own session (mc-ticket attach)";
    if (moving->keep)
        return answer ? ", the next mc-pickup hands the answer to its agent"
                      : ", the next mc-pickup hands the remark to its agent";
    if (moving->parked)
        return answer ? ", its agent was parked: a new run goes on from its work, with the answer"
                      : ", its agent was parked: a new run goes on from its work, with the remark";
    return answer ? ", the answer goes with its next run" : ", the remark goes with its next run";
}

/* New string. */
static char *tail(const struct desk *desk, const struct moving *moving) {
    const struct runtime *runtime = &moving->one.runtime;

    if (moving->order->move == MOVE_ANSWER || moving->order->move == MOVE_REJECT)
        return xstrdup(tail_of_text(moving));
    if (moving->ending && !site_here(desk->site, runtime->host))
        return xasprintf(", its agent is ended by the next mc-pickup of host %s", runtime->host);
    if (moving->ending && runtime->status == RUNTIME_SPAWNING && !runtime->agent.pid)
        return xstrdup(", its agent is not started any more");
    return xstrdup(moving->ending ? ", its agent is ended" : "");
}

/* A text that nobody reads now, as the end of the line that says so; "": there is none. New string. */
static bool say_unsent(struct desk *desk, const struct moving *moving, char **words, struct err *err) {
    struct message_list list = {0};
    struct text line = {0};
    const struct message *first = NULL;
    size_t more = 0;
    bool closed = moving->to == TICKET_DONE || moving->to == TICKET_CANCELLED;
    bool ok = !closed || messages_of_ticket(desk->site->board, moving->order->ticket, &list, err);

    for (size_t i = 0; i < list.count; i++) {
        const struct message *message = &list.items[i];

        if (message->status != MESSAGE_PENDING || message->kind != MESSAGE_NOTE || message->purpose != PURPOSE_PERSON ||
            text_same(message->author, MESSAGE_AGENT))
            continue;
        more += first != NULL;
        first = first ? first : message;
    }
    if (first) {
        text_add(&line, "; a text that waited for its agent was not sent: ");
        clean_line(&line, first->body, strlen(first->body), UNSENT_MAX);
    }
    if (more)
        text_addf(&line, " (and %zu more)", more);
    *words = text_take(&line);
    message_list_release(&list);
    return ok;
}

static bool move_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    struct moving *moving = subject;
    const struct desk_order *order = moving->order;
    char *unsent = NULL, *words, *end;
    bool go;

    if (!desk_case_read(desk, order->ticket, &moving->one, err) || !judge(moving, result, &go, err))
        return false;
    if (!go)
        return true;
    /* What waited is looked at first: with its run given up, what that has read would be told again to the next. */
    if (!decide(desk, moving, err) || !say_unsent(desk, moving, &unsent, err) ||
        (!moving->keep && !desk_release(desk, &moving->one, move_name(order->move), err)) ||
        !queue_note(desk, order, err) || !write_move(desk, moving, err)) {
        free(unsent);
        return false;
    }
    end = tail(desk, moving);
    words = xasprintf("%s%s", end, unsent);
    desk_moved(result, &moving->one, moving->to, words);
    free(words);
    free(end);
    free(unsent);
    return true;
}

bool desk_move(struct desk *desk, const struct desk_order *order, struct desk_result *result, struct err *err) {
    struct moving moving = {.order = order};
    const char *const texts[] = {order->text ? order->text : "", NULL};
    struct desk_deed deed = {.run = move_run,
                             .subject = &moving,
                             .what = {move_name(order->move), order->ticket, texts},
                             .reaches = 1U << move_target(order->move)};
    bool ok;

    if (order->move == MOVE_ANSWER || order->move == MOVE_REJECT)
        deed.reaches |= 1U << TICKET_IN_PROGRESS;
    ok = hosts_check(desk->site, err) && desk_transact(desk, &deed, result, err);
    if (ok && moving.ending)
        ok = desk_end(desk, &moving.one, move_name(order->move), err);
    desk_case_release(&moving.one);
    return ok;
}
