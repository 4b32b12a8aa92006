#include "pickup/resolve.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "pickup/state.h"
#include "pickup/type.h"
#include "pickup/work.h"
#include "rules/heal.h"
#include "rules/panelog.h"
#include "rules/profile.h"
#include "rules/screen.h"
#include "rules/screen_paste.h"
#include "rules/token.h"
#include "run/giveback.h"
#include "run/marker.h"
#include "run/turnback.h"
#include "store/runtimes.h"

enum { HISTORY = 2000, LOG_MAX = 8 * 1024 * 1024, SCREEN_LINES = 40, SETTLE_MS = 500, TRIES = 3 };

enum arrival { ARRIVED, TYPED, NEVER_PASTED, CANNOT_TELL };

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
    work->profile = config_profile(&pickup->site.config, one->runtime.profile);
}

/* What the pane log gained since the turn was taken: it holds every byte that the agent wrote. */
struct gain {
    bool whole; /* it could be read, and is not shorter than it was */
    bool any;
    bool paste; /* our marker, or the label that an agent shows for a long paste */
};

static void read_gain(const struct work *work, struct gain *gain) {
    struct text raw = {0};
    struct text plain = {0};
    struct err err = {0};
    const char *log = work->runtime.pane_log_path;
    size_t offset = (size_t)work->runtime.harvest_offset;

    *gain = (struct gain){0};
    if (log && files_size(log) <= LOG_MAX && files_read(&raw, log, LOG_MAX, &err) && raw.len >= offset) {
        panelog_plain(&plain, text_str(&raw) + offset, raw.len - offset);
        *gain = (struct gain){
            .whole = true, .any = raw.len > offset, .paste = screen_has_paste("", text_str(&plain), work->nonce)};
    }
    err_release(&err);
    text_release(&raw);
    text_release(&plain);
}

/* The agent was at rest when the turn was taken. So a busy one works on it, a paste that is not in the input any more
 * was submitted, and one that has written nothing since has been given nothing. What the pane says of the paste goes
 * before what is seen. */
static enum arrival judge(const struct work *work, const struct tmux_view *view, const char *history) {
    struct screen screen = tmux_view_screen(view);
    enum screen_state state = screen_state(work->profile, &screen, work->nonce);
    enum seen in_input = screen_in_input(work->profile, &screen, work->nonce);
    enum token_word word = token_says(work->token, work->nonce);
    struct gain gain;

    if (word == TOKEN_UNPASTED)
        return NEVER_PASTED;
    read_gain(work, &gain);
    if (state == SCREEN_BUSY)
        return gain.any ? ARRIVED : CANNOT_TELL;
    if (in_input == SEEN_YES && (gain.paste || !gain.whole))
        return TYPED;
    if (in_input == SEEN_NO && (gain.paste || key_marker_seen(history, work->nonce)))
        return ARRIVED;
    return word != TOKEN_PASTED && state == SCREEN_READY && gain.whole && !gain.any ? NEVER_PASTED : CANNOT_TELL;
}

static enum arrival look(struct work *work, struct tmux_view *view) {
    struct tmux_view history = {0};
    struct tmux_agent agent = site_agent(work->site, &work->runtime);
    enum arrival arrival = CANNOT_TELL;

    clock_sleep(SETTLE_MS); /* what was typed last is shown by now */
    if (marker_signalled(work->site, &work->runtime, work->nonce))
        arrival = ARRIVED;
    else if (work->profile && tmux_view(&work->site->tmux, &agent, 0, view) == SEEN_YES &&
             tmux_view(&work->site->tmux, &agent, HISTORY, &history) == SEEN_YES)
        arrival = judge(work, view, text_str(&history.screen));
    tmux_view_release(&history);
    return arrival;
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

static bool ask(struct work *work, const char *screen, bool *changed, struct err *err) {
    struct text tail = {0};
    bool moved = false;
    bool ok;

    screen_tail(&tail, screen, SCREEN_LINES);
    /* The ticket first: cut short after it, the message is still found here; the other way round nobody would ask. */
    ok = giveback_ask(work->site,
                      &(struct giveback){.ticket_id = work->ticket.id,
                                         .run_id = work->run_id,
                                         .runtime = &work->runtime,
                                         .class = CLASS_TIMEOUT,
                                         .detail =
                                             "its pickup died while sending and it cannot be told whether the turn "
                                             "arrived; it is not sent again unasked",
                                         .screen = tail.len ? text_str(&tail) : NULL},
                      &moved, err) &&
         settle(work, TURN_HEALED_UNTOLD, changed, err);
    if (moved)
        report_warn(work->report,
                    "%s: its pickup died while sending and it cannot be told whether the turn arrived; look with "
                    "mc-ticket attach %s, then mc-ticket answer %s TEXT",
                    work->key, work->key, work->key);
    text_release(&tail);
    return ok;
}

bool resolve_send(struct pickup *pickup, const struct world_case *one, bool *changed, struct err *err) {
    struct work work;
    struct tmux_view view = {0};
    bool mine = false;
    bool ok = true;

    name_work(pickup, one, &work);
    /* The spawn itself carried the prompt: an agent that lives has it. */
    if (!one->send_recorded) {
        ok = settle(&work, TURN_HEALED_SENT, changed, err);
        goto out;
    }
    /* One alone looks and presses Enter: another that healed at the same time may have sent it anew by then. */
    ok = runs_set_pickup(
        work.site->board,
        &(struct run_handover){.run_id = work.run_id, .from = &one->run.pickup, .to = &work.site->self}, &mine, err);
    if (!ok || !mine || !take_over(&work))
        goto out;
    switch (look(&work, &view)) {
    case ARRIVED:
        ok = settle(&work, TURN_HEALED_SENT, changed, err);
        break;
    case TYPED:
        if (type_submit(&work, &view))
            ok = settle(&work, TURN_HEALED_SENT, changed, err);
        else
            ok = ask(&work, text_str(&view.screen), changed, err);
        break;
    case NEVER_PASTED:
        /* Over HTTP somebody else types, perhaps later: an empty screen proves nothing. */
        if (pickup->site.config.send.transport == TRANSPORT_HTTP && token_says(work.token, work.nonce) == TOKEN_SILENT)
            ok = ask(&work, text_str(&view.screen), changed, err);
        else
            ok = settle(&work, TURN_HEALED_LOST, changed, err);
        break;
    case CANNOT_TELL:
        ok = ask(&work, text_str(&view.screen), changed, err);
        break;
    }
out:
    tmux_view_release(&view);
    work_release(&work);
    return ok;
}
