#include "pickup/glance.h"

#include "base/clock.h"
#include "host/proc.h"
#include "host/watch.h"
#include "pickup/work.h"
#include "run/death.h"

enum {
    STEP_MS = 20,
    STEP_MAX_MS = 100,
    EPITAPH_MS = 1000 /* tmux learns of an end a moment after it */
};

void glance_release(struct glance *glance) {
    tmux_view_release(&glance->view);
    text_release(&glance->live);
    *glance = (struct glance){0};
}

struct tmux_agent glance_agent(const struct work *work) {
    return site_agent(work->site, &work->runtime);
}

static bool in_its_pane(const struct work *work, const struct glance *glance) {
    return glance->seen == SEEN_YES && glance->view.pid == work->runtime.agent.pid;
}

static enum foreground_holder holder(const struct work *work) {
    struct foreground seen = {0};
    enum foreground_holder found;

    proc_foreground(&work->runtime.agent, &seen);
    found = foreground_holder(&seen);
    text_release(&seen.arguments);
    return found;
}

/* What the agent's screen shows is the agent's only while nothing else has its terminal. */
static bool speaks(const struct work *work, const struct glance *glance) {
    return in_its_pane(work, glance) && !glance->view.dead && !glance->view.in_mode &&
           (glance->holder == FOREGROUND_AGENT || glance->holder == FOREGROUND_UNTOLD);
}

void glance_take(struct work *work, struct glance *glance) {
    struct tmux_agent agent = glance_agent(work);
    struct text before = glance->live;
    struct screen screen;
    enum screen_state state = glance->state;
    bool first = glance->since == 0;

    glance->live = (struct text){0};
    glance->seen = tmux_view(&work->site->tmux, &agent, 0, &glance->view);
    glance->state = SCREEN_OTHER;
    screen = tmux_view_screen(&glance->view);
    screen_live(&glance->live, work->profile, &screen);
    glance->holder = holder(work);
    if (speaks(work, glance))
        glance->state = screen_state(work->profile, &screen, work->nonce);
    if (first || state != glance->state || strcmp(text_str(&before), text_str(&glance->live)) != 0) {
        glance->since = clock_monotonic();
        glance->step = STEP_MS;
    }
    text_release(&before);
}

bool glance_gone(const struct work *work, const struct glance *glance) {
    /* The process decides, not the pane. */
    if (in_its_pane(work, glance))
        return glance->view.dead || proc_alive(&work->runtime.agent) == SEEN_NO;
    return glance->seen != SEEN_UNKNOWN && proc_alive(&work->runtime.agent) != SEEN_YES;
}

bool glance_out_of_reach(const struct work *work, const struct glance *glance) {
    return glance->seen != SEEN_UNKNOWN && !in_its_pane(work, glance) && !glance_gone(work, glance);
}

bool glance_stop_out_of_reach(struct work *work) {
    return work_stop(work, CLASS_OUT_OF_REACH, "%s lives (pid %lld) without its terminal: tmux has no pane of its run",
                     work->profile->name, (long long)work->runtime.agent.pid);
}

bool glance_left(const struct glance *glance) {
    return glance->seen == SEEN_YES && glance->holder == FOREGROUND_SHELL;
}

void glance_keep(struct work *work, const struct glance *glance) {
    enum { LINES = 40 };
    struct text tail = {0};

    screen_tail(&tail, text_str(&glance->view.screen), LINES);
    free(work->verdict.screen);
    work->verdict.screen = text_take(&tail);
}

bool glance_stop_left(struct work *work, const struct glance *glance) {
    glance_keep(work, glance);
    return work_stop(work, CLASS_WORKER_DIED, "%s has been left: a shell reads in its terminal now",
                     work->profile->name);
}

bool glance_settled(const struct glance *glance, int64_t ms) {
    return clock_monotonic() - glance->since >= ms;
}

/* A look before the screen can be settled tells only whether it has changed. */
void glance_wait(struct work *work, struct glance *glance, int64_t settle) {
    int64_t left = glance->since + settle - clock_monotonic();
    int64_t ms = left > 0 && left < glance->step ? left : glance->step;

    (void)watch_process(&work->runtime.agent, ms);
    glance->step = glance->step * 3 / 2 < STEP_MAX_MS ? glance->step * 3 / 2 : STEP_MAX_MS;
}

/* Its pane is marked dead a moment after the process has ended, and only then says how. */
static void await_epitaph(struct work *work) {
    int64_t until = clock_monotonic() + EPITAPH_MS;
    struct glance glance = {0};

    glance_take(work, &glance);
    while (in_its_pane(work, &glance) && !glance.view.dead && clock_monotonic() < until) {
        clock_sleep(glance.step);
        glance_take(work, &glance);
    }
    glance_release(&glance);
}

bool glance_stop_dead(struct work *work) {
    struct text report = {0};
    struct text summary = {0};

    await_epitaph(work);
    death_look(work->site, &work->runtime, &report, &summary);
    work_stop(work, CLASS_WORKER_DIED, "%s", text_str(&summary));
    free(work->verdict.death);
    work->verdict.death = text_take(&report);
    text_release(&summary);
    return false;
}

bool glance_stop_unstarted(struct work *work) {
    enum { EXIT_NOT_RUN = 126, EXIT_NOT_FOUND = 127 };
    struct tmux_agent agent = glance_agent(work);
    struct tmux_pane pane;
    enum seen server;

    glance_stop_dead(work);
    if (work->first && tmux_look_agent(&work->site->tmux, &agent, &pane, &server) == SEEN_YES && pane.dead &&
        (pane.dead_status == EXIT_NOT_RUN || pane.dead_status == EXIT_NOT_FOUND))
        work->verdict.class = CLASS_NO_AGENT;
    return false;
}
