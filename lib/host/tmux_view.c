#include "host/tmux_view.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/tmux.h"
#include "host/tmux_command.h"

/* What a pane shows. Numbers first, then the lengths of the texts, then the texts, then the screen: whatever an agent
 * writes into its title or its options, it cannot end a field early. Newer releases (3.5a) print what would control a
 * terminal as an escape, which is longer than the text that was measured: no token of ours is. */
const char tmux_view_format[] =
    "#{pane_dead} #{pane_in_mode} #{pane_pid} #{cursor_y} "
    "#{cursor_flag} #{pane_pipe} #{n:" TMUX_TURN_OPTION "} #{n:pane_title} #{" TMUX_TURN_OPTION "}#{pane_title}";

enum { DEAD, IN_MODE, PID, CURSOR_Y, CURSOR_SHOWN, PIPE, TURN, TITLE, FIELDS };

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

bool tmux_view_read(struct tmux_view *view, const char *bytes, size_t length) {
    const char *at = bytes, *end = at + length;
    long long n[FIELDS];
    for (int i = 0; i < FIELDS; i++)
        if (!take_field(&at, end, &n[i]))
            return false;
    if (n[TURN] + n[TITLE] >= end - at || at[n[TURN] + n[TITLE]] != '\n') {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline || newline - at < n[TURN] + n[TITLE])
            return false;
        if (memchr(at, '\\', (size_t)n[TURN])) {
            at = newline - n[TITLE];
            n[TURN] = 0;
        }
        n[TITLE] = newline - at - n[TURN];
    }
    view->dead = n[DEAD] == 1;
    view->in_mode = n[IN_MODE] > 0;
    view->pid = n[PID];
    view->cursor_y = (int)n[CURSOR_Y];
    view->cursor_shown = n[CURSOR_SHOWN] == 1;
    view->pipe = n[PIPE] == 1;
    view->turn[0] = '\0';
    if (n[TURN] < (long long)sizeof view->turn) { /* a longer one is none of ours */
        memcpy(view->turn, at, (size_t)n[TURN]);
        view->turn[n[TURN]] = '\0';
    }
    text_addn(&view->title, at + n[TURN], (size_t)n[TITLE]);
    at += n[TURN] + n[TITLE] + 1;
    return text_addn(&view->screen, at, (size_t)(end - at));
}

/* Inside one condition, like the acts: a pane id that was given out again shows a stranger's screen. */
static void add_view(struct tmux_call *call, const struct tmux_agent *agent, int history) {
    static const char *const head[] = {"if-shell", "-F", "-t", NULL};
    const struct tmux_agent tags = {.run = agent->run, .board = agent->board, .pane_id = agent->pane_id};
    char *above = history > 0 ? xasprintf(" -S -%d", history) : xstrdup("");
    char *not_agents = tmux_not_agents(&tags);
    argv_adds(&call->argv, head);
    argv_add(&call->argv, agent->pane_id);
    argv_add(&call->argv, not_agents);
    argv_add(&call->argv, "display-message -p MC_REFUSED");
    argv_addf(&call->argv, "display-message -p -t %s '%s' ; capture-pane -p -t %s%s", agent->pane_id, tmux_view_format,
              agent->pane_id, above);
    free(above);
    free(not_agents);
}

void tmux_view_release(struct tmux_view *view) {
    text_release(&view->title);
    text_release(&view->screen);
    *view = (struct tmux_view){0};
}

struct screen tmux_view_screen(const struct tmux_view *view) {
    return (struct screen){.text = text_str(&view->screen),
                           .title = text_str(&view->title),
                           .cursor_y = view->cursor_y,
                           .cursor_shown = view->cursor_shown};
}

/* The server answers, and has no such pane of this agent's. */
static bool is_not_there(const struct tmux_call *call) {
    if (call->status == 0)
        return strcmp(text_str(&call->output), "MC_REFUSED\n") == 0;
    return tmux_call_no_session(call) || text_starts(text_str(&call->errors), "can't find pane");
}

enum seen tmux_view(struct tmux *tmux, const struct tmux_agent *agent, int history, struct tmux_view *view) {
    struct tmux_call call;
    struct err err = {0};
    enum seen seen;
    tmux_view_release(view);
    if (!tmux_agent_ok(agent) || agent->pane_id == NULL)
        return SEEN_NO;
    tmux_call_init(&call, tmux, NULL);
    add_view(&call, agent, history);
    if (!tmux_call_run(&call, tmux, &err))
        seen = SEEN_UNKNOWN;
    else if (is_not_there(&call))
        seen = SEEN_NO;
    else if (call.status == 0)
        seen = tmux_view_read(view, text_str(&call.output), call.output.len) ? SEEN_YES : SEEN_UNKNOWN;
    else
        seen = tmux_call_server(&call);
    err_release(&err);
    tmux_call_release(&call);
    return seen;
}

bool tmux_capture(struct tmux *tmux, const struct tmux_agent *agent, int history, struct text *screen) {
    struct tmux_view view = {0};
    bool seen = tmux_view(tmux, agent, history, &view) == SEEN_YES && (agent->pid <= 0 || view.pid == agent->pid) &&
                text_addn(screen, text_str(&view.screen), view.screen.len);
    tmux_view_release(&view);
    return seen;
}
