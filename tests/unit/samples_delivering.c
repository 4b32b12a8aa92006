/* The messages that are due, on their way to agents at rest: which breaker keeps one back, whose folder is gone, what
 * goes with the turn, and what is left to settle.
 *
 * The input: due=N messages, then how things are. */
#include "asked.h"

#include "base/clock.h"
#include "base/random.h"
#include "host/inside.h"
#include "host/proc.h"
#include "pickup/deliver.h"
#include "pickup/endpoint.h"
#include "pickup/settle.h"
#include "pickup/slots.h"
#include "pickup/state.h"
#include "pickup/turn.h"
#include "pickup/work.h"
#include "rules/profile.h"
#include "run/giveback.h"
#include "run/resume.h"
#include "store/breakers.h"
#include "store/tickets.h"

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void) {
    return INT64_C(1779942000000);
}

uint32_t __wrap_random_number(void);
uint32_t __wrap_random_number(void) {
    return 7;
}

bool __wrap_messages_next(struct board *board, const struct delivery_want *want, struct delivery *delivery,
                          struct err *err);
bool __wrap_messages_next(struct board *board, const struct delivery_want *want, struct delivery *delivery,
                          struct err *err) {
    const char *error = cue_word("last");

    (void)board;
    *delivery = (struct delivery){0};
    ASK("next", "%s %lld %lld", want->host, (long long)want->now, (long long)want->latest);
    if (seen.posts++ >= cue_number("due", 1))
        return true;
    delivery->message = (struct message){.id = 8 + seen.posts,
                                         .ticket_id = 1,
                                         .attempts = (int)cue_number("attempts", 0),
                                         .purpose = cue_has("go_on")    ? PURPOSE_GO_ON
                                                    : cue_has("person") ? PURPOSE_PERSON
                                                                        : PURPOSE_NUDGE,
                                         .error = error ? xstrndup(error, strcspn(error, " ")) : NULL};
    delivery->runtime = (struct runtime){.session_key = xstrdup("ticket:1:session"),
                                         .run_id = xstrdup(RUN),
                                         .profile = cue_has("strange")    ? xstrdup("other")
                                                    : cue_has("nameless") ? NULL
                                                                          : xstrdup("demo"),
                                         .cwd = cue_has("nowhere") ? NULL : xstrdup("/work"),
                                         .agent.pid = 42};
    return true;
}

bool __wrap_tickets_get(struct board *board, int64_t id, struct ticket *ticket, struct err *err);
bool __wrap_tickets_get(struct board *board, int64_t id, struct ticket *ticket, struct err *err) {
    (void)board;
    *ticket = (struct ticket){.id = id, .run_id = xstrdup(cue_has("moved") ? "2" : RUN)};
    ticket->status = cue_has("review") ? TICKET_IN_REVIEW : cue_has("blocked") ? TICKET_BLOCKED : TICKET_IN_PROGRESS;
    ASK("ticket", "%lld", (long long)id);
    return true;
}

bool __wrap_runtimes_get(struct board *board, const char *session_key, struct runtime *runtime, struct err *err);
bool __wrap_runtimes_get(struct board *board, const char *session_key, struct runtime *runtime, struct err *err) {
    (void)board;
    *runtime = (struct runtime){.status = cue_has("working") ? RUNTIME_RUNNING : RUNTIME_IDLE,
                                .run_id = xstrdup(cue_has("another") ? "2" : RUN)};
    return ask("row", session_key, err);
}

bool __wrap_runs_get(struct board *board, const char *run_id, struct run *run, struct err *err);
bool __wrap_runs_get(struct board *board, const char *run_id, struct run *run, struct err *err) {
    (void)board;
    run->branch = cue_has("branched") ? xstrdup("mc-1-fix") : NULL;
    return ask("run", run_id, err);
}

bool __wrap_effects_intend(struct board *board, const struct effect_write *intent, struct err *err);
bool __wrap_effects_intend(struct board *board, const struct effect_write *intent, struct err *err) {
    (void)board;
    ASK("intent", "%s %d [%s] at %lld", intent->run_id, (int)intent->kind, intent->detail, (long long)intent->now);
    return true;
}

bool __wrap_resume(struct site *site, const struct resume *resume, struct err *err);
bool __wrap_resume(struct site *site, const struct resume *resume, struct err *err) {
    (void)site;
    ASK("resume", "%lld %s [%s] at %lld", (long long)resume->ticket->id, resume->by, resume->why,
        (long long)resume->now);
    return true;
}

bool __wrap_breakers_any(struct board *board, bool *any, struct err *err);
bool __wrap_breakers_any(struct board *board, bool *any, struct err *err) {
    (void)board;
    *any = cue_has("broken") || cue_has("half");
    return ask("any", "", err);
}

static bool ask_need(const char *name, const struct breakers_need *need, struct err *err) {
    ASK(name, "%s %s%s %lld at %lld%s", sample_word(need->profile), sample_word(need->workspace),
        need->endpoint ? " endpoint" : "", (long long)need->ticket, (long long)need->now,
        need->spoken ? " spoken" : "");
    return true;
}

bool __wrap_breakers_wait(struct board *board, const struct breakers_need *need, struct breaker *open, struct err *err);
bool __wrap_breakers_wait(struct board *board, const struct breakers_need *need, struct breaker *open,
                          struct err *err) {
    (void)board;
    *open = (struct breaker){.open_until = cue_has("broken") ? 77 : 0};
    return ask_need("wait", need, err);
}

bool __wrap_breakers_try(struct board *board, const struct breakers_need *need, struct err *err);
bool __wrap_breakers_try(struct board *board, const struct breakers_need *need, struct err *err) {
    (void)board;
    return ask_need("try", need, err);
}

bool __wrap_breakers_put_off(struct board *board, int64_t message, int64_t until, struct err *err);
bool __wrap_breakers_put_off(struct board *board, int64_t message, int64_t until, struct err *err) {
    (void)board;
    ASK("put_off", "%lld until %lld", (long long)message, (long long)until);
    return true;
}

bool __wrap_site_named(struct site *site, struct err *err);
bool __wrap_site_named(struct site *site, struct err *err) {
    (void)site;
    return ask("named", "", err);
}

bool __wrap_site_tmux(struct site *site, struct err *err);
bool __wrap_site_tmux(struct site *site, struct err *err) {
    (void)site;
    return ask("tmux", "", err);
}

static bool send(const char *how, struct work *work, struct err *err) {
    text_addf(&seen.out, "%s: %s %s of %s, message %lld, class %d%s%s%s\n", how, work->key, work->nonce, work->run_id,
              (long long)work->message_id, work->message_class, work->past_limit ? " past limit" : "",
              work->spoken ? " spoken" : "", work->spawned ? " spawned" : "");
    text_addf(&seen.out, "%d attempts, in %s\n", work->message_attempts, work->run_dir);
    return work->begin(work, err);
}

bool __wrap_turn_paste(struct work *work, struct err *err);
bool __wrap_turn_paste(struct work *work, struct err *err) {
    return send("pastes", work, err);
}

bool __wrap_endpoint_send(struct work *work, struct err *err);
bool __wrap_endpoint_send(struct work *work, struct err *err) {
    return send("posts", work, err);
}

bool __wrap_settle_later(struct work *work, struct err *err);
bool __wrap_settle_later(struct work *work, struct err *err) {
    ASK("settle", "%s [%s] next [%s]", send_class_name(work->verdict.class), sample_word(work->verdict.detail),
        sample_word(work->verdict.next));
    return true;
}

bool __wrap_slots_step(struct pickup *pickup, struct err *err);
bool __wrap_slots_step(struct pickup *pickup, struct err *err) {
    (void)pickup;
    return ask("slots", "", err);
}

enum seen __wrap_proc_alive(const struct identity *identity);
enum seen __wrap_proc_alive(const struct identity *identity) {
    return identity->pid == 42 && !cue_has("dead") ? SEEN_YES : SEEN_NO;
}

bool __wrap_inside_removed(int64_t pid, const char *path);
bool __wrap_inside_removed(int64_t pid, const char *path) {
    text_addf(&seen.out, "removed? %lld %s\n", (long long)pid, path);
    return cue_has("uprooted");
}

bool __wrap_giveback(struct site *site, const struct giveback *give, struct giveback_done *done, struct err *err);
bool __wrap_giveback(struct site *site, const struct giveback *give, struct giveback_done *done, struct err *err) {
    (void)site;
    *done = (struct giveback_done){0};
    ASK("giveback", "%lld %s %s class %d [%s]%s%s%s to %d outcome %d", (long long)give->ticket_id, give->run_id,
        give->runtime->run_id, (int)give->class, give->detail, give->agent_may_live ? " may live" : "",
        give->end_intended ? " intended" : "", give->uncounted ? " uncounted" : "", (int)give->to, (int)give->outcome);
    return true;
}

static void play(const char *bytes, size_t n, struct text *out) {
    char prefix[] = "MC", host[] = "here", folder[] = "/state", name[] = "demo";
    struct profile profile = {.name = name};
    struct workspace workspace = {.name = name};
    struct pickup pickup = {.site = {.folder = folder,
                                     .config = {.ticket_prefix = prefix,
                                                .host = host,
                                                .profile = NULL,
                                                .profiles = &profile,
                                                .profile_count = 1,
                                                .workspaces = &workspace}}};
    struct err err = {0};
    bool ok;

    cue_begin(bytes, n);
    seen.times = seen.posts = 0;
    pickup.dry = pickup.site.look = cue_has("dry");
    pickup.no_agents = cue_has("nobody");
    pickup.site.config.workspace_count = cue_has("pools");
    pickup.site.config.retry.backoff_max_s = cue_number("backoff", 3600);
    pickup.site.config.send.transport = cue_has("http") ? TRANSPORT_HTTP : TRANSPORT_TMUX;
    report_init(&pickup.report);
    ok = deliver_step(&pickup, &err);
    if (cue_has("many")) {
        text_clear(&seen.out);
        text_addf(&seen.out, "%d looks\n", seen.posts);
    }
    text_addf(out, "%s%s: %s\n%s%s", text_str(&seen.out), ok ? "yes" : "no", sample_word(err.text),
              text_str(&pickup.report.warnings), text_str(&pickup.report.notes));
    report_plan_lines(&pickup.report, out);
    text_release(&seen.out);
    report_release(&pickup.report);
    settings_list_release(&pickup.site.settings);
    err_release(&err);
    cue_end();
}

int main(int argc, char **argv) {
    return samples(argc, argv, "delivering", play);
}
