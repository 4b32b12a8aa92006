#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "call.h"
#include "store/journal.h"
#include "store/runtimes.h"

static void print_screen(const struct call *call, const struct runtime *runtime, const struct text *screen) {
    struct json *object;

    if (!call->json) {
        print_block(text_str(screen), "");
        return;
    }
    object = json_object();
    json_put_int(object, "schema", 1);
    json_put_string(object, "ticket", call_word(call, 0));
    json_put_string(object, "run", runtime->run_id);
    json_put_string(object, "status", runtime_status_name(runtime->status));
    json_put_string(object, "screen", text_str(screen));
    call_print(object);
}

/* What it showed last stands in the record of its end, if it left one. */
static bool no_screen(struct call *call, const struct runtime *runtime, struct err *err) {
    const char *key = call_word(call, 0);
    char *record = NULL;
    bool ended = runtime->session_key != NULL && runtime->agent.pid != 0;

    if (!ended)
        return err_set(err, MC_NOINPUT, "%s has had no agent yet, so there is no screen; mc-ticket show %s tells why",
                       key, key);
    if (!journal_last(call->site.board, &(struct journal_look){runtime->ticket_id, runtime->run_id, "death", 0},
                      &record, err))
        return false;
    err_set(err, MC_NOINPUT, "%s has no agent now; mc-ticket %s %s %s", key, record ? "show" : "log", key,
            record ? "ends with what its last one showed" : "has what its last one showed");
    free(record);
    return false;
}

static bool capture(struct call *call, const struct runtime *runtime, struct text *screen, struct err *err) {
    struct tmux_agent agent = site_agent(&call->site, runtime);

    if (!site_tmux(&call->site, err))
        return false;
    return tmux_capture(&call->site.tmux, &agent, 0, screen) ||
           err_set(err, MC_UNAVAILABLE,
                   "%s: its session does not answer, or has another process in it; mc-ticket runtimes shows what is "
                   "there",
                   call_word(call, 0));
}

bool command_screen(struct call *call, struct err *err) {
    struct runtime runtime = {0};
    struct text screen = {0};
    char session_key[SESSION_KEY_SIZE];
    int64_t id;
    bool ok;

    if (!call_open(call, true, err) || !call_ticket(call, call_word(call, 0), &id, err))
        return false;
    key_session_key(session_key, id);
    ok = runtimes_get(call->site.board, session_key, &runtime, err);
    if (ok && !runtime_active(&runtime))
        ok = no_screen(call, &runtime, err);
    ok = ok && capture(call, &runtime, &screen, err);
    if (ok)
        print_screen(call, &runtime, &screen);
    text_release(&screen);
    runtime_release(&runtime);
    return ok;
}
