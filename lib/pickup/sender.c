#include "pickup/sender.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/proc.h"
#include "pickup/deliver.h"
#include "pickup/report.h"
#include "pickup/settle.h"
#include "pickup/spooled.h"
#include "pickup/uprooted.h"
#include "pickup/work.h"
#include "rules/request.h"
#include "rules/sending.h"
#include "run/absent.h"
#include "run/resume.h"
#include "run/site.h"
#include "run/socket.h"
#include "store/board.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

/* One sending under way. */
struct sending_now {
    const struct sender *sender;
    struct sender_done *done;
    struct work work;
    struct report report;
    struct run run; /* as it was before */
    int64_t now;
};

void sender_done_release(struct sender_done *done) {
    free(done->say);
    *done = (struct sender_done){0};
}

struct json *sender_done_json(const struct site *site, const struct sender_done *done) {
    struct json *object = json_object();
    char key[KEY_SIZE];

    site_key(site, done->ticket, key);
    json_put_int(object, "schema", 1);
    json_put_string(object, "ticket", key);
    json_put_string(object, "from", ticket_status_name(done->from));
    json_put_string(object, "to", ticket_status_name(done->to));
    json_put_bool(object, "changed", true);
    json_put_string(object, "message", done->say);
    json_put_string(object, "run", done->run_id);
    json_put_string(object, "nonce", done->nonce);
    return object;
}

static bool read_done(const struct sender *sender, const char *answer, struct sender_done *done) {
    struct json *object = json_parse(answer, strlen(answer));
    const char *run = json_string(json_get(object, "run")), *nonce = json_string(json_get(object, "nonce"));
    const char *say = json_string(json_get(object, "message")), *key = json_string(json_get(object, "ticket"));
    int from = ticket_status_from(json_string(json_get(object, "from")));
    bool ok = run && key_run_ok(run) && nonce && key_nonce_ok(nonce) && say && key && from >= 0 &&
              key_parse(key, sender->site->config.ticket_prefix, &done->ticket) && done->ticket == sender->ticket;

    if (ok) {
        done->from = (enum ticket_status)from;
        done->to = TICKET_IN_PROGRESS;
        text_copy(done->run_id, sizeof done->run_id, run);
        text_copy(done->nonce, sizeof done->nonce, nonce);
        xreplace(&done->say, say);
    }
    json_free(object);
    return ok;
}

/* What a request id is bound to. */
static void name_act(const struct sender *sender, char act[REQUEST_ACT_SIZE]) {
    const char *const texts[] = {sender->text, NULL};

    request_act(act, &(struct request_for){"send", sender->ticket, texts});
}

/* *again: this request has acted, and this is what it came to. */
static bool look_back(const struct sender *sender, struct sender_done *done, bool *again, struct err *err) {
    struct request_first first = {0};
    char act[REQUEST_ACT_SIZE];
    bool ok = !sender->request || requests_begin(sender->site->board, sender->request, &first, err);

    name_act(sender, act);
    *again = ok && first.answer;
    if (*again && ((first.act && strcmp(first.act, act) != 0) || !read_done(sender, first.answer, done)))
        ok = request_refuse(sender->request, first.act, sender->site->config.ticket_prefix, err);
    request_first_release(&first);
    return ok;
}

static bool of_run(const struct work *work) {
    return runtime_active(&work->runtime) && text_same(work->ticket.run_id, work->runtime.run_id);
}

static enum sending judge(const struct work *work) {
    const struct runtime *runtime = &work->runtime;

    return sending_judge(&(struct sending_facts){.status = work->ticket.status,
                                                 .of_run = of_run(work),
                                                 .runtime = runtime->status,
                                                 .strangers_turn = !runtime->turn_nonce,
                                                 .process = proc_alive(&runtime->agent)});
}

static bool refuse(const struct work *work, enum sending sending, struct err *err) {
    enum mc_exit code = sending == SENDING_NOBODY ? MC_TEMPFAIL : MC_DATAERR;
    const struct sending_advice *advice = sending_advice(work->ticket.status);

    if (sending == SENDING_BUSY)
        return err_set(err, MC_TEMPFAIL,
                       "%s: busy: its agent has a turn under way; nothing was sent; --queue leaves it for when that is "
                       "over",
                       work->key);
    return err_set(err, code, "%s is %s, and no agent is there to hear it; mc-ticket %s %s %s", work->key,
                   ticket_status_name(work->ticket.status), advice->command, work->key, advice->does);
}

/* Its agent may have said its word where no board could hear it. */
static bool read_rows(struct work *work, const struct sender *sender, struct err *err) {
    struct board *board = work->site->board;
    char session_key[SESSION_KEY_SIZE];
    bool told;

    key_session_key(session_key, sender->ticket);
    if (!runtimes_get(board, session_key, &work->runtime, err) ||
        !spooled_take_of(work->site, &work->runtime, &told, err))
        return false;
    if (told)
        runtime_release(&work->runtime);
    return (!told || runtimes_get(board, session_key, &work->runtime, err)) &&
           tickets_find(board, sender->ticket, &work->ticket, err);
}

static bool look(struct work *work, const struct sender *sender, struct err *err) {
    enum sending sending;

    site_key(work->site, sender->ticket, work->key);
    if (!read_rows(work, sender, err))
        return false;
    if (!work->ticket.id)
        return absent_ticket(work->site, work->key, err);
    if (sender->own && work->ticket.status != TICKET_IN_PROGRESS)
        return err_set(err, MC_NOPERM, "%s waits for a person, and its own agent is none", work->key);
    sending = judge(work);
    if (sending == SENDING_GO && uprooted(&work->runtime))
        return err_set(err, MC_TEMPFAIL,
                       "%s: the folder of its agent, %s, was removed; nothing was sent; --queue leaves it for the next "
                       "run, which mc-pickup starts",
                       work->key, work->runtime.cwd);
    return sending == SENDING_GO || refuse(work, sending, err);
}

/* Is all as it was when its agent was looked at? */
static bool same_as_seen(struct work *work, struct err *err) {
    struct ticket ticket = {0};
    struct runtime runtime = {0};
    bool ok = tickets_get(work->site->board, work->ticket.id, &ticket, err) &&
              runtimes_get(work->site->board, work->runtime.session_key, &runtime, err);
    bool same = ok && ticket.status == work->ticket.status && text_same(ticket.run_id, work->run_id) &&
                runtime.status == work->runtime.status && text_same(runtime.run_id, work->run_id) &&
                (runtime.status == RUNTIME_IDLE || !runtime.turn_nonce);

    ticket_release(&ticket);
    runtime_release(&runtime);
    if (ok && !same)
        work_stop(work, CLASS_BUSY, "another was first");
    return same;
}

static bool record_request(const struct sending_now *now, struct err *err) {
    const struct sender *sender = now->sender;
    struct json *object;
    struct text answer = {0};
    char act[REQUEST_ACT_SIZE];
    bool ok;

    if (!sender->request)
        return true;
    name_act(sender, act);
    object = sender_done_json(sender->site, now->done);
    json_print(object, &answer);
    ok = requests_end(
        sender->site->board,
        &(struct request_answer){.id = sender->request, .act = act, .answer = text_str(&answer), .now = now->now}, err);
    json_free(object);
    text_release(&answer);
    return ok;
}

/* Of two with one request id the second finds the first's here. */
static bool first_of_request(struct work *work, struct err *err) {
    const struct sending_now *now = work->context;
    struct request_first first = {0};
    bool ok = !now->sender->request || requests_begin(work->site->board, now->sender->request, &first, err);
    bool none = ok && !first.answer;

    if (ok && first.answer)
        work_stop(work, CLASS_BUSY, "the same request id is acting at this moment");
    request_first_release(&first);
    return none;
}

/* Inside the transaction that takes the turn. */
static bool begin(struct work *work, struct err *err) {
    struct sending_now *now = work->context;
    const struct sender *sender = now->sender;
    const struct message_new message = {.ticket_id = work->ticket.id,
                                        .author = sender->own ? MESSAGE_AGENT : sender->by,
                                        .body = sender->text,
                                        .now = now->now};
    const struct resume again = {.ticket = &work->ticket, .by = sender->by, .why = "send", .now = now->now};

    return first_of_request(work, err) && same_as_seen(work, err) &&
           runs_get(sender->site->board, work->run_id, &now->run, err) &&
           messages_add(sender->site->board, &message, &work->message_id, err) &&
           (sender->own || resume(sender->site, &again, err)) && record_request(now, err);
}

static void name_work(struct sending_now *now) {
    struct work *work = &now->work;

    work->report = &now->report;
    deliver_name(work, now->now);
    work->message_class = -1;
    work->spoken = true;
    work->begin = begin;
    work->context = now;
}

static void name_done(struct sending_now *now) {
    struct sender_done *done = now->done;
    const struct work *work = &now->work;

    done->ticket = work->ticket.id;
    done->from = work->ticket.status;
    done->to = TICKET_IN_PROGRESS;
    text_copy(done->run_id, sizeof done->run_id, work->run_id);
    text_copy(done->nonce, sizeof done->nonce, work->nonce);
    free(done->say);
    done->say = done->from == done->to ? xasprintf("%s in_progress: turn %s", work->key, work->nonce)
                                       : xasprintf("%s %s -> in_progress: turn %s", work->key,
                                                   ticket_status_name(done->from), work->nonce);
}

/* The ticket is where it was, and its run as over as it was. */
static bool move_back(struct sending_now *now, struct err *err) {
    struct board *board = now->sender->site->board;
    const struct ticket *ticket = &now->work.ticket;
    int outcome = run_outcome_from(now->run.outcome);
    bool changed;
    char *body;
    bool ok;

    if (ticket->status == TICKET_IN_PROGRESS)
        return true;
    body = xasprintf("in_progress -> %s (send: %s: %s)", ticket_status_name(ticket->status),
                     send_class_name(now->work.verdict.class), now->work.verdict.detail);
    ok = tickets_move(board,
                      &(struct ticket_move){.id = ticket->id,
                                            .from = TICKET_IN_PROGRESS,
                                            .to = ticket->status,
                                            .run_id = now->work.run_id,
                                            .failure_reason = ticket->failure_reason,
                                            .attempts = -1,
                                            .now = clock_now()},
                      &changed, err) &&
         (!changed || outcome < 0 ||
          runs_settle(board,
                      &(struct run_settle){.run_id = now->work.run_id,
                                           .outcome = (enum run_outcome)outcome,
                                           .class = now->run.class,
                                           .detail = now->run.detail,
                                           .end = now->run.ended_at != 0,
                                           .now = now->run.ended_at},
                      NULL, err)) &&
         (!changed || journal_add(board,
                                  &(struct journal_row){.ticket_id = ticket->id,
                                                        .run_id = now->work.run_id,
                                                        .author = now->sender->by,
                                                        .kind = "moved",
                                                        .body = body,
                                                        .now = clock_now()},
                                  err));
    free(body);
    return ok;
}

static bool write_back(struct sending_now *now, struct err *err) {
    struct board *board = now->sender->site->board;
    const struct work *work = &now->work;
    const char *class = send_class_name(work->verdict.class);
    const struct runtime_change change = {.session_key = work->runtime.session_key,
                                          .run_id = work->run_id,
                                          .nonce = work->nonce,
                                          .to = RUNTIME_IDLE,
                                          .now = clock_now()};
    const struct message_settle settle = {
        .run_id = work->run_id, .nonce = work->nonce, .to = MESSAGE_PENDING, .error = class, .now = change.now};
    const struct effect_write effect = {
        .run_id = work->run_id, .kind = EFFECT_SEND, .state = EFFECT_FAILED, .detail = class, .now = change.now};

    return runtimes_return_turn(board, &change, NULL, err) && messages_settle(board, &settle, NULL, err) &&
           messages_drop(board, work->message_id, err) && effects_result(board, &effect, NULL, err) &&
           move_back(now, err) && (!now->sender->request || requests_drop(board, now->sender->request, err));
}

/* Provably not delivered: as if nothing had been asked for; whoever asked is told. */
static bool take_back(struct sending_now *now, struct err *err) {
    struct board *board = now->sender->site->board;
    bool ok = board_begin(board, err) && write_back(now, err) && board_commit(board, err);

    board_rollback(board);
    return ok;
}

static bool say_unsent(struct work *work, struct err *err) {
    const struct class_rule *rule = class_rule(work->verdict.class);
    const char *detail = work->verdict.detail ? work->verdict.detail : rule->why;

    if (work->verdict.class == CLASS_PAUSED)
        return err_set(err, MC_TEMPFAIL, "%s: %s; nothing was sent; --queue leaves it for then", work->key, detail);
    if (work->verdict.class == CLASS_BUSY)
        return err_set(err, MC_TEMPFAIL, "%s: busy: %s; nothing was sent; --queue leaves it for when that is over",
                       work->key, detail);
    return err_set(err, (enum mc_exit)rule->exit, "%s: %s: %s; nothing was sent; %s", work->key, rule->name, detail,
                   work_advice(work));
}

/* It was lost with its agent, or it cannot be told: the rows say what has become of it. */
static bool say_untold(struct sending_now *now, struct err *err) {
    struct work *work = &now->work;
    const struct class_rule *rule = class_rule(work->verdict.class);
    struct message message = {0};
    struct ticket ticket = {0};
    bool sent = false;

    if (messages_get(work->site->board, work->message_id, &message, err) &&
        tickets_get(work->site->board, work->ticket.id, &ticket, err)) {
        sent = message.status == MESSAGE_SENT;
        if (!sent)
            err_set(err, (enum mc_exit)rule->exit, "%s: %s: %s; the ticket is %s, message %lld is %s; %s", work->key,
                    rule->name, work->verdict.detail, ticket_status_name(ticket.status), (long long)work->message_id,
                    message_status_name(message.status), work_advice(work));
    }
    message_release(&message);
    ticket_release(&ticket);
    return sent;
}

static bool settle(struct sending_now *now, struct err *err) {
    struct work *work = &now->work;
    const struct class_rule *rule = class_rule(work->verdict.class);

    if (rule->delivered == DELIVERED_YES)
        return settle_sent(work, err);
    if (!work->taken)
        return say_unsent(work, err);
    if (rule->delivered == DELIVERED_NO && work->verdict.class != CLASS_WORKER_DIED)
        return take_back(now, err) && say_unsent(work, err);
    return settle_later(work, err) && say_untold(now, err);
}

static bool go(struct sending_now *now, struct err *err) {
    const struct sender *sender = now->sender;
    struct work *work = &now->work;

    if (!look(work, sender, err) || !site_know_self(sender->site, err) ||
        (sender->site->config.send.transport == TRANSPORT_TMUX && !socket_tmux(sender->site, err)))
        return false;
    name_work(now);
    name_done(now);
    if (!deliver_turn(work, err) && err->text)
        return false;
    return settle(now, err);
}

bool sender_send(const struct sender *sender, struct sender_done *done, struct err *err) {
    struct sending_now now = {.sender = sender, .done = done, .work = {.site = sender->site}, .now = clock_now()};
    bool again, ok;

    *done = (struct sender_done){0};
    if (!look_back(sender, done, &again, err) || again)
        return again && !err->text;
    report_init(&now.report);
    ok = go(&now, err);
    report_release(&now.report);
    run_release(&now.run);
    work_release(&now.work);
    return ok;
}
