#include "pickup/turn.h"

#include "base/clock.h"
#include "base/err.h"
#include "host/files.h"
#include "pickup/glance.h"
#include "pickup/prepare.h"
#include "pickup/type.h"
#include "pickup/work.h"
#include "rules/profile.h"
#include "rules/screen.h"
#include "run/marker.h"
#include "store/runtimes.h"

enum {
    SETTLE_MS = 300,         /* two equal captures this far apart (FACTS: readiness) */
    RESTING_WINDOW_MS = 700, /* a box at rest so long after the start */
    LOOKS_MIN = 4,           /* the first, one after a change, and two that are equal, however long a look takes */
    LEAVES_MAX = 2,
    SCREEN_LINES = 40
};

static bool stop_asking(struct work *work, const struct glance *glance) {
    struct text tail = {0};

    screen_tail(&tail, text_str(&glance->view.screen), SCREEN_LINES);
    free(work->verdict.screen);
    work->verdict.screen = text_take(&tail);
    return work_stop(work, CLASS_AWAITING_HUMAN, "%s shows a dialog and waits for a person", work->profile->name);
}

static bool stop_not_ready(struct work *work, const struct glance *glance, int64_t timeout_ms) {
    if (glance->seen == SEEN_UNKNOWN)
        return work_stop(work, CLASS_NO_TMUX, "tmux does not answer for pane %s", work->runtime.pane_id);
    if (glance->state == SCREEN_BUSY && !work->first)
        return work_stop(work, CLASS_BUSY, "%s is busy with a turn", work->profile->name);
    if (!timeout_ms && glance->view.in_mode)
        return work_stop(work, CLASS_COPY_MODE, "somebody is attached and has pane %s in copy mode",
                         work->runtime.pane_id);
    if (!timeout_ms)
        return work_stop(work, CLASS_BUSY, "%s is not at its prompt", work->profile->name);
    return work_stop(work, CLASS_STARTING, "%s did not become ready within %lld s%s", work->profile->name,
                     (long long)timeout_ms / 1000, glance->view.in_mode ? " (its pane is in copy mode)" : "");
}

/* What a look at an agent that is to take a turn decides; UNSETTLED: look again. */
enum look { LOOK_READY, LOOK_DEAD, LOOK_LEFT, LOOK_OUT_OF_REACH, LOOK_ASKING, LOOK_UNSETTLED };

static enum look judge(const struct work *work, const struct glance *glance) {
    if (glance_gone(work, glance))
        return LOOK_DEAD;
    if (glance_left(glance))
        return LOOK_LEFT;
    if (!work->first && glance_out_of_reach(work, glance))
        return LOOK_OUT_OF_REACH;
    if (glance->state == SCREEN_READY && glance_settled(glance, SETTLE_MS))
        return LOOK_READY;
    if (glance->state == SCREEN_DIALOG && glance_settled(glance, SETTLE_MS))
        return LOOK_ASKING;
    return LOOK_UNSETTLED;
}

/* The looks at an agent that is to take a turn. */
struct looks {
    int64_t until;
    int taken, left_mode;
};

/* A screen that may be settled is given its time, also where there is no patience for more; and its looks, where tmux
 * is slow. */
static bool out_of_time(const struct glance *glance, const struct looks *looks) {
    bool settling = glance->state == SCREEN_READY || glance->state == SCREEN_DIALOG;

    if (settling && looks->taken < LOOKS_MIN)
        return false;
    return clock_monotonic() >= looks->until + (settling ? SETTLE_MS + SETTLE_MS / 2 : 0);
}

/* Copy mode swallows what is typed. Whoever is attached is looking back there; else it was left by nobody's wish. */
static bool leave_mode(struct work *work, const struct glance *glance, struct looks *looks) {
    struct tmux_agent agent = glance_agent(work);
    int64_t now;

    if (glance->seen != SEEN_YES || !glance->view.in_mode || looks->left_mode >= LEAVES_MAX ||
        !tmux_leave_mode(&work->site->tmux, &agent))
        return false;
    looks->left_mode++;
    looks->taken = 0;
    now = clock_monotonic();
    if (looks->until < now)
        looks->until = now;
    return true;
}

/* Waits until the agent can take a turn, and keeps the look that saw it; false: the verdict says what it shows instead.
 * timeout 0: one look. */
static bool ready(struct work *work, int64_t timeout_ms, struct glance *glance) {
    struct looks looks = {.until = clock_monotonic() + timeout_ms};

    for (;;) {
        glance_take(work, glance);
        looks.taken++;
        switch (judge(work, glance)) {
        case LOOK_READY:
            return true;
        case LOOK_DEAD:
            return glance_stop_unstarted(work);
        case LOOK_LEFT:
            return glance_stop_left(work, glance);
        case LOOK_OUT_OF_REACH:
            return glance_stop_out_of_reach(work);
        case LOOK_ASKING:
            return stop_asking(work, glance);
        case LOOK_UNSETTLED:
            break;
        }
        if (leave_mode(work, glance, &looks))
            continue;
        if (out_of_time(glance, &looks))
            return stop_not_ready(work, glance, timeout_ms);
        glance_wait(work, glance, SETTLE_MS);
    }
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
    if (work->first)
        return true;
    prepare_tidy(work);
    return prepare_prompt(work, err); /* a later turn's notes are known once they are taken */
undo:
    board_rollback(board);
    return false;
}

bool turn_paste(struct work *work, struct err *err) {
    int64_t patience = work->first ? work->profile->startup_timeout_s * 1000 : 0;
    struct glance before = {0};
    bool ok = ready(work, patience, &before) && turn_take(work, err) && type_text(work, &before.view);

    glance_release(&before);
    return ok;
}

/* Has the agent the prompt that went along as its argument? */
static bool taken(const struct work *work, const struct glance *glance) {
    return glance->state == SCREEN_BUSY || key_marker_seen(text_str(&glance->view.screen), work->nonce) ||
           marker_signalled(work->site, &work->runtime, work->nonce);
}

bool turn_watch(struct work *work) {
    int64_t begin = clock_monotonic();
    int64_t until = begin + work->profile->startup_timeout_s * 1000;
    struct glance glance = {0};
    bool ok = true;

    for (;;) {
        glance_take(work, &glance);
        if (glance_gone(work, &glance)) { /* a quick one may have done its work by now */
            ok = marker_signalled(work->site, &work->runtime, work->nonce) || glance_stop_unstarted(work);
            break;
        }
        if (glance.state == SCREEN_DIALOG && glance_settled(&glance, SETTLE_MS)) {
            ok = stop_asking(work, &glance);
            break;
        }
        bool rested = glance.state == SCREEN_READY && clock_monotonic() - begin >= RESTING_WINDOW_MS;
        if ((glance.state != SCREEN_DIALOG && taken(work, &glance)) || rested || clock_monotonic() >= until)
            break;
        glance_wait(work, &glance, SETTLE_MS);
    }
    if (ok)
        work->verdict.class = CLASS_SENT;
    glance_release(&glance);
    return ok;
}
