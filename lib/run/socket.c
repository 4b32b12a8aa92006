#include "run/socket.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "run/here.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/runtimes.h"

#define SOCKET_NOTE "tmux_socket"

/* Where agents are started now: a new string, or NULL with err set. */
static char *path_of(const struct site *site, struct err *err) {
    char *socket = site_socket(site, err), *path = socket ? tmux_socket_path(socket) : NULL;

    free(socket);
    return path;
}

bool socket_note(const struct site *site, struct err *err) {
    char *path = path_of(site, err);
    bool ok = path && settings_put(site->board, SOCKET_NOTE, path, err);

    free(path);
    return ok;
}

/* Of a server that gives no answer it is not known that an agent is gone. */
static bool lives(const struct site *site, const struct tmux_panes *panes, enum seen server,
                  const struct runtime *runtime) {
    const struct tmux_agent agent = site_agent(site, runtime);

    return site_here(site, runtime->host) && (server == SEEN_UNKNOWN || tmux_find_agent(panes, &agent));
}

static bool refuse(const struct site *site, const struct runtime *runtime, const char *was, struct err *err) {
    const char *named = site->config.tmux.socket, *file = site->config.file;
    char *path = path_of(site, err), key[KEY_SIZE];

    site_key(site, runtime->ticket_id, key);
    if (path)
        err_set(err, MC_CONFIG,
                "%s: \"tmux.socket\" leads to %s, and the agent of %s lives on %s; set it back%s until no agent lives "
                "there any more (mc-ticket runtimes, mc-ticket block)",
                file ? file : "the configuration", path, key, was,
                named && !strchr(named, '/') ? ", or TMUX_TMPDIR," : "");
    free(path);
    return false;
}

static bool check(const struct site *site, struct tmux *there, struct err *err) {
    struct runtime_list list = {0};
    struct tmux_panes panes = {0};
    struct err silent = {0};
    bool ok = runtimes_list(site->board, NULL, &list, err);
    enum seen server = ok && list.count ? tmux_list(there, &panes, &silent) : SEEN_NO;

    for (size_t i = 0; ok && server != SEEN_NO && i < list.count; i++)
        if (lives(site, &panes, server, &list.items[i]))
            ok = refuse(site, &list.items[i], there->socket, err);
    err_release(&silent);
    tmux_panes_release(&panes);
    runtime_list_release(&list);
    return ok;
}

bool socket_check(struct site *site, struct err *err) {
    struct tmux there = {0};
    struct err another = {0};
    char *was = NULL, *path = path_of(site, err);
    bool ok = path && site_named(site, err) && settings_get(site->board, SOCKET_NOTE, &was, err);

    /* What is another user's by now, or cannot be asked for want of tmux, has none of our agents to lose. */
    if (ok && was && !tmux_is_same(was, path) && tmux_init(&there, was, &another))
        ok = check(site, &there, err);
    err_release(&another);
    tmux_release(&there);
    free(path);
    free(was);
    return ok;
}

bool socket_tmux(struct site *site, struct err *err) {
    return site_tmux(site, err) && socket_check(site, err);
}
