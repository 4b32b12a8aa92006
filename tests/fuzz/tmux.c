/* What tmux lists and shows: titles, options and names of sessions are an agent's to set. */
#include "host/tmux.h"

#include "fuzz.h"
#include "host/tmux_view.h"
#include "rules/doctor_judge.h"

const struct fuzz_shape fuzz_shape = {"", "", "", false};

static void lists(const char *s, size_t n) {
    struct tmux_panes panes = {0};
    const struct tmux_agent agent = {.run = "0123456789abcdef0123456789abcdef", .board = "0123456789abcdef"};
    bool ok = tmux_panes_read(&panes, s, n);

    HOLDS(!ok || n == 0 || s[n - 1] == '\n');
    for (size_t i = 0; i < panes.count; i++) {
        const struct tmux_pane *pane = &panes.items[i];

        HOLDS(pane->pane_id[0] == '%' && !strpbrk(pane->pane_id, " \n") && pane->pid >= 0);
        HOLDS(pane->activity >= 0 && pane->looked >= 0 && pane->dead_status >= -1 && pane->dead_signal >= 0);
        HOLDS(strlen(pane->session) < sizeof pane->session && strlen(pane->run) < sizeof pane->run);
        HOLDS(i > 0 || tmux_find(&panes, pane->session));
        (void)tmux_is_visitor(pane);
    }
    (void)tmux_find_session(&panes, &agent);
    tmux_panes_release(&panes);
}

static void views(const char *s, size_t n) {
    struct tmux_view view = {0};

    if (tmux_view_read(&view, s, n)) {
        HOLDS(view.pid >= 0 && view.cursor_y >= 0 && strlen(view.turn) < sizeof view.turn);
        HOLDS(view.title.len + view.screen.len < n);
    }
    tmux_view_release(&view);
}

void fuzz_one(const char *bytes, size_t n) {
    char *s = fuzz_string(bytes, n);

    lists(s, n);
    views(s, n);
    (void)doctor_tmux_ok(s);
    free(s);
}
