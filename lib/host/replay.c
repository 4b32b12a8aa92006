#include "host/replay.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "host/files.h"
#include "host/panelog_read.h"
#include "host/tmux.h"
#include "host/tmux_command.h"

enum { LOG_BYTES = 1024 * 1024, TIMEOUT_MS = 5000, CLOSE_MS = 2000, TOKEN_DIGITS = 16 };

/* The server's own end comes first: nobody else ends it when we are killed. What stands in a log must reach nobody, so
 * there is no clipboard; what an agent drew on the alternate screen is not taken away when it leaves that. */
static const char *const prepare[] = {"run-shell",   "-b", "-d",         "10", "-C",
                                      "kill-server", ";",  "set-option", "-s", "set-clipboard",
                                      "off",         ";",  "set-option", "-g", "alternate-screen",
                                      "off",         ";",  "set-option", "-g", "history-limit",
                                      "5000",        ";",  NULL};

/* The log goes from our standard input into a pane without a program, byte for byte: of what a program writes before it
 * ends, a terminal may lose the last part. Such a pane is only made beside another one. */
static const char *const play_and_look[] = {
    "--", "cat", "-",   ";", "split-window", "",   ";",  "kill-pane", "-t", ":.0", ";", "display-message",
    "-I", "-t",  ":.0", ";", "capture-pane", "-p", "-t", ":.0",       "-S", "-",   ";", "kill-server",
    NULL};

static void add_play(struct tmux_call *call, const struct replay *replay) {
    argv_adds(&call->argv, prepare);
    argv_adds(&call->argv, (const char *const[]){"new-session", "-d", "-x", NULL});
    argv_addf(&call->argv, "%lld", (long long)replay->width);
    argv_add(&call->argv, "-y");
    argv_addf(&call->argv, "%lld", (long long)replay->height);
    argv_adds(&call->argv, play_and_look);
}

static void end_server(const struct tmux *own, const char *folder) {
    struct tmux_call call;
    struct tmux soon = *own;
    struct err unheard = {0};
    soon.timeout_ms = CLOSE_MS;
    tmux_call_init(&call, &soon, NULL);
    call.cwd = folder;
    argv_add(&call.argv, "kill-server");
    tmux_call_run(&call, &soon, &unheard);
    err_release(&unheard);
    tmux_call_release(&call);
}

static bool play(struct tmux_call *call, const struct tmux *own, const struct replay *replay, struct err *err) {
    call->cwd = replay->folder;
    add_play(call, replay);
    if (tmux_call_run(call, own, err) && (call->status == 0 || tmux_call_refused(call, err)))
        return true;
    end_server(own, replay->folder);
    return false;
}

static bool add_screen(struct text *screen, const struct tmux_call *call, struct err *err) {
    return text_addn(screen, text_str(&call->output), call->output.len) ||
           err_set(err, MC_UNAVAILABLE, "what the pane log shows is too long");
}

bool replay_log(const struct tmux *tmux, const struct replay *replay, struct text *screen, struct err *err) {
    char token[TOKEN_DIGITS + 1];
    struct text log = {0};
    random_hex(token, TOKEN_DIGITS);
    /* By the folder and a short name: a socket's path may have some 100 bytes, and a folder more. */
    struct tmux own = {.program = tmux->program, .socket = xasprintf("./replay-%s", token), .timeout_ms = TIMEOUT_MS};
    char *socket = xasprintf("%s/replay-%s", replay->folder, token);
    (void)panelog_part(&log, replay->log, files_size(replay->log) - LOG_BYTES, LOG_BYTES);
    struct tmux_call call;
    tmux_call_init(&call, &own, NULL);
    call.input = text_str(&log);
    call.input_len = log.len;
    bool ok = log.len > 0 ? play(&call, &own, replay, err) && add_screen(screen, &call, err)
                          : err_set(err, MC_NOINPUT, "%s: there is no such log, or nothing in it", replay->log);
    tmux_call_release(&call);
    unlink(socket);
    free(socket);
    free(own.socket);
    text_release(&log);
    return ok;
}
