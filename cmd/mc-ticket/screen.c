#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "run/here.h"
#include "run/hosts.h"
#include "run/socket.h"
#include "store/journal.h"
#include "store/runtimes.h"

/* A pane is as high as it is: what an agent has not written on is not shown. */
static void print_written(const char *screen) {
    size_t n = strlen(screen);
    char *written;

    while (n > 0 && strchr(" \n", screen[n - 1]) != NULL)
        n--;
    written = xstrndup(screen, n);
    print_block(written, "");
    free(written);
}

/* `gone`: why it is an old one; NULL: it is what the agent shows now. */
static void print_screen(const struct call *call, const struct runtime *runtime, const char *screen,
                         const struct err *gone) {
    struct json *object;

    if (!call->json) {
        print_written(screen);
        return;
    }
    object = json_object();
    json_put_int(object, "schema", 1);
    json_put_string(object, "ticket", call_word(call, 0));
    json_put_string(object, "run", runtime->run_id);
    json_put_string(object, "status", runtime_status_name(runtime->status));
    json_put_string(object, "screen", screen);
    if (gone)
        json_put(object, "error", call_error_json(gone));
    call_print(object);
}

/* What the record of its end has kept; NULL: nothing. Points into the row. */
static const char *kept_screen(const struct activity *row) {
    static const char output[] = "\nlast output:\n";
    const char *found;

    if (!row->id || !row->body)
        return NULL;
    if (text_same(row->kind, "screen"))
        return row->body;
    found = strstr(row->body, output);
    return found ? found + sizeof output - 1 : NULL;
}

/* It is shown, and still no agent lives. */
static void show_kept(struct call *call, const struct runtime *runtime, const char *screen) {
    const char *key = call_word(call, 0);
    struct err gone = {0};

    err_set(&gone, MC_NOINPUT,
            "%s has no agent now; the end of what its last one showed is printed, mc-ticket log %s has more", key, key);
    call_complain(&gone);
    print_screen(call, runtime, screen, &gone);
    call->status = MC_NOINPUT;
    err_release(&gone);
}

static bool last_screen(struct call *call, const struct runtime *runtime, struct err *err) {
    const char *key = call_word(call, 0), *screen;
    struct activity row = {0};
    bool ok;

    if (!runtime->session_key || !runtime->agent.pid)
        return err_set(err, MC_NOINPUT, "%s has had no agent yet, so there is no screen; mc-ticket show %s tells why",
                       key, key);
    ok = journal_newest(
        call->site.board,
        &(struct journal_kinds){
            .ticket_id = runtime->ticket_id, .run_id = runtime->run_id, .kind = "screen", .other = "death"},
        &row, err);
    screen = ok ? kept_screen(&row) : NULL;
    if (screen)
        show_kept(call, runtime, screen);
    else if (ok)
        ok = err_set(err, MC_NOINPUT, "%s has no agent now; mc-ticket log %s has what its last one showed", key, key);
    activity_release(&row);
    return ok;
}

static bool capture(struct call *call, const struct runtime *runtime, struct text *screen, struct err *err) {
    struct tmux_agent agent = site_agent(&call->site, runtime);

    if (!socket_tmux(&call->site, err))
        return false;
    return tmux_capture(&call->site.tmux, &agent, 0, screen) ||
           err_set(err, MC_UNAVAILABLE,
                   "%s: its session does not answer, or has another process in it; mc-ticket runtimes shows what is "
                   "there",
                   call_word(call, 0));
}

static bool show(struct call *call, const struct runtime *runtime, struct err *err) {
    struct text screen = {0};
    bool ok;

    if (!site_here(&call->site, runtime->host))
        return here_refuse(call_word(call, 0), runtime->host, "screen", err);
    ok = hosts_check(&call->site, err) && capture(call, runtime, &screen, err);

    if (ok)
        print_screen(call, runtime, text_str(&screen), NULL);
    text_release(&screen);
    return ok;
}

bool command_screen(struct call *call, struct err *err) {
    struct runtime runtime = {0};
    char session_key[SESSION_KEY_SIZE];
    int64_t id;
    bool ok;

    if (!call_open(call, true, err) || !call_ticket(call, call_word(call, 0), &id, err))
        return false;
    key_session_key(session_key, id);
    ok = runtimes_get(call->site.board, session_key, &runtime, err) &&
         (runtime_active(&runtime) ? show(call, &runtime, err) : last_screen(call, &runtime, err));
    runtime_release(&runtime);
    return ok;
}
