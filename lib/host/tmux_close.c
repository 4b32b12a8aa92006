#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/tmux.h"
#include "host/tmux_command.h"

/* By its mark, wherever it was moved; but what somebody has tagged with another run is not touched any more. */
static bool is_marked(const struct tmux_pane *pane, const struct tmux_agent *tags) {
    char *mark = tmux_mark(tags->run, tags->board);
    bool marked = strcmp(pane->mark, mark) == 0 && (pane->run[0] == '\0' || strcmp(pane->run, tags->run) == 0);
    free(mark);
    return marked;
}

/* What is to be closed of an agent: its marked pane; else the session that carries its tags, from before panes were
 * marked. */
static const struct tmux_pane *find_own(const struct tmux_panes *panes, const struct tmux_agent *tags) {
    const struct tmux_pane *found = NULL;
    for (size_t i = 0; i < panes->count && found == NULL; i++)
        if (is_marked(&panes->items[i], tags))
            found = &panes->items[i];
    return found != NULL ? found : tmux_find_agent(panes, tags);
}

/* Under its mark or its tags still when the server comes to it. */
static bool close_own(struct tmux *tmux, const struct tmux_agent *tags, const struct tmux_pane *pane, struct err *err) {
    const struct tmux_agent own = {.run = tags->run, .board = tags->board, .pane_id = pane->pane_id};
    struct tmux_call call;
    bool marked = is_marked(pane, tags);
    char *not_own = marked ? tmux_not_marked(&own) : tmux_not_agents(&own);
    bool ran;
    tmux_call_init(&call, tmux, NULL);
    argv_add(&call.argv, "if-shell");
    argv_add(&call.argv, "-F");
    argv_add(&call.argv, "-t");
    argv_add(&call.argv, pane->pane_id);
    argv_add(&call.argv, not_own);
    argv_add(&call.argv, "");
    argv_addf(&call.argv, "%s -t %s", marked ? "kill-pane" : "kill-session", pane->pane_id);
    ran = tmux_call_run(&call, tmux, err);
    tmux_call_release(&call);
    free(not_own);
    return ran;
}

static void name_visitors(const struct tmux_panes *panes, const struct tmux_agent *tags, struct text *left) {
    for (size_t i = 0; i < panes->count; i++) {
        const struct tmux_pane *pane = &panes->items[i];
        if (strcmp(pane->run, tags->run) == 0 && tmux_is_visitor(pane))
            text_addf(left, "%spane %s (pid %lld)", left->len > 0 ? ", " : "", pane->pane_id, (long long)pane->pid);
    }
}

bool tmux_close(struct tmux *tmux, const struct tmux_agent *agent, struct text *left, struct err *err) {
    const struct tmux_agent tags = {.run = agent->run, .board = agent->board};
    struct tmux_panes panes;
    struct err unheard = {0};
    const struct tmux_pane *own;
    enum seen server;
    bool ok = true;
    if (!tmux_agent_ok(&tags))
        return true; /* none of ours was ever tagged so */
    server = tmux_list(tmux, &panes, &unheard);
    own = find_own(&panes, &tags);
    if (own != NULL) {
        ok = close_own(tmux, &tags, own, err);
        tmux_panes_release(&panes);
        err_release(&unheard);
        server = tmux_list(tmux, &panes, &unheard);
        own = find_own(&panes, &tags);
    }
    if (ok && server == SEEN_UNKNOWN)
        ok = err_set(err, MC_UNAVAILABLE, "tmux on %s does not say whether a session of run %s is left", tmux->socket,
                     agent->run);
    else if (ok && own != NULL)
        ok = err_set(err, MC_UNAVAILABLE, "tmux session %s stays open; close it by hand", own->session);
    if (ok)
        name_visitors(&panes, &tags, left);
    tmux_panes_release(&panes);
    err_release(&unheard);
    return ok;
}
