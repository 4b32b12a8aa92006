#include "pickup/settle.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "pickup/endpoint.h"
#include "pickup/report.h"
#include "pickup/work.h"
#include "rules/adopt.h"
#include "rules/retry.h"
#include "run/giveback.h"
#include "run/marker.h"
#include "run/notify.h"
#include "run/takeover.h"
#include "run/tally.h"
#include "run/turnback.h"
#include "store/breakers.h"
#include "store/journal.h"
#include "store/queue.h"
#include "store/runtimes.h"

/* An answer was lost on its way while the endpoint may still be typing: so long is the screen watched. */
enum { RESOLVE_MS = 3000 };

static void conclude(struct work *work, enum outcome outcome, const char *reason, int exit) {
    struct report *report = work->report;

    if (!work->first) { /* the report is about the ticket that was claimed */
        report_delivered(report, work->key, send_class_name(work->verdict.class));
        return;
    }
    report->outcome = outcome;
    report->exit = exit;
    text_copy(report->reason, sizeof report->reason, reason);
    work_report(work);
}

/* What the turn went through works, and the ticket's row of failures of the world is over. */
static bool prove(struct work *work, struct err *err) {
    struct breakers_proof proof = {.profile = work->runtime.profile,
                                   .workspace = work->first && work->workspace ? work->workspace->name : NULL,
                                   .endpoint = work->site->config.send.transport == TRANSPORT_HTTP};

    return breakers_prove(work->site->board, &proof, err) &&
           (!work->ticket.world_failures || queue_forget(work->site->board, work->ticket.id, err));
}

/* The turn was taken: messages, the effect, one activity row. */
static bool record_sent(struct work *work, struct err *err) {
    struct board *board = work->site->board;
    int64_t now = clock_now();
    const char *class = send_class_name(work->verdict.class);
    char *body = xasprintf("turn %s %s%s%s", work->nonce, class, work->verdict.detail ? ": " : "",
                           work->verdict.detail ? work->verdict.detail : "");
    bool ok = board_begin(board, err) &&
              messages_settle(board,
                              &(struct message_settle){
                                  .run_id = work->run_id, .nonce = work->nonce, .to = MESSAGE_SENT, .now = now},
                              NULL, err) &&
              effects_result(
                  board,
                  &(struct effect_write){
                      .run_id = work->run_id, .kind = EFFECT_SEND, .state = EFFECT_DONE, .detail = class, .now = now},
                  NULL, err) &&
              journal_add(board,
                          &(struct journal_row){.ticket_id = work->ticket.id,
                                                .run_id = work->run_id,
                                                .author = "mc-pickup",
                                                .kind = "sent",
                                                .body = body,
                                                .now = now},
                          err) &&
              prove(work, err) && board_commit(board, err);

    board_rollback(board);
    free(body);
    return ok;
}

bool settle_sent(struct work *work, struct err *err) {
    if (!record_sent(work, err))
        return false;
    conclude(work, OUTCOME_DISPATCHED, "", MC_OK);
    return true;
}

/* NULL: what its class says. */
static const char *cause_of(const struct work *work) {
    return work->verdict.class == CLASS_WORKER_DIED && !work->first
               ? "the agent ended after an earlier turn, before it took this one"
               : NULL;
}

/* Perhaps its profile's fault: it died, or its prompt was never seen, before any turn. */
static bool is_early(const struct work *work) {
    return work->first &&
           (work->verdict.class == CLASS_WORKER_DIED ||
            (work->verdict.class == CLASS_STARTING && work->site->config.send.transport == TRANSPORT_TMUX));
}

static struct giveback giveback_of(const struct work *work) {
    return (struct giveback){
        .ticket_id = work->ticket.id,
        .run_id = work->run_id,
        .runtime = &work->runtime,
        .class = work->verdict.class,
        .detail = work->verdict.detail,
        .cause = cause_of(work),
        .next = work->verdict.next,
        .death = work->verdict.death,
        .screen = work->verdict.screen,
        .agent_may_live = work->spawned,
        .own_place = work->verdict.own_place,
        .workspace = work->workspace ? work->workspace->name : NULL,
        .shared = work->verdict.shared,
        .uncounted = work->verdict.waits != NULL,
        .early = is_early(work),
        .said = work->verdict.said,
        .pause_ms = work->verdict.pause_ms,
        .to = work->verdict.class == CLASS_WORKER_DIED ? RUNTIME_DEAD : RUNTIME_CLOSED,
        .outcome = RUN_FAILED,
    };
}

/* Of a first turn it is the report's line. */
static void say(struct work *work, const char *line, bool silent) {
    if (work->first)
        report_fail(work->report, "%s", line);
    else if (!silent)
        report_warn(work->report, "%s", line);
    if (work->first && silent)
        report_hush(work->report);
}

struct telling {
    const char *where; /* the ticket, or its message, is now */
    int64_t due;       /* 0: it is not tried again by itself */
    const struct tally *tally;
};

static void write_next_try(struct text *line, const struct telling *telling) {
    const struct breaker *breaker = &telling->tally->breaker;
    char stamp[CLOCK_STAMP];

    if (!telling->due)
        return;
    clock_zoned(breaker->openings && breaker->open_until > telling->due ? breaker->open_until : telling->due, stamp);
    text_addf(line, ", next try %s", stamp);
}

static const char *reason_of(const struct work *work) {
    return work->verdict.waits ? work->verdict.waits : class_rule(work->verdict.class)->name;
}

/* One line an event: what failed, where the ticket is, what waits for it, what to do. */
static void say_failure(struct work *work, const struct telling *telling) {
    const struct class_rule *rule = class_rule(work->verdict.class);
    const char *detail = work->verdict.detail ? work->verdict.detail : rule->why;
    bool waits = work->verdict.waits != NULL; /* what is wrong was said of the slot itself */
    bool silent = ((waits || !tally_is_news(telling->tally)) && !work->asked) || work->verdict.said;
    struct text line = {0};

    text_addf(&line, "%s: %s: %s; %s", work->key, reason_of(work), detail, telling->where);
    write_next_try(&line, telling);
    tally_words(telling->tally, &line);
    text_addf(&line, "; %s", work_advice(work));
    say(work, text_str(&line), silent);
    text_release(&line);
}

bool settle_world(struct work *work, int64_t due, struct err *err) {
    struct board *board = work->site->board;
    const struct failure failure = {.class = work->verdict.class,
                                    .ticket = work->ticket.id,
                                    .profile = work->runtime.profile,
                                    .detail = work->verdict.detail,
                                    .next = work->verdict.next,
                                    .own_place = work->verdict.own_place};
    struct tally tally = {.repeated = work->message_attempts > 0};
    bool ok = board_begin(board, err) && tally_count(work->site, &failure, &tally, err) && board_commit(board, err);

    board_rollback(board);
    if (!ok)
        return false;
    notify_flush(work->site);
    say_failure(work, &(struct telling){.where = "its message waits", .due = due, .tally = &tally});
    return true;
}

bool settle_failed(struct work *work, struct err *err) {
    struct giveback give = giveback_of(work);
    struct giveback_done done = {0};
    const struct class_rule *rule = class_rule(work->verdict.class);
    int exit = work->verdict.waits ? MC_TEMPFAIL : rule->exit;
    char *where;

    if (!giveback(work->site, &give, &done, err)) {
        work_report(work);
        return err_wrap(err, "%s (%s)", work->key, rule->name);
    }
    if (!done.moved) { /* an operator or an agent's signal was first: nothing has failed that anybody waits for */
        conclude(work, OUTCOME_DEFERRED, "ticket_moved_on", MC_TEMPFAIL);
        where =
            xasprintf("%s: %s, and the ticket is %s by now", work->key, rule->name, ticket_status_name(done.status));
        report_note(work->report, "%s", where);
        say(work, where, true);
        free(where);
        return true;
    }
    conclude(work,
             done.status == TICKET_BLOCKED ? OUTCOME_BLOCKED
             : exit == MC_TEMPFAIL         ? OUTCOME_DEFERRED
                                           : OUTCOME_FAILED,
             reason_of(work), exit);
    where = xasprintf("the ticket is %s", ticket_status_name(done.status));
    say_failure(work, &(struct telling){.where = where, .due = done.due, .tally = &done.tally});
    free(where);
    return true;
}

static bool give_turn_back(struct work *work, enum turn_end end, struct err *err) {
    return turnback(work->site,
                    &(struct turnback){.runtime = &work->runtime,
                                       .run_id = work->run_id,
                                       .nonce = work->nonce,
                                       .end = end,
                                       .why = send_class_name(work->verdict.class)},
                    NULL, err);
}

/* A person is needed: the agent stays as it is, its message too. */
bool settle_asking(struct work *work, struct err *err) {
    struct giveback give = giveback_of(work);
    const struct class_rule *rule = class_rule(work->verdict.class);
    bool moved;
    char *line;
    bool ok;

    if (!giveback_ask(work->site, &give, &moved, err))
        return false;
    ok = give_turn_back(work, work->argv_turn ? TURN_CARRIED : TURN_NOT_TAKEN, err);
    conclude(work, OUTCOME_DEFERRED, rule->name, rule->exit);
    line = xasprintf("%s: %s: %s; %s", work->key, rule->name, work->verdict.detail, work_advice(work));
    say(work, line, false);
    free(line);
    return ok;
}

/* What declining does to the rows: a ticket that went on by itself keeps its run and its agent, as whoever moved it
 * left them; where nothing could be confirmed nothing is touched; else the ticket goes back. */
static bool decline(struct work *work, enum adopt_verdict verdict, const char *detail, struct err *err) {
    struct giveback give = giveback_of(work);
    struct giveback_done done = {0};

    if (verdict == ADOPT_UNCONFIRMED)
        return true;
    if (verdict == ADOPT_TICKET_MOVED_ON || verdict == ADOPT_TICKET_NEEDS_INPUT)
        return give_turn_back(work, TURN_NOT_TAKEN, err); /* whatever has become of the ticket */
    give.detail = detail;
    return giveback(work->site, &give, &done, err);
}

static const char *next_of(struct work *work, enum adopt_verdict verdict) {
    if (verdict == ADOPT_TICKET_MOVED_ON || verdict == ADOPT_TICKET_NEEDS_INPUT)
        return "the ticket stays where it is, and there is nothing to do";
    return work_advice(work);
}

static bool settle_declined(struct work *work, enum adopt_verdict verdict, struct err *err) {
    char *detail =
        xasprintf("%s; adoption declined: %s (%s)", work->verdict.detail, adopt_name(verdict), adopt_words(verdict));
    bool ok = decline(work, verdict, detail, err);
    char *line;

    if (ok) {
        conclude(work, OUTCOME_DEFERRED, adopt_name(verdict), MC_TEMPFAIL);
        line = xasprintf("%s: %s; %s", work->key, detail, next_of(work, verdict));
        say(work, line, false);
        free(line);
    }
    free(detail);
    return ok;
}

static bool settle_busy(struct work *work, struct err *err) {
    struct takeover_done done = {0};
    char *why = xasprintf("send %s", work->verdict.detail);
    bool ok = takeover(work->site,
                       &(struct takeover){
                           .session_key = work->runtime.session_key,
                           .ticket_id = work->ticket.id,
                           .run_id = work->run_id,
                           .nonce = work->nonce,
                           .path = ADOPT_SEND,
                           .why = why,
                           .message_due = clock_now() + retry_busy_delay(1),
                       },
                       &done, err);

    free(why);
    if (!ok)
        return false;
    if (!adopt_granted(done.verdict))
        return settle_declined(work, done.verdict, err);
    work->runtime.agent.pid = done.pid;
    conclude(work, OUTCOME_ADOPTED, "busy", MC_OK);
    report_note(work->report, "%s: send %s; adopted pid %lld", work->key, work->verdict.detail, (long long)done.pid);
    return true;
}

/* The same key once more; an answer other than success says nothing about the first request. */
static bool repeated_as_sent(struct work *work) {
    struct verdict first = work->verdict;
    char *both;

    work->verdict.detail = NULL;
    work->verdict.next = NULL;
    if (endpoint_repeat(work)) {
        both = xasprintf("%s; sent again with the same key: %s", first.detail, work->verdict.detail);
        free(first.detail);
        free(first.next);
        free(work->verdict.detail);
        work->verdict.detail = both;
        return true;
    }
    free(work->verdict.detail);
    free(work->verdict.next);
    work->verdict = first;
    return false;
}

/* An unknown answer: found on the screen it was delivered; else the same key once more where that is safe. */
bool settle_resolved(struct work *work) {
    char *found;

    if (work->verdict.typed)
        return false;
    if (marker_look(work->site, &work->runtime, work->nonce, RESOLVE_MS) == SEEN_YES) {
        found = xasprintf("%s; its marker was found on the screen", work->verdict.detail);
        xreplace(&work->verdict.detail, found);
        free(found);
        return true;
    }
    if (work->site->config.send.transport != TRANSPORT_HTTP)
        return false;
    return repeated_as_sent(work);
}

bool settle_first(struct work *work, struct err *err) {
    switch (class_rule(work->verdict.class)->move) {
    case MOVE_KEEP:
        return settle_sent(work, err);
    case MOVE_ADOPT:
        return settle_busy(work, err);
    case MOVE_NEEDS_INPUT:
        return settle_asking(work, err);
    case MOVE_RESOLVE:
        if (settle_resolved(work))
            return settle_sent(work, err);
        return settle_failed(work, err);
    case MOVE_TODO:
    case MOVE_TODO_AFTER_PAUSE:
        return settle_failed(work, err);
    }
    return err_set(err, MC_SOFTWARE, "%s: class %d has no move", work->key, (int)work->verdict.class);
}
