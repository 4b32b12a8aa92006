#include "pickup/turn.h"

#include "base/clock.h"
#include "base/err.h"
#include "host/files.h"
#include "host/panelog_mark.h"
#include "pickup/at_prompt.h"
#include "pickup/glance.h"
#include "pickup/prepare.h"
#include "pickup/type.h"
#include "pickup/work.h"
#include "rules/awake.h"
#include "rules/profile.h"
#include "rules/screen.h"
#include "run/reported.h"
#include "store/journal.h"
#include "store/runtimes.h"

enum {
    SCROLL_MS = 1000, /* from one look above the screen to the next */
    HISTORY = 2000,
    SECOND = 1000,
    JUST_OVER_MS = 3000, /* so long after a turn's end its agent may still be drawing it (FACTS: 0.3 s find it busy) */
    GRACE_MS = 2000
};

static bool take_messages(struct work *work, bool *taken, struct err *err) {
    if (work->spoken && !messages_drop_ours(work->site->board, work->ticket.id, err))
        return false;
    if (!work->first)
        return messages_take(
            work->site->board,
            &(struct message_turn){.id = work->message_id, .run_id = work->run_id, .nonce = work->nonce}, taken, err);
    *taken = true;
    return messages_send(work->site->board, &(struct message_turn){.run_id = work->run_id, .nonce = work->nonce}, NULL,
                         err);
}

/* Its agent is at rest: any output from here on is the turn's (resolve.c concludes from that). */
static bool mark_log(struct work *work, struct err *err) {
    const struct runtime *runtime = &work->runtime;
    int64_t size = runtime->pane_log_path ? files_size(runtime->pane_log_path) : 0;

    if (size > 0)
        panelog_mark_put(runtime->pane_log_path, size);
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
    bool held, taken, open;
    bool ended = true;

    if (!board_begin(board, err))
        return false;
    if (work->begin && !work->begin(work, err))
        goto undo;
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
    work->taken = true;
    if (work->first)
        return true;
    prepare_tidy(work);
    return prepare_prompt(work, err); /* a later turn's notes are known once they are taken */
undo:
    board_rollback(board);
    return false;
}

/* What the agent writes from here on tells a later pickup what became of the turn: a log that has died since (a full
 * disk) is written again, which is said once. */
static bool keep_log(struct work *work, const struct glance *glance, struct err *err) {
    struct tmux_agent agent = glance_agent(work);
    const struct tmux_log log = site_log(work->site, work->runtime.pane_log_path);
    struct board *board = work->site->board;
    const struct journal_look look = {.ticket_id = work->ticket.id, .run_id = work->run_id, .kind = "log_reopened"};
    bool said;

    if (glance->view.pipe || !log.path || !tmux_reopen_log(&work->site->tmux, &agent, &log) ||
        !journal_said(board, &look, &said, err) || said)
        return !err->text;
    return journal_add(board,
                       &(struct journal_row){.ticket_id = work->ticket.id,
                                             .run_id = work->run_id,
                                             .author = "mc-pickup",
                                             .kind = look.kind,
                                             .body = "its pane log was no longer written (was the disk full?) and is "
                                                     "again; what the agent wrote in between is missing in it",
                                             .now = clock_now()},
                       err);
}

/* Whoever speaks to an agent whose turn has just ended finds it at its prompt in a moment. */
static int64_t later_patience(const struct work *work) {
    const struct runtime *runtime = &work->runtime;
    bool just_over = runtime->idle_tick && awake_known(runtime, work->site->self.boot) &&
                     awake_between(runtime->idle_tick, clock_monotonic()) < JUST_OVER_MS;

    return just_over ? GRACE_MS : 0;
}

bool turn_paste(struct work *work, struct err *err) {
    int64_t patience = work->first ? work->profile->startup_timeout_s * SECOND : later_patience(work);
    struct glance before = {0};
    bool ok = at_prompt_wait(work, patience, &before) && keep_log(work, &before, err) && turn_take(work, err) &&
              type_text(work, &before.view);

    glance_release(&before);
    return ok;
}

/* The looks at an agent that was given its prompt as an argument. */
struct watch {
    int64_t until;
    int64_t scroll; /* when what has scrolled away is looked at next */
    struct glance glance;
};

/* A long reply has moved the echo out of sight. */
static bool echoed_above(struct work *work, struct watch *watch) {
    struct tmux_agent agent = glance_agent(work);
    struct text history = {0};
    bool echoed;

    if (watch->glance.state != SCREEN_READY || clock_monotonic() < watch->scroll)
        return false;
    watch->scroll = clock_monotonic() + SCROLL_MS;
    echoed = tmux_capture(&work->site->tmux, &agent, HISTORY, &history) &&
             screen_echo(work->profile, text_str(&history), work->nonce) == SEEN_YES;
    text_release(&history);
    return echoed;
}

/* Has the agent the prompt? Neither time nor a box at rest says so: a login may follow the box (FACTS). */
static bool taken(struct work *work, struct watch *watch) {
    const struct glance *glance = &watch->glance;

    return glance->state == SCREEN_BUSY || reported_taken(work->site, work->run_id, work->nonce) ||
           (glance->seen == SEEN_YES && glance->state != SCREEN_DIALOG && !glance_left(glance) &&
            screen_echo(work->profile, text_str(&glance->view.screen), work->nonce) == SEEN_YES) ||
           echoed_above(work, watch);
}

/* The turn may have begun all the same: what becomes of the ticket is decided like after any unknown answer. */
static bool stop_unproven(struct work *work, const struct glance *glance) {
    const char *name = work->profile->name;

    if (glance->state == SCREEN_LIMIT)
        return at_prompt_stop_paused(work, glance);
    glance_keep(work, glance);
    work_stop(work, CLASS_TIMEOUT, "%s has not shown within %lld s that it took the prompt it was started with", name,
              (long long)work->profile->startup_timeout_s);
    return work_advise(work,
                       "see its last screen with mc-ticket show %s; where %s shows neither the prompt nor that it "
                       "works, set profiles.%s.busy to what it shows then, or let it report (profiles.%s.reports)",
                       work->key, name, name, name);
}

/* *stopped: the verdict says what is seen instead of a turn. */
static bool watch_once(struct work *work, struct watch *watch, bool *stopped) {
    struct glance *glance = &watch->glance;

    glance_take(work, glance);
    *stopped = true;
    if (glance_gone(work, glance)) /* a quick one may have done its work by now */
        return reported_taken(work->site, work->run_id, work->nonce) || glance_stop_unstarted(work);
    if (taken(work, watch))
        return true;
    if (glance_left(glance))
        return glance_stop_left(work, glance);
    if (glance->state == SCREEN_DIALOG && glance_settled(glance, AT_PROMPT_SETTLE_MS))
        return at_prompt_stop_asking(work, glance);
    if (clock_monotonic() >= watch->until)
        return stop_unproven(work, glance);
    *stopped = false;
    return false;
}

bool turn_watch(struct work *work) {
    int64_t begin = clock_monotonic();
    struct watch watch = {.until = begin + work->profile->startup_timeout_s * SECOND, .scroll = begin + SCROLL_MS};
    bool stopped, ok;

    while (!(ok = watch_once(work, &watch, &stopped)) && !stopped)
        glance_wait(work, &watch.glance, AT_PROMPT_SETTLE_MS);
    glance_release(&watch.glance);
    return ok;
}
