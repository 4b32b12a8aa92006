#include "host/tmux.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/tmux_command.h"

enum { TIMEOUT_MS = 10000, AGAIN_MS = 100, SOCKET_MAX = 100 };

char *tmux_socket_path(const char *socket) {
    const char *dir = getenv("TMUX_TMPDIR");
    if (strchr(socket, '/') != NULL)
        return xstrdup(socket);
    return xasprintf("%s/tmux-%lld/%s", dir != NULL && dir[0] != '\0' ? dir : "/tmp", (long long)geteuid(), socket);
}

bool tmux_is_same(const char *socket, const char *other) {
    struct stat one, two;
    return strcmp(socket, other) == 0 ||
           (stat(socket, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev && one.st_ino == two.st_ino);
}

bool tmux_socket_check(const char *socket, struct err *err) {
    char *path = tmux_socket_path(socket);
    struct stat file;
    bool ok = stat(path, &file) != 0 || file.st_uid == geteuid();
    if (!ok)
        err_set(
            err, MC_NOPERM,
            "tmux socket %s: it belongs to user %lld and we are user %lld: whoever owns it would see and change all "
            "that agents get; set \"tmux.socket\" to a path of our own, or run this as its owner",
            path, (long long)file.st_uid, (long long)geteuid());
    free(path);
    return ok;
}

bool tmux_init(struct tmux *tmux, const char *socket, struct err *err) {
    bool not_executable;
    *tmux = (struct tmux){.timeout_ms = TIMEOUT_MS};
    if (strlen(socket) > SOCKET_MAX)
        return err_set(err, MC_CONFIG, "%s: too long for a socket (at most %d bytes)", socket, SOCKET_MAX) ||
               err_advise(err, "set tmux.socket");
    if (!tmux_socket_check(socket, err))
        return false;
    tmux->program = files_find_program("tmux", getenv("PATH"), &not_executable);
    if (tmux->program == NULL)
        tmux->program = files_find_program("tmux", "/usr/local/bin:/usr/bin:/bin", &not_executable);
    if (tmux->program == NULL)
        return err_set(err, MC_UNAVAILABLE, "tmux is not on PATH") ||
               err_advise(err, "install it (Debian: apt install tmux)");
    tmux->socket = xstrdup(socket);
    return true;
}

void tmux_called(const struct tmux *tmux, struct text *out) {
    text_word(out, tmux->program);
    text_add(out, " -S ");
    text_word(out, tmux->socket);
}

void tmux_release(struct tmux *tmux) {
    free(tmux->program);
    free(tmux->socket);
    *tmux = (struct tmux){0};
}

/* A unit of systemd takes everything it started with it when it ends, a new server too: that one needs a scope of its
 * own (SPEC section 7). *scope is NULL when none is needed. */
static bool find_scope(struct tmux *tmux, char **scope, struct err *err) {
    struct tmux_panes panes;
    struct err unheard = {0};
    enum seen server;
    bool not_executable;
    const char *unit = getenv("INVOCATION_ID");
    *scope = NULL;
    if (unit == NULL || unit[0] == '\0')
        return true;
    server = tmux_list(tmux, &panes, &unheard);
    tmux_panes_release(&panes);
    err_release(&unheard);
    if (server != SEEN_NO)
        return true;
    *scope = files_find_program("systemd-run", getenv("PATH"), &not_executable);
    if (*scope == NULL)
        *scope = files_find_program("systemd-run", "/usr/bin:/bin", &not_executable);
    if (*scope == NULL)
        return err_set(err, MC_UNAVAILABLE,
                       "a tmux server started from a systemd unit ends with it, and systemd-run "
                       "is not installed") ||
               err_advise(err, "install it or run mc-pickup from cron");
    return true;
}

/* How a session of ours is, whatever the server's own settings are: a dead agent's screen stays to be read, nobody's
 * setting ends the session for having no client, a visitor's small terminal changes nothing (SPEC section 7). */
static void add_options(struct tmux_call *call, const struct tmux_session *session) {
    char *mark = tmux_mark(session->run, session->board);
    const struct {
        const char *of; /* NULL: the session's */
        const char *name, *value;
    } options[] = {
        {NULL, "destroy-unattached", "off"},
        {"-w", "remain-on-exit", "on"},
        {"-w", "window-size", "manual"},
        {NULL, "@mc_run", session->run},
        {NULL, "@mc_ticket", session->ticket},
        {NULL, "@mc_board", session->board},
        {NULL, "@mc_pane", "-"},
        {"-p", "@mc_pane", mark}, /* all panes but this one are a person's */
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        argv_add(&call->argv, ";");
        argv_add(&call->argv, "set-option");
        if (options[i].of != NULL)
            argv_add(&call->argv, options[i].of);
        argv_add(&call->argv, "-t");
        argv_addf(&call->argv, "=%s:", session->name);
        argv_add(&call->argv, options[i].name);
        argv_add(&call->argv, options[i].value);
    }
    free(mark);
}

static void add_pipe(struct tmux_call *call, const char *session, const struct tmux_log *log) {
    char *command = tmux_log_command(log);
    argv_add(&call->argv, ";");
    argv_add(&call->argv, "pipe-pane");
    argv_add(&call->argv, "-t");
    argv_addf(&call->argv, "=%s:", session);
    argv_add(&call->argv, command);
    free(command);
}

/* Where a person's own windows open. By name and not as the client's own: a server that is started with it stays there
 * for good, and the slot of one ticket would never be empty. tmux would expand a "#". */
static void add_folder(struct tmux_call *call, const char *folder) {
    struct text plain = {0};
    for (const char *c = folder; *c != '\0'; c++)
        text_addn(&plain, *c == '#' ? "##" : c, *c == '#' ? 2 : 1);
    argv_add(&call->argv, "-c");
    tmux_call_add(call, text_str(&plain));
    text_release(&plain);
}

/* All in one queue: the server does not look at the new process's output or end before the last of it is done. */
static void compose(struct tmux_call *call, const struct tmux_session *session) {
    static const char *const head[] = {"new-session", "-d", "-P", "-F", "#{pane_id} #{pane_pid}", "-s", NULL};
    argv_adds(&call->argv, head);
    argv_add(&call->argv, session->name);
    argv_add(&call->argv, "-x");
    argv_addf(&call->argv, "%lld", (long long)session->width);
    argv_add(&call->argv, "-y");
    argv_addf(&call->argv, "%lld", (long long)session->height);
    add_folder(call, session->cwd != NULL ? session->cwd : "/");
    argv_add(&call->argv, "--");
    for (size_t i = 0; i < session->argv->count; i++)
        tmux_call_add(call, session->argv->items[i]);
    add_options(call, session);
    if (session->log.path != NULL)
        add_pipe(call, session->name, &session->log);
}

static bool read_pane(const struct tmux_call *call, struct tmux_started *started) {
    long long number;
    char digits[24];
    if (sscanf(text_str(&call->output), "%15s %23s", started->pane_id, digits) != 2 || started->pane_id[0] != '%' ||
        !text_to_int(digits, 1, INT32_MAX, &number))
        return false;
    started->pid = number;
    return true;
}

/* Half-made: the session stands but not as it should. By its pid, because another server may give out the same ids. */
static void undo(struct tmux *tmux, const struct tmux_started *started) {
    struct tmux_call call;
    struct err err = {0};
    tmux_call_init(&call, tmux, NULL);
    argv_add(&call.argv, "if-shell");
    argv_add(&call.argv, "-F");
    argv_add(&call.argv, "-t");
    argv_add(&call.argv, started->pane_id);
    argv_addf(&call.argv, "#{==:#{pane_pid},%lld}", (long long)started->pid);
    argv_addf(&call.argv, "kill-session -t %s", started->pane_id);
    (void)tmux_call_run(&call, tmux, &err);
    err_release(&err);
    tmux_call_release(&call);
}

static bool run_start(struct tmux_call *call, struct tmux *tmux, struct err *err) {
    bool ran = tmux_call_run(call, tmux, err);
    if (ran && tmux_call_server_ended(call)) {
        clock_sleep(AGAIN_MS);
        ran = tmux_call_run(call, tmux, err);
    }
    return ran;
}

static bool session_ok(const struct tmux_session *session, struct err *err) {
    if (!tmux_word_ok(session->name) || !tmux_word_ok(session->run) || !tmux_word_ok(session->ticket) ||
        !tmux_word_ok(session->board))
        return err_set(err, MC_SOFTWARE, "a tmux session cannot be named %s", session->name);
    /* One argument alone would be given to a shell. */
    if (session->argv->count < 2)
        return err_set(err, MC_SOFTWARE, "session %s: a command of one word would go through a shell", session->name);
    return true;
}

static bool refused(const struct tmux_call *call, const char *scope, struct err *err) {
    const char *said = text_str(&call->errors);
    if (scope == NULL)
        return tmux_call_refused(call, err);
    if (said[0] == '\0')
        said = "nothing";
    return err_set(err, MC_UNAVAILABLE,
                   "no scope could be made for a tmux server, which would end with this systemd unit without one: %s "
                   "--user --scope said: %.*s",
                   scope, (int)strcspn(said, "\n"), said) ||
           err_advise(err, "let the user's manager run (loginctl enable-linger), or run mc-pickup from cron");
}

enum tmux_start tmux_start(struct tmux *tmux, const struct tmux_session *session, struct tmux_started *started,
                           struct err *err) {
    struct tmux_call call = {0};
    char *scope = NULL;
    bool seen;
    enum tmux_start start = TMUX_START_FAILED;
    *started = (struct tmux_started){0};
    if (!session_ok(session, err) || !find_scope(tmux, &scope, err))
        goto out;
    tmux_call_init(&call, tmux, scope);
    compose(&call, session);
    if (!run_start(&call, tmux, err))
        goto out;
    seen = read_pane(&call, started);
    if (call.status == 0 && seen) {
        start = TMUX_STARTED;
    } else if (text_starts(text_str(&call.errors), "duplicate session")) {
        start = TMUX_DUPLICATE;
    } else {
        refused(&call, scope, err);
        if (seen)
            undo(tmux, started);
    }
out:
    tmux_call_release(&call);
    free(scope);
    return start;
}
