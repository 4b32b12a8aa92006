#include "pickup/type.h"

#include "base/clock.h"
#include "base/random.h"
#include "pickup/glance.h"
#include "pickup/work.h"
#include "rules/profile.h"
#include "rules/screen.h"
#include "rules/screen_paste.h"
#include "rules/token.h"
#include "run/reported.h"

enum {
    LAND_MS = 20000,     /* the slowest agent needs 10 s to show 100 KB (FACTS) */
    LAND_SETTLE_MS = 60, /* from then on an agent takes an Enter after a short text (FACTS) */
    LONG_SETTLE_MS = 300,
    SHORT = 4096 /* of a longer one a screen may rest for as long while it is still being read */
};

static const int64_t enter_waits_ms[] = {2000, 3000, 5000, 5000}; /* FACTS: Enter again after 2, 3 and 5 s */

static bool stop_dialog(struct work *work, const struct glance *glance) {
    glance_keep(work, glance);
    return work_stop(work, CLASS_TIMEOUT, "%s shows a dialog that came up while the text was typed",
                     work->profile->name) ||
           work_advise(work,
                       work->first
                           ? "mc-ticket log %s shows what it asked before it was ended; see to it that it asks no more"
                           : "answer it in the agent's own session (mc-ticket attach %s)",
                       work->key);
}

static bool stop_unseen(struct work *work, const struct glance *glance) {
    glance_keep(work, glance);
    return work_stop(work, CLASS_TIMEOUT, "the pasted text did not show within %d s", LAND_MS / 1000) ||
           work_advise(work,
                       "look at its last screen in the activity: where it shows an input box, set profiles.%s.box to a "
                       "pattern of that",
                       work->profile->name);
}

/* Pasted: wait until it shows and the live region is quiet; one that is never quiet is given its Enter all the same,
 * which is verified. `shown` keeps the last look. */
static bool landed(struct work *work, const char *before, struct glance *shown) {
    int64_t until = clock_monotonic() + LAND_MS;
    int64_t quiet = work->prompt.len <= SHORT ? LAND_SETTLE_MS : LONG_SETTLE_MS;

    for (;;) {
        glance_take(work, shown);
        if (glance_gone(work, shown))
            return glance_stop_dead(work);
        if (glance_left(shown))
            return glance_stop_left(work, shown);
        if (shown->state == SCREEN_DIALOG && glance_settled(shown, LONG_SETTLE_MS))
            return stop_dialog(work, shown);
        bool there = shown->seen == SEEN_YES && screen_has_paste(before, text_str(&shown->view.screen), work->nonce);
        bool late = clock_monotonic() >= until;
        if (there && (late || glance_settled(shown, quiet)))
            return true;
        if (late)
            return stop_unseen(work, shown);
        glance_wait(work, shown, quiet);
    }
}

static bool submitted(const struct work *work, const struct screen *before, const struct glance *glance) {
    struct screen after = tmux_view_screen(&glance->view);

    return reported_taken(work->site, work->run_id, work->nonce) ||
           (glance->seen == SEEN_YES && !glance_gone(work, glance) &&
            screen_submitted(work->profile, &(struct screen_paste){before, &after, work->nonce}));
}

static bool submitted_within(struct work *work, const struct screen *before, int64_t wait_ms) {
    int64_t until = clock_monotonic() + wait_ms;
    struct glance glance = {0};
    bool yes;

    for (;;) {
        glance_take(work, &glance);
        yes = submitted(work, before, &glance);
        if (yes || glance_gone(work, &glance) || clock_monotonic() >= until)
            break;
        glance_wait(work, &glance, 0);
    }
    glance_release(&glance);
    return yes;
}

/* Enter answers a dialog (FACTS), and a shell does what it is told: none is pressed into either. */
static bool may_press(struct work *work, const struct glance *glance) {
    if (glance_gone(work, glance))
        return glance_stop_dead(work);
    if (glance_left(glance))
        return glance_stop_left(work, glance);
    return glance->state != SCREEN_DIALOG || stop_dialog(work, glance);
}

static bool may_press_again(struct work *work) {
    struct glance glance = {0};
    bool may;

    glance_take(work, &glance);
    may = may_press(work, &glance);
    glance_release(&glance);
    return may;
}

static bool has(const char *pattern) {
    return pattern && *pattern;
}

/* Nothing but an echo above its box can tell that it works. */
static bool is_mute(const struct profile *profile) {
    return !has(profile->busy) && !has(profile->busy_title) && profile->reports == REPORT_NONE;
}

/* What is in the input by now is dealt with by a person, or by healing. */
static bool stop_typed(struct work *work, const struct glance *before) {
    const char *name = work->profile->name;

    glance_keep(work, before);
    work->verdict.typed = true;
    if (!is_mute(work->profile))
        return work_stop(work, CLASS_TIMEOUT, "the text was typed and %s did not take it", name) ||
               work_advise(work,
                           work->first ? "mc-ticket log %s shows what became of it before its agent was ended"
                                       : "look whether it stands in the agent's input box (mc-ticket attach %s)",
                           work->key);
    return work_stop(work, CLASS_TIMEOUT, "the text was typed, and nothing showed that %s took it", name) ||
           work_advise(work,
                       "set profiles.%s.busy to what it shows at work, or let it report (profiles.%s.reports); "
                       "mc-ticket log %s has what it showed",
                       name, name, work->key);
}

static bool enter_until_taken(struct work *work, const struct glance *before) {
    struct tmux_agent agent = glance_agent(work);
    struct screen screen = tmux_view_screen(&before->view);

    for (size_t i = 0; i < sizeof enter_waits_ms / sizeof *enter_waits_ms; i++) {
        if (!(i == 0 ? may_press(work, before) : may_press_again(work)))
            return false;
        (void)tmux_key(&work->site->tmux, &agent, work->token, work->profile->submit_key);
        if (submitted_within(work, &screen, enter_waits_ms[i]))
            return true;
    }
    return may_press_again(work) && stop_typed(work, before);
}

enum tmux_act type_own(struct work *work, const char *seen) {
    struct tmux_agent agent = glance_agent(work);
    char next[TOKEN_SIZE];
    char own[TOKEN_OWN_DIGITS + 1];
    enum tmux_act act;

    random_hex(own, TOKEN_OWN_DIGITS);
    token_next(next, seen, work->nonce, own);
    act = tmux_take(&work->site->tmux, &agent, &(struct tmux_turn){.from = seen, .to = next});
    if (act == TMUX_DONE)
        text_copy(work->token, sizeof work->token, next);
    return act;
}

bool type_submit(struct work *work, const struct glance *before) {
    bool taken = enter_until_taken(work, before);

    (void)type_own(work, work->token); /* an Enter that is still on its way comes too late */
    return taken;
}

/* Nothing of the text has reached the pane, nor will it. */
static bool stop_refused(struct work *work) {
    struct glance glance = {0};
    bool dead, unreachable;

    glance_take(work, &glance);
    dead = glance_gone(work, &glance);
    unreachable = glance_out_of_reach(work, &glance);
    glance_release(&glance);
    if (dead)
        return glance_stop_dead(work);
    if (unreachable && !work->first)
        return glance_stop_out_of_reach(work);
    return work_stop(work, work->first ? CLASS_STARTING : CLASS_BUSY,
                     "pane %s is in copy mode, another's turn or not the agent's any more", work->runtime.pane_id) ||
           (work->first &&
            work_advise(work, "leave session %s alone until it has its first turn", work->runtime.tmux_target));
}

static bool stop_not_run(struct work *work) {
    return work_stop(work, CLASS_OS_ERROR, "no process could be started to paste with; nothing was sent");
}

/* The text into a buffer, and the right to paste it. */
static bool load(struct work *work, const char *seen) {
    struct tmux_agent agent = glance_agent(work);

    token_make(work->token, work->nonce);
    switch (tmux_load(&work->site->tmux, &agent,
                      &(struct tmux_turn){
                          .from = seen, .to = work->token, .bytes = text_str(&work->prompt), .n = work->prompt.len})) {
    case TMUX_DONE:
        return true;
    case TMUX_REFUSED:
        return stop_refused(work);
    case TMUX_NOT_RUN:
        return stop_not_run(work);
    case TMUX_ACT_UNKNOWN:
        break;
    }
    return work_stop(work, CLASS_NO_TMUX, "tmux did not take the text; nothing was sent");
}

/* tmux gave no answer: with the right to paste taken away from that client it can be told. */
static bool pasted_after_all(struct work *work, const char *pasted) {
    enum tmux_act act = type_own(work, work->token);

    if (act == TMUX_DONE)
        return work_stop(work, CLASS_NO_TMUX, "tmux did not paste the text; nothing was sent");
    if (act == TMUX_REFUSED && type_own(work, pasted) == TMUX_DONE)
        return true;
    return work_stop(work, CLASS_TIMEOUT, "tmux did not say whether the text was pasted");
}

static bool paste(struct work *work) {
    struct tmux_agent agent = glance_agent(work);
    char pasted[TOKEN_SIZE];

    token_pasted(pasted, work->token);
    switch (tmux_paste(&work->site->tmux, &agent, &(struct tmux_turn){.from = work->token, .to = pasted})) {
    case TMUX_DONE:
        text_copy(work->token, sizeof work->token, pasted);
        return true;
    case TMUX_REFUSED:
        return stop_refused(work);
    case TMUX_NOT_RUN:
        return stop_not_run(work);
    case TMUX_ACT_UNKNOWN:
        break;
    }
    return pasted_after_all(work, pasted);
}

bool type_text(struct work *work, const struct tmux_view *before) {
    struct glance after = {0};
    bool ok = load(work, before->turn) && paste(work) && landed(work, text_str(&before->screen), &after) &&
              type_submit(work, &after);

    glance_release(&after);
    return ok;
}
