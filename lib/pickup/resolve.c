#include "pickup/resolve.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "host/panelog_read.h"
#include "host/panelog_write.h"
#include "pickup/glance.h"
#include "pickup/state.h"
#include "pickup/type.h"
#include "pickup/work.h"
#include "rules/awake.h"
#include "rules/panelog.h"
#include "rules/profile.h"
#include "rules/screen.h"
#include "rules/screen_paste.h"
#include "rules/token.h"
#include "rules/trace.h"
#include "rules/trust.h"
#include "rules/world.h"
#include "run/giveback.h"
#include "run/reported.h"
#include "run/turnback.h"
#include "store/runtimes.h"

enum { HISTORY = 2000, SETTLE_MS = 500, TRIES = 3, SECOND = 1000 };

/* ASKING: its agent shows a dialog, with the prompt it was started with behind it. YOUNG: it may still show it. */
enum arrival { ARRIVED, TYPED, NEVER_PASTED, ASKING, YOUNG, CANNOT_TELL };

static void name_work(struct pickup *pickup, const struct world_case *one, struct work *work) {
    *work = (struct work){.site = &pickup->site, .report = &pickup->report};
    work->runtime = (struct runtime){.session_key = xstrdup(one->runtime.session_key),
                                     .ticket_id = one->ticket.id,
                                     .run_id = xstrdup(one->runtime.run_id),
                                     .tmux_target = xstrdup(one->runtime.tmux_target),
                                     .pane_id = xstrdup(one->runtime.pane_id),
                                     .pane_log_path = xstrdup(one->runtime.pane_log_path),
                                     .agent = one->runtime.agent,
                                     .status = one->runtime.status,
                                     .harvest_offset = one->runtime.harvest_offset,
                                     .spawned_at = one->runtime.spawned_at};
    work->ticket.id = one->ticket.id;
    site_key(&pickup->site, one->ticket.id, work->key);
    text_copy(work->run_id, sizeof work->run_id, one->runtime.run_id);
    text_copy(work->nonce, sizeof work->nonce, one->message.nonce ? one->message.nonce : "");
    work->profile = site_profile_of(&pickup->site, one->runtime.run_id, one->runtime.profile);
}

/* What the pane log gained since the turn was taken. */
struct gain {
    bool whole; /* nothing that the agent wrote since is missing: it is being written still, and was before the turn */
    bool any;
    bool paste; /* our marker, or the label that an agent shows for a long paste, in its beginning or the last of it */
};

/* A part of it, which is whole: is our paste in it? */
static bool read_part(const struct work *work, int64_t from, size_t max, struct gain *gain) {
    struct text raw = {0};
    struct text plain = {0};
    bool whole = panelog_part(&raw, work->runtime.pane_log_path, from, max);

    panelog_plain(&plain, text_str(&raw), raw.len);
    gain->paste = gain->paste || trace_last(text_str(&plain), work->nonce) != NULL;
    text_release(&raw);
    text_release(&plain);
    return whole;
}

static void read_gain(const struct work *work, const struct tmux_view *view, struct gain *gain) {
    const char *log = work->runtime.pane_log_path;
    int64_t offset = work->runtime.harvest_offset;
    int64_t gained = log && offset >= 0 ? files_size(log) - offset : -1;

    *gain = (struct gain){.whole = view->pipe && offset > 0 && gained >= 0, .any = gained > 0};
    if (gained <= 0)
        return;
    if (gained <= PANELOG_TURN + PANELOG_LAST) {
        gain->whole = read_part(work, offset, PANELOG_TURN + PANELOG_LAST, gain) && gain->whole;
        return;
    }
    /* What is always kept: in a longer log that is searched alone, so that every log says the same. */
    read_part(work, offset, PANELOG_TURN, gain);
    read_part(work, offset + gained - PANELOG_LAST, PANELOG_LAST, gain);
    gain->whole = false;
}

/* One look at the agent, with what has scrolled away, and whether anything came of it. */
struct seen_agent {
    struct glance glance;
    struct text history;
    bool changed;
};

static void seen_release(struct seen_agent *agent) {
    glance_release(&agent->glance);
    text_release(&agent->history);
}

/* The agent was at rest when the turn was taken. So a busy one that has written since works on it, and one that has
 * written nothing has been given nothing. Text in its input was typed and not taken; out of it, it was taken only where
 * its echo stands above. What the pane says of the paste goes before what is seen. */
static enum arrival judge(const struct work *work, const struct seen_agent *agent) {
    struct screen screen = tmux_view_screen(&agent->glance.view);
    enum seen in_input = screen_in_input(work->profile, &screen, work->nonce);
    enum seen echo = screen_echo(work->profile, text_str(&agent->history), work->nonce);
    enum token_word word = token_says(work->token, work->nonce);
    struct gain gain;

    if (word == TOKEN_UNPASTED)
        return NEVER_PASTED;
    read_gain(work, &agent->glance.view, &gain);
    if (agent->glance.state == SCREEN_BUSY)
        return gain.any || echo == SEEN_YES ? ARRIVED : CANNOT_TELL;
    if (in_input == SEEN_YES && (gain.paste || !gain.whole))
        return TYPED;
    /* An echo that shows only a label may be an older turn's: the log tells. */
    if (in_input == SEEN_NO && (echo == SEEN_YES || (echo == SEEN_UNKNOWN && gain.paste)))
        return ARRIVED;
    return word != TOKEN_PASTED && agent->glance.state == SCREEN_READY && gain.whole && !gain.any ? NEVER_PASTED
                                                                                                  : CANNOT_TELL;
}

/* The start itself has carried the prompt: nothing is typed, and an agent that lives has it only by proof. */
static enum arrival judge_carried(const struct work *work, const struct seen_agent *agent, bool young) {
    const struct glance *glance = &agent->glance;

    if (glance->state == SCREEN_BUSY ||
        (glance->state != SCREEN_DIALOG &&
         screen_echo(work->profile, text_str(&agent->history), work->nonce) == SEEN_YES))
        return ARRIVED;
    if (glance->state == SCREEN_DIALOG || glance->state == SCREEN_LIMIT)
        return ASKING;
    return young ? YOUNG : CANNOT_TELL;
}

static enum arrival look(struct work *work, const struct world_case *one, struct seen_agent *seen) {
    struct tmux_agent agent = site_agent(work->site, &work->runtime);
    const struct tick now = site_tick(work->site);
    int64_t age = awake_known(&one->runtime, now.boot) ? awake_between(one->runtime.spawned_tick, now.ms) : INT64_MAX;

    clock_sleep(SETTLE_MS); /* what was typed last is shown by now */
    if (reported_taken(work->site, work->run_id, work->nonce))
        return ARRIVED;
    if (!work->profile)
        return CANNOT_TELL;
    glance_take(work, &seen->glance);
    if (seen->glance.seen != SEEN_YES || glance_left(&seen->glance) ||
        !tmux_capture(&work->site->tmux, &agent, HISTORY, &seen->history))
        return CANNOT_TELL;
    return one->send_recorded ? judge(work, seen)
                              : judge_carried(work, seen, age < work->profile->startup_timeout_s * SECOND);
}

/* The dead pickup's clients may still be on their way: first nobody but us may type any more, then we look. False: tmux
 * does not say so, and nothing can be concluded. */
static bool take_over(struct work *work) {
    struct tmux_agent agent = site_agent(work->site, &work->runtime);
    struct tmux_view view = {0};
    enum tmux_act act = TMUX_REFUSED;
    enum seen seen = SEEN_YES;

    for (int i = 0; i < TRIES && seen == SEEN_YES && act == TMUX_REFUSED; i++) {
        seen = tmux_view(&work->site->tmux, &agent, 0, &view);
        if (seen == SEEN_YES && view.pid != work->runtime.agent.pid)
            seen = SEEN_NO; /* into another process nothing was typed, nor will be */
        if (seen == SEEN_YES)
            act = type_own(work, view.turn);
    }
    tmux_view_release(&view);
    return seen == SEEN_NO || act == TMUX_DONE;
}

static bool settle(struct work *work, enum turn_end end, bool *changed, struct err *err) {
    return turnback(work->site,
                    &(struct turnback){.runtime = &work->runtime,
                                       .run_id = work->run_id,
                                       .nonce = work->nonce,
                                       .end = end,
                                       .why = "interrupted_send"},
                    changed, err);
}

/* What a person is asked. */
struct question {
    enum send_class class;
    enum turn_end end;
    const char *what; /* what is seen */
};
static const struct question untold = {
    CLASS_TIMEOUT, TURN_HEALED_UNTOLD,
    "its pickup died while sending and it cannot be told whether the turn arrived; it is not sent again unasked"};
static const struct question behind_dialog = {
    CLASS_AWAITING_HUMAN, TURN_CARRIED,
    "its pickup died at its start, and the agent shows a dialog or a limit and waits for a person"};

static bool ask(struct work *work, const struct question *question, bool *changed, struct err *err) {
    bool dialog = question->class == CLASS_AWAITING_HUMAN; /* which its profile has told */
    char *next = dialog ? trust_next(work->profile, work->verdict.screen, work->key) : NULL;
    bool moved, ok;

    /* The ticket first: cut short after it, the message is still found here; the other way round nobody would ask. */
    ok = giveback_ask(
             work->site,
             &(struct giveback){.ticket_id = work->ticket.id,
                                .run_id = work->run_id,
                                .runtime = &work->runtime,
                                .class = question->class,
                                .detail = question->what,
                                .next = next,
                                .screen = work->verdict.screen && *work->verdict.screen ? work->verdict.screen : NULL},
             &moved, err) &&
         settle(work, question->end, changed, err);
    if (moved)
        report_warn(work->report, "%s: %s; look with mc-ticket attach %s, then mc-ticket answer %s TEXT", work->key,
                    question->what, work->key, work->key);
    free(next);
    return ok;
}

/* Over HTTP somebody else types, perhaps later: an empty screen proves nothing. */
static bool may_still_come(const struct work *work) {
    return work->site->config.send.transport == TRANSPORT_HTTP && token_says(work->token, work->nonce) == TOKEN_SILENT;
}

static bool conclude(struct work *work, enum arrival arrival, struct seen_agent *seen, struct err *err) {
    bool *changed = &seen->changed;

    glance_keep(work, &seen->glance);
    switch (arrival) {
    case ARRIVED:
        return settle(work, TURN_HEALED_SENT, changed, err);
    case TYPED:
        if (type_submit(work, &seen->glance))
            return settle(work, TURN_HEALED_SENT, changed, err);
        break;
    case NEVER_PASTED:
        if (!may_still_come(work))
            return settle(work, TURN_HEALED_LOST, changed, err);
        break;
    case ASKING:
        return ask(work, &behind_dialog, changed, err);
    case YOUNG:
        return true;
    case CANNOT_TELL:
        break;
    }
    return ask(work, &untold, changed, err);
}

/* One alone looks and presses Enter: another that healed at the same time may have sent it anew by then. */
static bool hold(struct work *work, const struct world_case *one, bool *mine, struct err *err) {
    return runs_set_pickup(
        work->site->board,
        &(struct run_handover){.run_id = work->run_id, .from = &one->run.pickup, .to = &work->site->self}, mine, err);
}

bool resolve_send(struct pickup *pickup, const struct world_case *one, bool *changed, struct err *err) {
    struct work work;
    struct seen_agent seen = {0};
    bool mine;
    bool ok;

    name_work(pickup, one, &work);
    ok = !one->send_recorded || hold(&work, one, &mine, err);
    if (ok && (!one->send_recorded || (mine && take_over(&work))))
        ok = conclude(&work, look(&work, one, &seen), &seen, err);
    *changed = seen.changed;
    seen_release(&seen);
    work_release(&work);
    return ok;
}
