#include "pickup/at_prompt.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "pickup/glance.h"
#include "pickup/work.h"
#include "rules/fault_until.h"
#include "rules/profile.h"
#include "rules/screen.h"
#include "rules/trust.h"
#include "rules/turn_fault.h"
#include "store/runtimes.h"

enum {
    LOOKS_MIN = 4, /* the first, one after a change, and two that are equal, however long a look takes */
    LEAVES_MAX = 2,
    SECOND = 1000
};

bool at_prompt_stop_asking(struct work *work, const struct glance *glance) {
    char *next = trust_next(work->profile, text_str(&glance->view.screen), work->key);

    glance_keep(work, glance);
    work_stop(work, CLASS_AWAITING_HUMAN, "its agent (profile %s) shows a dialog and waits for a person",
              work->profile->name);
    if (next)
        work_advise(work, "%s", next);
    free(next);
    return false;
}

/* When the board has its agent go on by itself: of what waits for that, the last; now: nothing does. */
static int64_t pause_end(struct work *work, int64_t now) {
    struct message_list list = {0};
    struct err own = {0};
    int64_t end = now;

    if (messages_of_ticket(work->site->board, work->ticket.id, &list, &own))
        for (size_t i = 0; i < list.count; i++) {
            const struct message *message = &list.items[i];

            if (message->status == MESSAGE_PENDING && message->next_attempt_at > end &&
                (message->purpose == PURPOSE_GO_ON || text_same(message->error, "limit")))
                end = message->next_attempt_at;
        }
    message_list_release(&list);
    err_release(&own);
    return end;
}

/* When the agent says that its limit ends; now: it does not say, or that is over. */
static int64_t told_end(const struct work *work, const struct glance *glance, int64_t now) {
    const struct runtime *runtime = &work->runtime;
    int64_t said = fault_until_said(runtime->last_output_at, runtime->turn_started_at, now), end;
    struct text words = {0};
    struct fault_until until;

    screen_stopped(&words, work->profile, text_str(&glance->view.screen), NULL);
    until = fault_until_read(text_str(&words));
    end = fault_until_ms(&until, said, clock_minute(said));
    text_release(&words);
    return end > now ? end : now;
}

bool at_prompt_stop_paused(struct work *work, const struct glance *glance) {
    int64_t now = clock_now();
    int64_t end = work->first ? now : pause_end(work, now);
    char until[CLOCK_STAMP];

    glance_keep(work, glance);
    if (end == now)
        end = told_end(work, glance, now);
    if (end == now)
        end += work->site->config.pause_s * SECOND;
    work->verdict.pause_ms = end - now;
    clock_zoned(end, until);
    return work_stop(work, CLASS_PAUSED, "%s shows a usage limit, which is waited for until %s", work->profile->name,
                     until);
}

static bool stop_not_ready(struct work *work, const struct glance *glance, int64_t timeout_ms) {
    if (glance->seen == SEEN_UNKNOWN)
        return work_stop(work, CLASS_NO_TMUX, "tmux does not answer for pane %s", work->runtime.pane_id);
    if (glance->state == SCREEN_BUSY && !work->first)
        return work_stop(work, CLASS_BUSY, "%s is busy with a turn", work->profile->name);
    if (!work->first && glance->view.in_mode)
        return work_stop(work, CLASS_COPY_MODE, "somebody is attached and has pane %s in copy mode",
                         work->runtime.pane_id);
    if (!work->first)
        return work_stop(work, CLASS_BUSY, "%s is not at its prompt", work->profile->name);
    glance_keep(work, glance);
    return work_stop(work, CLASS_STARTING, "%s did not become ready within %lld s%s", work->profile->name,
                     (long long)timeout_ms / 1000, glance->view.in_mode ? " (its pane is in copy mode)" : "");
}

/* What a look at an agent that is to take a turn decides; UNSETTLED: look again. */
enum look { LOOK_READY, LOOK_DEAD, LOOK_LEFT, LOOK_OUT_OF_REACH, LOOK_ASKING, LOOK_PAUSED, LOOK_UNSETTLED };

/* A limit that only waiting ends: a login, an error of the model and the like wait for what a person says. */
static bool at_usage_limit(const struct work *work, const struct glance *glance) {
    struct text words = {0};
    bool limit;

    screen_stopped(&words, work->profile, text_str(&glance->view.screen), NULL);
    limit = turn_fault_from_text(text_str(&words)) == FAULT_LIMIT;
    text_release(&words);
    return limit;
}

static bool has_to_wait(const struct work *work, const struct glance *glance) {
    if (glance->state != SCREEN_LIMIT)
        return false;
    return work->first || (work->spoken && !work->past_limit && at_usage_limit(work, glance));
}

/* What it says of a limit stays there until it is told something else. */
static bool can_take(const struct work *work, const struct glance *glance) {
    struct screen screen = tmux_view_screen(&glance->view);

    if (glance->state != SCREEN_LIMIT)
        return glance->state == SCREEN_READY;
    return (work->past_limit || (work->spoken && !at_usage_limit(work, glance))) &&
           screen_rests(work->profile, &screen);
}

static enum look judge(const struct work *work, const struct glance *glance) {
    if (glance_gone(work, glance))
        return LOOK_DEAD;
    if (glance_left(glance))
        return LOOK_LEFT;
    if (!work->first && glance_out_of_reach(work, glance))
        return LOOK_OUT_OF_REACH;
    if (can_take(work, glance) && glance_settled(glance, AT_PROMPT_SETTLE_MS))
        return LOOK_READY;
    if (glance->state == SCREEN_DIALOG && glance_settled(glance, AT_PROMPT_SETTLE_MS))
        return LOOK_ASKING;
    if (has_to_wait(work, glance) && glance_settled(glance, AT_PROMPT_SETTLE_MS))
        return LOOK_PAUSED;
    return LOOK_UNSETTLED;
}

/* The looks at an agent that is to take a turn. */
struct looks {
    int64_t until;
    int taken, left_mode;
};

/* A screen that may be settled is given its time, also where there is no patience for more; and its looks, where tmux
 * is slow. */
static bool out_of_time(const struct work *work, const struct glance *glance, const struct looks *looks) {
    bool settling = can_take(work, glance) || glance->state == SCREEN_DIALOG || has_to_wait(work, glance);

    if (settling && looks->taken < LOOKS_MIN)
        return false;
    return clock_monotonic() >= looks->until + (settling ? AT_PROMPT_SETTLE_MS + AT_PROMPT_SETTLE_MS / 2 : 0);
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

bool at_prompt_wait(struct work *work, int64_t timeout_ms, struct glance *glance) {
    struct looks looks = {.until = clock_monotonic() + timeout_ms};

    for (;;) {
        glance_take(work, glance);
        if (!looks.taken++ && !timeout_ms)
            looks.until = clock_monotonic(); /* however long tmux took to answer at all */
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
            return at_prompt_stop_asking(work, glance);
        case LOOK_PAUSED:
            return at_prompt_stop_paused(work, glance);
        case LOOK_UNSETTLED:
            break;
        }
        if (leave_mode(work, glance, &looks))
            continue;
        if (out_of_time(work, glance, &looks))
            return stop_not_ready(work, glance, timeout_ms);
        glance_wait(work, glance, AT_PROMPT_SETTLE_MS);
    }
}
