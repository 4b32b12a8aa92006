#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/tmux.h"
#include "host/tmux_command.h"
#include "rules/key.h"

/* What a pane shows. Numbers first, then the lengths of the texts, then the texts, then the screen: whatever an agent
 * writes into its title or its options, it cannot end a field early. */
static const char head_format[] = "#{pane_dead} #{pane_in_mode} #{pane_pid} #{n:" TMUX_TURN_OPTION
                                  "} #{n:pane_title} #{" TMUX_TURN_OPTION "}#{pane_title}";

enum { DEAD, IN_MODE, PID, TURN, TITLE, FIELDS };

static bool take_field(const char **at, const char *end, long long *value) {
    char digits[24];
    const char *blank = memchr(*at, ' ', (size_t)(end - *at));
    if (blank == NULL || (size_t)(blank - *at) >= sizeof digits)
        return false;
    memcpy(digits, *at, (size_t)(blank - *at));
    digits[blank - *at] = '\0';
    *at = blank + 1;
    return text_to_int(digits, 0, INT32_MAX, value);
}

static bool parse(struct tmux_view *view, const struct text *output) {
    const char *at = text_str(output), *end = at + output->len;
    long long n[FIELDS];
    for (int i = 0; i < FIELDS; i++)
        if (!take_field(&at, end, &n[i]))
            return false;
    if (n[TURN] + n[TITLE] >= end - at || at[n[TURN] + n[TITLE]] != '\n')
        return false;
    view->dead = n[DEAD] == 1;
    view->in_mode = n[IN_MODE] > 0;
    view->pid = n[PID];
    view->turn[0] = '\0';
    if (n[TURN] < (long long)sizeof view->turn) { /* a longer one is none of ours */
        memcpy(view->turn, at, (size_t)n[TURN]);
        view->turn[n[TURN]] = '\0';
    }
    text_addn(&view->title, at + n[TURN], (size_t)n[TITLE]);
    at += n[TURN] + n[TITLE] + 1;
    return text_addn(&view->screen, at, (size_t)(end - at));
}

static void add_view(struct tmux_call *call, const char *pane_id, int history) {
    static const char *const show[] = {"display-message", "-p", "-t", NULL};
    static const char *const capture[] = {head_format, ";", "capture-pane", "-p", "-t", NULL};
    argv_adds(&call->argv, show);
    argv_add(&call->argv, pane_id);
    argv_adds(&call->argv, capture);
    argv_add(&call->argv, pane_id);
    if (history > 0) {
        argv_add(&call->argv, "-S");
        argv_addf(&call->argv, "-%d", history);
    }
}

void tmux_view_release(struct tmux_view *view) {
    text_release(&view->title);
    text_release(&view->screen);
    *view = (struct tmux_view){0};
}

enum seen tmux_view(struct tmux *tmux, const char *pane_id, int history, struct tmux_view *view) {
    struct tmux_call call;
    struct err err = {0};
    enum seen seen = SEEN_UNKNOWN;
    tmux_view_release(view);
    if (!key_pane_ok(pane_id))
        return SEEN_NO;
    tmux_call_init(&call, tmux, NULL);
    add_view(&call, pane_id, history);
    if (!tmux_call_run(&call, tmux, &err))
        seen = SEEN_UNKNOWN;
    else if (call.status == 0)
        seen = parse(view, &call.output) ? SEEN_YES : SEEN_UNKNOWN;
    else if (tmux_call_no_session(&call) || text_starts(text_str(&call.errors), "can't find pane"))
        seen = SEEN_NO;
    else
        seen = tmux_call_server(&call);
    err_release(&err);
    tmux_call_release(&call);
    return seen;
}

bool tmux_capture(struct tmux *tmux, const char *pane_id, int history, struct text *screen, struct text *title) {
    struct tmux_view view = {0};
    bool seen = tmux_view(tmux, pane_id, history, &view) == SEEN_YES &&
                text_addn(screen, text_str(&view.screen), view.screen.len) &&
                (title == NULL || text_addn(title, text_str(&view.title), view.title.len));
    tmux_view_release(&view);
    return seen;
}
