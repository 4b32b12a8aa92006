#ifndef MC_SETTLING_H
#define MC_SETTLING_H

/* The board, lib/run and an endpoint, as far as the end of a turn asks them (samples_settling.c): what is asked for is
 * told, and answered by the words of the line. Linked with --wrap of what is asked. */
#include "asked.h"

#include "base/clock.h"
#include "base/random.h"
#include "host/http.h"
#include "host/http_wire.h"
#include "pickup/turn.h"
#include "pickup/work.h"
#include "rules/adopt.h"
#include "rules/answer.h"
#include "rules/turn_end.h"
#include "run/giveback.h"
#include "run/marker.h"
#include "run/notify.h"
#include "run/takeover.h"
#include "run/turnback.h"
#include "store/breakers.h"
#include "store/journal.h"
#include "store/queue.h"
#include "store/runtimes.h"

int64_t __wrap_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void) {
    return seen.now;
}

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void) {
    return INT64_C(1779942000000) + seen.now;
}

void __wrap_clock_sleep(int64_t ms);
void __wrap_clock_sleep(int64_t ms) {
    text_addf(&seen.out, "sleeps %lld\n", (long long)ms);
    seen.now += ms;
}

uint32_t __wrap_random_number(void);
uint32_t __wrap_random_number(void) {
    return 250;
}

void __real_xwipe(void *bytes, size_t n);
void __wrap_xwipe(void *bytes, size_t n);
void __wrap_xwipe(void *bytes, size_t n) {
    text_addf(&seen.out, "wipes %zu\n", n);
    __real_xwipe(bytes, n);
}

bool __wrap_messages_settle(struct board *board, const struct message_settle *settle, int *changed, struct err *err);
bool __wrap_messages_settle(struct board *board, const struct message_settle *settle, int *changed, struct err *err) {
    (void)board, (void)changed;
    ASK("messages", "%s %s %s at %lld", settle->run_id, settle->nonce, message_status_name(settle->to),
        (long long)settle->now);
    return true;
}

bool __wrap_breakers_prove(struct board *board, const struct breakers_proof *proof, struct err *err);
bool __wrap_breakers_prove(struct board *board, const struct breakers_proof *proof, struct err *err) {
    (void)board;
    ASK("proof", "%s %s%s%s", sample_word(proof->profile), sample_word(proof->workspace),
        proof->endpoint ? " endpoint" : "", proof->turn ? " turn" : "");
    return true;
}

bool __wrap_queue_forget(struct board *board, int64_t ticket, struct err *err);
bool __wrap_queue_forget(struct board *board, int64_t ticket, struct err *err) {
    (void)board;
    ASK("forget", "%lld", (long long)ticket);
    return true;
}

static inline struct tally tally(void) {
    struct tally tally = {.world = cue_has("world"), .until = cue_number("until", 0), .thing = "profile:demo"};

    tally.breaker = (struct breaker){.openings = cue_has("open"), .open_until = cue_number("open", 0)};
    return tally;
}

bool __wrap_tally_count(struct site *site, const struct failure *failure, struct tally *done, struct err *err);
bool __wrap_tally_count(struct site *site, const struct failure *failure, struct tally *done, struct err *err) {
    bool repeated = done->repeated;

    (void)site;
    *done = tally();
    done->repeated = repeated;
    ASK("tally", "%s %lld %s [%s] [%s]%s%s", send_class_name(failure->class), (long long)failure->ticket,
        sample_word(failure->profile), sample_word(failure->detail), sample_word(failure->next),
        failure->own_place ? " own place" : "", repeated ? " repeated" : "");
    return true;
}

void __wrap_notify_flush(struct site *site);
void __wrap_notify_flush(struct site *site) {
    (void)site;
    text_add(&seen.out, "notify\n");
}

static inline char *given(const struct giveback *give) {
    return xasprintf(
        "%lld %s %s%s [%s] cause [%s] next [%s] death [%s] screen [%s]%s%s%s%s%s%s workspace %s pause %lld "
        "to %d outcome %d",
        (long long)give->ticket_id, give->run_id, give->runtime->run_id, give->agent_may_live ? " may live" : "",
        sample_word(give->detail), sample_word(give->cause), sample_word(give->next), sample_word(give->death),
        sample_word(give->screen), give->end_intended ? " intended" : "", give->uncounted ? " uncounted" : "",
        give->own_place ? " own place" : "", give->shared ? " shared" : "", give->early ? " early" : "",
        give->said ? " said" : "", sample_word(give->workspace), (long long)give->pause_ms, (int)give->to,
        (int)give->outcome);
}

bool __wrap_giveback(struct site *site, const struct giveback *give, struct giveback_done *done, struct err *err);
bool __wrap_giveback(struct site *site, const struct giveback *give, struct giveback_done *done, struct err *err) {
    char *told = given(give);
    bool ok;

    (void)site;
    *done = (struct giveback_done){.moved = !cue_has("stays"),
                                   .status = cue_has("blocked") ? TICKET_BLOCKED : TICKET_TODO,
                                   .due = cue_number("due", 0),
                                   .tally = tally()};
    done->tally.repeated = cue_has("repeated");
    ok = ask("giveback", told, err);
    free(told);
    return ok;
}

bool __wrap_giveback_ask(struct site *site, const struct giveback *give, bool *moved, struct err *err);
bool __wrap_giveback_ask(struct site *site, const struct giveback *give, bool *moved, struct err *err) {
    char *told = given(give);
    bool ok = ask("asks", told, err);

    (void)site;
    *moved = ok;
    free(told);
    return ok;
}

bool __wrap_turnback(struct site *site, const struct turnback *turn, bool *changed, struct err *err);
bool __wrap_turnback(struct site *site, const struct turnback *turn, bool *changed, struct err *err) {
    (void)site, (void)changed;
    ASK("turnback", "%s %s %s end %d, %s, due %lld, message %lld", turn->runtime->run_id, turn->run_id, turn->nonce,
        (int)turn->end, turn->why, (long long)turn->due, (long long)turn->message_id);
    return true;
}

bool __wrap_takeover(struct site *site, const struct takeover *take, struct takeover_done *done, struct err *err);
bool __wrap_takeover(struct site *site, const struct takeover *take, struct takeover_done *done, struct err *err) {
    (void)site;
    *done = (struct takeover_done){.verdict = (enum adopt_verdict)cue_number("verdict", 0), .pid = 43};
    ASK("takeover", "%s %lld %s %s path %d [%s] due %lld", take->session_key, (long long)take->ticket_id, take->run_id,
        take->nonce, (int)take->path, take->why, (long long)take->message_due);
    return true;
}

enum seen __wrap_marker_look(struct site *site, const struct runtime *runtime, const char *nonce, int64_t patience_ms);
enum seen __wrap_marker_look(struct site *site, const struct runtime *runtime, const char *nonce, int64_t patience_ms) {
    (void)site;
    text_addf(&seen.out, "marker: %s %s %lld\n", runtime->run_id, nonce, (long long)patience_ms);
    return cue_has("marker") ? SEEN_YES : SEEN_NO;
}

bool __wrap_turn_take(struct work *work, struct err *err);
bool __wrap_turn_take(struct work *work, struct err *err) {
    work->taken = true;
    return ask("take", "", err);
}

/* "post=409,200": the next each time, the last one from then on; "get=": of the question before. */
static inline int status_of(const char *which) {
    const char *word = cue_word(which);

    for (int i = 0; word && i < seen.posts && word[strcspn(word, ", ")] == ','; i++)
        word += strcspn(word, ",") + 1;
    return word ? (int)strtol(word, NULL, 10) : 200;
}

bool __wrap_http_exchange(const struct http_request *request, struct http_reply *reply, struct err *err);
bool __wrap_http_exchange(const struct http_request *request, struct http_reply *reply, struct err *err) {
    bool posts = strcmp(request->method, "POST") == 0;
    int status = status_of(posts ? "post" : "get");
    const char *body = cue_word(posts ? "said" : "tells");

    text_addf(&seen.out, "%s %s by %s, token %s, ca %s, %lld and %lld ms, %zu [%s]\n", request->method, request->url,
              request->program, sample_word(request->token), sample_word(request->ca_file),
              (long long)request->connect_timeout_ms, (long long)request->timeout_ms, request->body_len,
              sample_word(request->body));
    sample_list(&seen.out, "head", request->headers);
    seen.posts += posts;
    if (cue_has(posts ? "unmade" : "unasked"))
        return err_set(err, (enum mc_exit)cue_number(posts ? "unmade" : "unasked", 0), "no exchange");
    reply->transfer = (enum transfer)cue_number(posts ? "transfer" : "asked", TRANSFER_DONE);
    reply->status = reply->transfer == TRANSFER_DONE ? status : 0;
    reply->detail = xstrdup("as it went");
    reply->retry_after = xstrdup(cue_has("later") ? "120" : NULL);
    if (!cue_has("typeless"))
        reply->content_type = xstrdup("application/json");
    text_addn(&reply->body, body ? body : "{\"ok\":true}", body ? strcspn(body, " ") : 11);
    return true;
}

#endif
