/* A turn on its way into an agent's pane, as a film of what tmux shows: looks, waits, keys and the verdict, by a clock
 * that goes on only where something waits.
 *
 * The input: what is done (wait:MS, watch, type, resolve), words that say how things are, and the frames, each
 * WHEN:WHAT: so many milliseconds from the start, after p from the paste, after k from the first Enter. */
#include "samples.h"

#include "film.h"

#include "pickup/at_prompt.h"
#include "pickup/glance.h"
#include "pickup/report.h"
#include "pickup/resolve.h"
#include "pickup/state.h"
#include "pickup/turn.h"
#include "pickup/type.h"
#include "pickup/work.h"
#include "rules/profile.h"
#include "rules/turn_end.h"
#include "rules/world.h"
#include "run/giveback.h"
#include "run/turnback.h"
#include "store/runtimes.h"

static const struct builtin_profile demo = {.name = "demo",
                                            .command = {"demo"},
                                            .box = "^demo>.*(\n  .*)*",
                                            .ready = "^demo> *$",
                                            .busy = "^\\[working\\]",
                                            .dialog = "^\\[question\\]",
                                            .limit = "^(You've hit|Please log in)",
                                            .startup_timeout_s = 10};
static struct profile profile;

/* What healing asks of the board is answered here. */
bool __wrap_runs_set_pickup(struct board *board, const struct run_handover *handover, bool *changed, struct err *err);
bool __wrap_runs_set_pickup(struct board *board, const struct run_handover *handover, bool *changed, struct err *err) {
    (void)board, (void)err;
    film_note("held %lld -> %lld", (long long)handover->from->pid, (long long)handover->to->pid);
    *changed = !cue_has("lost");
    return true;
}

bool __wrap_turnback(struct site *site, const struct turnback *turn, bool *changed, struct err *err);
bool __wrap_turnback(struct site *site, const struct turnback *turn, bool *changed, struct err *err) {
    (void)site, (void)err;
    film_note("turn back: end %d, %s, of %s", (int)turn->end, turn->why, turn->nonce);
    *changed = true;
    return true;
}

bool __wrap_giveback_ask(struct site *site, const struct giveback *give, bool *moved, struct err *err);
bool __wrap_giveback_ask(struct site *site, const struct giveback *give, bool *moved, struct err *err) {
    (void)site, (void)err;
    film_note("asked: class %d, %s; next %s; screen %s", (int)give->class, give->detail, sample_word(give->next),
              sample_word(give->screen));
    *moved = !cue_has("moved");
    return true;
}

static struct work begin(struct site *site, struct report *report) {
    struct work work = {.site = site, .report = report, .profile = &profile, .key = "MC-1", .run_id = FILM_RUN};

    work.first = cue_has("first");
    work.spoken = cue_has("spoken");
    work.past_limit = cue_has("past");
    work.argv_turn = cue_has("carried");
    text_copy(work.nonce, sizeof work.nonce, FILM_NONCE);
    work.runtime = (struct runtime){.run_id = xstrdup(FILM_RUN),
                                    .pane_id = xstrdup("%1"),
                                    .tmux_target = xstrdup("mc-MC-1"),
                                    .agent = {.pid = FILM_PID, .start = 1, .boot = "boot"}};
    for (int i = 0; i < (cue_has("long") ? 4097 : 4096); i++)
        text_addc(&work.prompt, 'x');
    return work;
}

static void tell(struct text *out, const struct work *work, bool ok) {
    const struct verdict *verdict = &work->verdict;

    text_addf(out, "%s: class %s, %s; next %s%s; pause %lld\n", ok ? "yes" : "no", send_class_name(verdict->class),
              sample_word(verdict->detail), sample_word(verdict->next), verdict->typed ? "; typed" : "",
              (long long)verdict->pause_ms);
    text_addf(out, "token %s; death %s; screen %s\n", work->token, sample_word(verdict->death),
              sample_word(verdict->screen));
}

static bool type(struct work *work) {
    struct tmux_view before = {0};
    struct tmux_agent agent = glance_agent(work);
    bool ok;

    (void)tmux_view(&work->site->tmux, &agent, 0, &before);
    ok = type_text(work, &before);
    tmux_view_release(&before);
    return ok;
}

/* What a dead pickup has left: its message is `sending`. */
static void resolve(struct text *out) {
    struct pickup pickup = {.site.self = {.pid = 7, .boot = "boot"}};
    struct world_case one = {.ticket.id = 1,
                             .run.pickup.pid = 6,
                             .send_recorded = !cue_has("carried"),
                             .message = {.id = 1, .nonce = cue_has("nononce") ? NULL : xstrdup(FILM_NONCE)},
                             .runtime = {.session_key = xstrdup("ticket:1:session"),
                                         .run_id = xstrdup(FILM_RUN),
                                         .pane_id = xstrdup("%1"),
                                         .tmux_target = xstrdup("mc-MC-1"),
                                         .profile = xstrdup(cue_has("strange") ? "gone" : "demo"),
                                         .pane_log_path = cue_has("nolog") ? NULL : xstrdup("log"),
                                         .harvest_offset = cue_number("offset", 100),
                                         .tick_boot = "boot",
                                         .spawned_tick = film.now - cue_number("age", 60000),
                                         .agent = {.pid = FILM_PID, .start = 1, .boot = "boot"}}};
    char prefix[] = "MC";
    bool changed, ok;
    struct err err = {0};

    report_init(&pickup.report);
    pickup.site.config.ticket_prefix = prefix;
    pickup.site.config.profiles = &profile;
    pickup.site.config.profile_count = 1;
    pickup.site.config.send.transport = cue_has("http") ? TRANSPORT_HTTP : TRANSPORT_TMUX;
    ok = resolve_send(&pickup, &one, &changed, &err);
    film_end(out);
    text_addf(out, "%d changed %d\n%s", ok, changed, text_str(&pickup.report.warnings));
    report_release(&pickup.report);
    settings_list_release(&pickup.site.settings);
    runtime_release(&one.runtime);
    message_release(&one.message);
}

static void send(struct text *out) {
    struct site site = {.config.pause_s = 900, .self.boot = "boot", .tmux.timeout_ms = 10000};
    struct report report = {0};
    struct glance glance = {0};
    struct work work = begin(&site, &report);
    bool ok;

    if (cue_has("watch"))
        ok = turn_watch(&work);
    else if (cue_has("type"))
        ok = type(&work);
    else
        ok = at_prompt_wait(&work, cue_number("wait", 0), &glance);
    film_end(out);
    tell(out, &work, ok);
    glance_release(&glance);
    work_release(&work);
}

static void play(const char *bytes, size_t n, struct text *out) {
    film_begin(bytes, n);
    profile_from_builtin(&profile, &demo);
    profile.reports = cue_has("claude") ? REPORT_CLAUDE : cue_has("untold") ? REPORT_NONE : REPORT_DEMO;
    if (cue_has("mute"))
        xreplace(&profile.busy, "");
    if (cue_has("titled"))
        profile.busy_title = xstrdup("^work");
    if (cue_has("boxless"))
        xreplace(&profile.box, NULL);
    if (cue_has("resolve"))
        resolve(out);
    else
        send(out);
    profile_release(&profile);
}

int main(int argc, char **argv) {
    setenv("TZ", "UTC", 1);
    return samples(argc, argv, "typing", play);
}
