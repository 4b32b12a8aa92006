#include "host/attach.h"

#include <stdio.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "call.h"
#include "run/here.h"
#include "run/hosts.h"
#include "run/socket.h"
#include "store/runtimes.h"

static void print_words(const struct call *call, const struct argv *words) {
    struct json *object, *array;
    struct text line = {0};

    if (!call->json) {
        for (size_t i = 0; i < words->count; i++) {
            if (i > 0)
                text_addc(&line, ' ');
            text_quote(&line, words->items[i]);
        }
        puts(text_str(&line));
        text_release(&line);
        return;
    }
    object = json_object();
    array = json_array();
    for (size_t i = 0; i < words->count; i++)
        json_push_string(array, words->items[i]);
    json_put_int(object, "schema", 1);
    json_put(object, "command", array);
    call_print(object);
}

/* The session must be there and be this ticket's: a name alone may be anybody's. */
static bool find_session(struct call *call, const struct runtime *runtime, struct tmux_pane *pane, struct err *err) {
    struct tmux *tmux = &call->site.tmux;
    struct tmux_agent agent = site_agent(&call->site, runtime);
    const char *name = runtime->tmux_target;
    enum seen server = SEEN_UNKNOWN;

    agent.pane_id = NULL;
    switch (tmux_look_agent(tmux, &agent, pane, &server)) {
    case SEEN_UNKNOWN:
        return err_set(err, MC_UNAVAILABLE, "tmux on %s does not answer; try again", tmux->socket);
    case SEEN_NO:
        break;
    case SEEN_YES:
        return true;
    }
    if (tmux_look(tmux, name, pane, &server) == SEEN_YES)
        return err_set(err, MC_UNAVAILABLE, "the session %s belongs to another run; mc-ticket runtimes shows whose",
                       name);
    return err_set(err, MC_UNAVAILABLE, "there is no session %s on %s; mc-ticket runtimes shows what is there", name,
                   tmux->socket);
}

static bool visit(struct call *call, const struct runtime *runtime, struct err *err) {
    struct tmux_pane pane = {0};
    struct argv words = {0};
    const struct attach attach = {
        .tmux = &call->site.tmux, .pane = &pane, .read_only = option_given(&call->options, OPTION_READ_ONLY)};

    if (!socket_tmux(&call->site, err) || !find_session(call, runtime, &pane, err))
        return false;
    if (!option_given(&call->options, OPTION_PRINT) && !call->json)
        return attach_visit(&attach, err);
    attach_words(&attach, &words);
    print_words(call, &words);
    argv_release(&words);
    return true;
}

static bool no_agent(const char *key, const struct runtime *runtime, struct err *err) {
    if (!runtime->session_key)
        return err_set(err, MC_NOINPUT, "%s has had no agent yet; mc-ticket show %s tells why", key, key);
    if (!runtime->agent.pid)
        return err_set(err, MC_NOINPUT, "%s has no agent: the last one never started; mc-ticket show %s tells why", key,
                       key);
    return err_set(err, MC_NOINPUT, "%s has no agent now; mc-ticket log %s shows what the last one said", key, key);
}

bool command_attach(struct call *call, struct err *err) {
    struct runtime runtime = {0};
    char session_key[SESSION_KEY_SIZE];
    const char *key = call_word(call, 0);
    bool ok = false;
    int64_t id;

    if (!call_open(call, true, err) || !call_ticket(call, key, &id, err))
        return false;
    key_session_key(session_key, id);
    if (!runtimes_get(call->site.board, session_key, &runtime, err))
        goto out;
    if (!runtime_active(&runtime))
        no_agent(key, &runtime, err);
    else if (!site_here(&call->site, runtime.host))
        here_refuse(key, runtime.host, "attach", err);
    else
        ok = (hosts_check(&call->site, err) && visit(call, &runtime, err)) || err_wrap(err, "%s", key);
out:
    runtime_release(&runtime);
    return ok;
}
