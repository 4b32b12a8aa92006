#include "run/death.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "host/files.h"
#include "host/proc.h"
#include "rules/panelog.h"
#include "rules/record.h"
#include "rules/screen.h"
#include "run/site.h"

enum { OUTPUT_LINES = 40, HISTORY = 200, LOG_TAIL = 16 * 1024 };

/* tmux writes a line of its own at the bottom of a dead pane's screen, below all that the agent has left empty. */
static void cut_epitaph(char *screen) {
    size_t end = strlen(screen);

    while (end > 0 && strchr(" \n", screen[end - 1]))
        end--;
    while (end > 0 && screen[end - 1] != '\n')
        end--;
    if (text_starts(screen + end, "Pane is dead ("))
        screen[end] = '\0';
}

/* The rendered screen while tmux keeps it, else the log's end. */
static void last_output(struct site *site, const struct runtime *runtime, const struct tmux_pane *pane,
                        struct text *out) {
    struct tmux_agent agent = site_agent(site, runtime);
    struct text screen = {0};
    struct text plain = {0};

    agent.pane_id = pane->pane_id;
    if (*pane->pane_id && tmux_capture(&site->tmux, &agent, HISTORY, &screen)) {
        if (screen.len)
            cut_epitaph(screen.data);
        screen_tail(out, text_str(&screen), OUTPUT_LINES);
    }
    if (!out->len && runtime->pane_log_path) {
        text_clear(&screen);
        files_tail(&screen, runtime->pane_log_path, LOG_TAIL);
        panelog_plain(&plain, text_str(&screen), screen.len);
        screen_tail(out, text_str(&plain), OUTPUT_LINES);
    }
    text_release(&screen);
    text_release(&plain);
}

/* By its tags, which outlive a renaming; its pane first, then whatever its session still has. */
static void look_at_pane(struct site *site, const struct runtime *runtime, struct tmux_pane *pane) {
    struct tmux_agent agent;
    enum seen server;
    struct err err = {0};

    if (!site_tmux(site, &err)) {
        err_release(&err);
        return;
    }
    agent = site_agent(site, runtime);
    if (tmux_look_agent(&site->tmux, &agent, pane, &server) == SEEN_YES)
        return;
    agent.pane_id = NULL;
    if (tmux_look_agent(&site->tmux, &agent, pane, &server) != SEEN_YES)
        *pane = (struct tmux_pane){0};
}

void death_look(struct site *site, const struct runtime *runtime, struct text *report, struct text *summary) {
    struct tmux_pane pane = {0};
    struct text oom = {0};
    struct text output = {0};
    struct death death = {.pid = runtime->agent.pid, .run_time_ms = -1, .target = runtime->tmux_target};

    look_at_pane(site, runtime, &pane);
    death.status_known = pane.dead && pane.dead_status >= 0;
    death.exit_status = pane.dead_status;
    death.signal = pane.dead_signal;
    if (runtime->spawned_at)
        death.run_time_ms = clock_now() - runtime->spawned_at;
    death.last_turn = runtime->turn_nonce ? runtime->turn_nonce : runtime->last_turn_marker;
    proc_oom(&oom, &runtime->agent);
    death.oom = text_str(&oom);
    last_output(site, runtime, &pane, &output);
    death.output = text_str(&output);
    death.why_no_output = "its pane is gone and its log is empty";
    death_text(report, &death);
    death_summary(summary, &death);
    text_release(&oom);
    text_release(&output);
}

const char *death_cause(const struct runtime *runtime, bool giving) {
    if (giving)
        return "the agent ended while a turn was given to it, and it may have taken that";
    if (runtime->turn_nonce)
        return "the agent ended in the middle of a turn";
    return runtime->turn_count ? "the agent ended while it had no turn" : NULL;
}
