#include "pickup/turn.h"

#include "base/clock.h"
#include "base/err.h"
#include "host/files.h"
#include "host/proc.h"
#include "pickup/prepare.h"
#include "pickup/work.h"
#include "rules/profile.h"
#include "rules/screen.h"
#include "run/death.h"
#include "run/marker.h"
#include "store/runtimes.h"

enum {
    POLL_MS = 100,
    SETTLE_MS = 300,       /* two equal captures this far apart (FACTS: readiness) */
    LAND_MS = 20000,       /* the slowest agent needs 10 s to show 100 KB (FACTS) */
    START_WINDOW_MS = 700, /* an agent that dies within it was never there */
    SCREEN_LINES = 40
};

static const int64_t enter_waits_ms[] = {2000, 3000, 5000, 5000}; /* FACTS: Enter again after 2, 3 and 5 s */

/* One look at the agent: its pane, its screen. */
struct glance {
    enum seen seen;
    struct tmux_pane pane;
    struct text screen;
    struct text title;
    enum screen_state state;
};

static void glance_release(struct glance *glance) {
    text_release(&glance->screen);
    text_release(&glance->title);
}

static void glance_take(struct work *work, struct glance *glance) {
    enum seen server;

    glance->seen = tmux_look(&work->site->tmux, work->runtime.pane_id, &glance->pane, &server);
    glance->state = SCREEN_OTHER;
    text_clear(&glance->screen);
    text_clear(&glance->title);
    if (glance->seen != SEEN_YES || glance->pane.dead)
        return;
    if (!tmux_capture(&work->site->tmux, work->runtime.pane_id, 0, &glance->screen, &glance->title))
        glance->seen = SEEN_UNKNOWN;
    else if (!glance->pane.in_mode)
        glance->state = screen_state(work->profile, text_str(&glance->screen), text_str(&glance->title));
}

static bool stop_dead(struct work *work) {
    struct text report = {0};
    struct text summary = {0};

    death_look(work->site, &work->runtime, &report, &summary);
    work_stop(work, CLASS_WORKER_DIED, "%s", text_str(&summary));
    free(work->verdict.death);
    work->verdict.death = text_take(&report);
    text_release(&summary);
    return false;
}

/* Before its turn it ended as what could not be run: its command, or what that needs, is not there, for any ticket. */
static bool stop_unstarted(struct work *work, const struct glance *glance) {
    enum { EXIT_NOT_RUN = 126, EXIT_NOT_FOUND = 127 };
    const struct tmux_pane *pane = &glance->pane;

    stop_dead(work);
    if (work->first && glance->seen == SEEN_YES && pane->dead &&
        (pane->dead_status == EXIT_NOT_RUN || pane->dead_status == EXIT_NOT_FOUND))
        work->verdict.class = CLASS_NO_AGENT;
    return false;
}

static bool stop_asking(struct work *work, const struct glance *glance) {
    struct text tail = {0};

    screen_tail(&tail, text_str(&glance->screen), SCREEN_LINES);
    free(work->verdict.screen);
    work->verdict.screen = text_take(&tail);
    return work_stop(work, CLASS_AWAITING_HUMAN, "%s shows a dialog and waits for a person", work->profile->name);
}

static bool gone(const struct work *work, const struct glance *glance) {
    /* An agent that has survived its server lives, out of reach. */
    return (glance->seen == SEEN_NO && proc_alive(&work->runtime.agent) != SEEN_YES) ||
           (glance->seen == SEEN_YES && glance->pane.dead) ||
           (glance->seen == SEEN_YES && glance->pane.pid != work->runtime.agent.pid);
}

/* The same state and the same screen SETTLE_MS later. */
static bool settled(struct work *work, struct glance *glance) {
    struct glance again = {0};
    bool same;

    clock_sleep(SETTLE_MS);
    glance_take(work, &again);
    same = again.state == glance->state && !strcmp(text_str(&again.screen), text_str(&glance->screen));
    glance_release(&again);
    return same;
}

static bool stop_not_ready(struct work *work, const struct glance *glance, int64_t timeout_ms) {
    if (glance->seen == SEEN_UNKNOWN)
        return work_stop(work, CLASS_NO_TMUX, "tmux does not answer for pane %s", work->runtime.pane_id);
    if (glance->state == SCREEN_BUSY && !work->first)
        return work_stop(work, CLASS_BUSY, "%s is busy with a turn", work->profile->name);
    if (!timeout_ms)
        return work_stop(work, CLASS_BUSY, "%s is not at its prompt%s", work->profile->name,
                         glance->pane.in_mode ? " (its pane is in copy mode)" : "");
    return work_stop(work, CLASS_STARTING, "%s did not become ready within %lld s%s", work->profile->name,
                     (long long)timeout_ms / 1000, glance->pane.in_mode ? " (its pane is in copy mode)" : "");
}

bool turn_ready(struct work *work, int64_t timeout_ms) {
    int64_t until = clock_monotonic() + timeout_ms;
    struct glance glance = {0};
    bool ready = false;

    for (;;) {
        glance_take(work, &glance);
        if (gone(work, &glance)) {
            stop_unstarted(work, &glance);
            break;
        }
        if (glance.state == SCREEN_READY && settled(work, &glance)) {
            ready = true;
            break;
        }
        if (glance.state == SCREEN_DIALOG && settled(work, &glance)) {
            stop_asking(work, &glance);
            break;
        }
        if (clock_monotonic() >= until) {
            stop_not_ready(work, &glance, timeout_ms);
            break;
        }
        clock_sleep(POLL_MS);
    }
    glance_release(&glance);
    return ready;
}

static bool take_messages(struct work *work, bool *taken, struct err *err) {
    int count = 0;

    if (!work->first)
        return messages_take(
            work->site->board,
            &(struct message_turn){.id = work->message_id, .run_id = work->run_id, .nonce = work->nonce}, taken, err);
    *taken = true;
    return messages_send(work->site->board, &(struct message_turn){.run_id = work->run_id, .nonce = work->nonce},
                         &count, err);
}

/* Its agent is at rest: any output from here on is the turn's (resolve.c concludes from that). */
static bool mark_log(struct work *work, struct err *err) {
    const struct runtime *runtime = &work->runtime;
    int64_t size = runtime->pane_log_path ? files_size(runtime->pane_log_path) : 0;

    return runtimes_set_harvest(work->site->board,
                                &(struct runtime_change){.session_key = runtime->session_key,
                                                         .run_id = work->run_id,
                                                         .offset = size > 0 ? size : 0},
                                err);
}

bool turn_take(struct work *work, struct err *err) {
    struct board *board = work->site->board;
    struct runtime *runtime = &work->runtime;
    int64_t now = clock_now();
    bool held = false;
    bool taken = false;
    bool ended = true;
    bool open = false;

    if (!board_begin(board, err))
        return false;
    /* An adopted turn without a nonce is over when its agent is at its prompt, which was just seen. */
    if (runtime->status == RUNTIME_RUNNING && !runtime->turn_nonce &&
        !runtimes_end_turn(
            board, &(struct runtime_change){.session_key = runtime->session_key, .run_id = work->run_id, .now = now},
            &ended, err))
        goto undo;
    if (!runtimes_take_turn(board,
                            &(struct runtime_change){.session_key = runtime->session_key,
                                                     .run_id = work->run_id,
                                                     .nonce = work->nonce,
                                                     .tick = site_tick(work->site),
                                                     .now = now},
                            &held, err) ||
        !take_messages(work, &taken, err) ||
        !runs_set_pickup(board, &(struct run_handover){.run_id = work->run_id, .to = &work->site->self}, &open, err))
        goto undo;
    if (!held || !taken || !ended || !open) {
        board_rollback(board);
        return work_stop(work, CLASS_BUSY, "another holds the turn of %s, or its run is over", runtime->tmux_target);
    }
    if (!mark_log(work, err) ||
        !effects_intend(
            board,
            &(struct effect_write){.run_id = work->run_id, .kind = EFFECT_SEND, .detail = work->nonce, .now = now},
            err) ||
        !board_commit(board, err))
        goto undo;
    return work->first || prepare_prompt(work, err); /* a later turn's notes are known once they are taken */
undo:
    board_rollback(board);
    return false;
}

/* Pasted: wait until it shows and the screen is quiet. */
static bool landed(struct work *work, const char *before, struct glance *glance) {
    int64_t until = clock_monotonic() + LAND_MS;

    for (;;) {
        glance_take(work, glance);
        if (gone(work, glance))
            return stop_dead(work);
        if (glance->seen == SEEN_YES && screen_has_paste(before, text_str(&glance->screen), work->nonce) &&
            settled(work, glance))
            return true;
        if (clock_monotonic() >= until)
            return work_stop(work, CLASS_TIMEOUT, "the pasted text did not show within %d s", LAND_MS / 1000);
        clock_sleep(POLL_MS);
    }
}

static bool submitted_within(struct work *work, const char *before, int64_t wait_ms) {
    int64_t until = clock_monotonic() + wait_ms;
    struct glance glance = {0};
    bool yes = false;

    while (!yes) {
        glance_take(work, &glance);
        yes = marker_signalled(work->site, &work->runtime, work->nonce) ||
              (glance.seen == SEEN_YES && !gone(work, &glance) &&
               screen_submitted(work->profile, &(struct screen_paste){before, text_str(&glance.screen),
                                                                      text_str(&glance.title), work->nonce}));
        if (yes || gone(work, &glance) || clock_monotonic() >= until)
            break;
        clock_sleep(POLL_MS);
    }
    glance_release(&glance);
    return yes;
}

/* Enter answers a dialog (FACTS), so none is pressed into one. */
static bool shows_dialog(struct work *work) {
    struct glance glance = {0};
    bool dialog;

    glance_take(work, &glance);
    dialog = glance.state == SCREEN_DIALOG;
    glance_release(&glance);
    return dialog;
}

bool turn_submit(struct work *work, const char *before) {
    struct runtime *runtime = &work->runtime;

    for (size_t i = 0; i < sizeof enter_waits_ms / sizeof *enter_waits_ms; i++) {
        if (shows_dialog(work))
            return work_stop(work, CLASS_TIMEOUT, "%s shows a dialog that came up while the text was typed",
                             work->profile->name);
        if (!tmux_key(&work->site->tmux, runtime->pane_id, runtime->agent.pid, work->profile->submit_key) && i == 0)
            clock_sleep(POLL_MS);
        if (submitted_within(work, before, enter_waits_ms[i])) {
            work->verdict.class = CLASS_SENT;
            return true;
        }
    }
    work->verdict.typed = true;
    return work_stop(work, CLASS_TIMEOUT, "the text was typed and %s did not take it", work->profile->name);
}

/* Why a paste was refused: nothing of it has reached the pane. */
static bool stop_refused(struct work *work) {
    struct glance glance = {0};
    bool dead;

    glance_take(work, &glance);
    dead = gone(work, &glance);
    glance_release(&glance);
    if (dead)
        return stop_dead(work);
    return work_stop(work, work->first ? CLASS_STARTING : CLASS_BUSY,
                     "pane %s is in copy mode or not the agent's any more", work->runtime.pane_id);
}

static bool paste_and_enter(struct work *work) {
    struct glance before = {0};
    struct glance after = {0};
    bool ok = false;

    glance_take(work, &before);
    switch (tmux_paste(&work->site->tmux, work->runtime.pane_id, work->runtime.agent.pid, text_str(&work->prompt),
                       work->prompt.len)) {
    case TMUX_PASTED:
        ok = landed(work, text_str(&before.screen), &after) && turn_submit(work, text_str(&after.screen));
        break;
    case TMUX_REFUSED:
        stop_refused(work);
        break;
    case TMUX_NOT_RUN:
        work_stop(work, CLASS_OS_ERROR, "no process could be started to paste with; nothing was sent");
        break;
    case TMUX_PASTE_UNKNOWN:
        work_stop(work, CLASS_TIMEOUT, "tmux did not say whether the text was pasted");
        break;
    }
    glance_release(&before);
    glance_release(&after);
    return ok;
}

bool turn_paste(struct work *work, struct err *err) {
    int64_t patience = work->first ? work->profile->startup_timeout_s * 1000 : 0;

    return turn_ready(work, patience) && turn_take(work, err) && paste_and_enter(work);
}

bool turn_watch(struct work *work) {
    int64_t begin = clock_monotonic();
    int64_t until = begin + work->profile->startup_timeout_s * 1000;
    struct glance glance = {0};
    bool ok = true;

    for (;;) {
        glance_take(work, &glance);
        if (gone(work, &glance)) { /* a quick one may have done its work by now */
            ok = marker_signalled(work->site, &work->runtime, work->nonce) || stop_unstarted(work, &glance);
            break;
        }
        if (glance.state == SCREEN_DIALOG && settled(work, &glance)) {
            ok = stop_asking(work, &glance);
            break;
        }
        bool shown = glance.state == SCREEN_BUSY || glance.state == SCREEN_READY ||
                     key_marker_seen(text_str(&glance.screen), work->nonce);
        if (clock_monotonic() >= until || (shown && clock_monotonic() - begin >= START_WINDOW_MS))
            break;
        clock_sleep(POLL_MS);
    }
    if (ok)
        work->verdict.class = CLASS_SENT;
    glance_release(&glance);
    return ok;
}
