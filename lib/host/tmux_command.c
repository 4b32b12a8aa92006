#include "host/tmux_command.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/spawn.h"
#include "host/tmux.h"
#include "rules/key.h"

static const char word_bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

bool tmux_word_ok(const char *word) {
    return word[0] != '\0' && word[0] != '-' && word[strspn(word, word_bytes)] == '\0';
}

void tmux_call_init(struct tmux_call *call, const struct tmux *tmux, const char *scope) {
    static const char *const in_scope[] = {"--user", "--scope", "--collect", "--quiet", "--", NULL};
    static const char *const options[] = {"-u", "-f", "/dev/null", NULL};
    *call = (struct tmux_call){.program = tmux->program, .cwd = "/"};
    if (scope != NULL) {
        argv_add(&call->argv, scope);
        argv_adds(&call->argv, in_scope);
    }
    argv_add(&call->argv, tmux->program);
    argv_adds(&call->argv, options);
    argv_add(&call->argv, strchr(tmux->socket, '/') != NULL ? "-S" : "-L");
    argv_add(&call->argv, tmux->socket);
}

void tmux_call_release(struct tmux_call *call) {
    argv_release(&call->argv);
    text_release(&call->output);
    text_release(&call->errors);
}

void tmux_call_add(struct tmux_call *call, const char *argument) {
    size_t len = strlen(argument);
    if (len > 0 && argument[len - 1] == ';')
        argv_addf(&call->argv, "%.*s\\;", (int)(len - 1), argument);
    else
        argv_add(&call->argv, argument);
}

static void pass(struct argv *env, const char *name, const char *otherwise) {
    const char *value = getenv(name);
    if (value == NULL || value[0] == '\0')
        value = otherwise;
    if (value != NULL)
        argv_addf(env, "%s=%s", name, value);
}

/* A unit with User= has none, though the user's own manager is there (SPEC section 7). NULL: it is not there. */
static char *own_runtime_dir(void) {
    char *dir = xasprintf("/run/user/%lld", (long long)geteuid());
    struct stat file;
    if (stat(dir, &file) == 0 && S_ISDIR(file.st_mode) && file.st_uid == geteuid())
        return dir;
    free(dir);
    return NULL;
}

/* A new server keeps this for life: nothing of ours is in it, neither a secret nor MC_RUN (by which agents are ended).
 */
static void environment(struct argv *env) {
    char *runtime_dir = own_runtime_dir();
    pass(env, "PATH", "/usr/local/bin:/usr/bin:/bin");
    pass(env, "HOME", "/");
    pass(env, "TMUX_TMPDIR", NULL);            /* where -L looks */
    pass(env, "XDG_RUNTIME_DIR", runtime_dir); /* systemd-run --user */
    pass(env, "DBUS_SESSION_BUS_ADDRESS", NULL);
    argv_add(env, "SHELL=/bin/sh");
    argv_add(env, "TERM=screen-256color");
    argv_add(env, "LANG=C.UTF-8");
    argv_add(env, "LC_ALL=C.UTF-8");
    free(runtime_dir);
}

bool tmux_call_run(struct tmux_call *call, const struct tmux *tmux, struct err *err) {
    struct argv env = {0};
    struct spawn spawn = {.argv = &call->argv,
                          .env = &env,
                          .cwd = call->cwd,
                          .input = call->input,
                          .input_len = call->input_len,
                          .meanwhile = tmux->meanwhile,
                          .timeout_ms = tmux->timeout_ms,
                          .output_max = TMUX_OUTPUT_MAX};
    struct spawn_result result = {.output = &call->output, .errors = &call->errors};
    bool done;
    text_clear(&call->output);
    text_clear(&call->errors);
    call->status = -1;
    environment(&env);
    done = spawn_run(&spawn, &result, err);
    argv_release(&env);
    if (!done)
        return false;
    if (result.timed_out)
        return err_set(err, MC_UNAVAILABLE, "tmux on %s gave no answer within %lld ms", tmux->socket,
                       (long long)tmux->timeout_ms) ||
               err_advise(err, "look with: %s -S %s ls", tmux->program, tmux->socket);
    if (result.output_over)
        return err_set(err, MC_UNAVAILABLE, "tmux on %s printed more than %d bytes", tmux->socket, TMUX_OUTPUT_MAX);
    call->status = result.status;
    if (result.signal != 0)
        return err_set(err, MC_UNAVAILABLE, "tmux was ended by signal %d", result.signal) ||
               err_advise(err, "try it by hand: %s -S %s ls", tmux->program, tmux->socket);
    return true;
}

enum seen tmux_call_server(const struct tmux_call *call) {
    const char *said = text_str(&call->errors);
    if (call->status == 0)
        return SEEN_YES;
    if (call->status < 0)
        return SEEN_UNKNOWN;
    if (text_starts(said, "no current target")) /* it has just started and has no session yet */
        return SEEN_YES;
    if (text_starts(said, "no server running on "))
        return SEEN_NO;
    if (text_starts(said, "error connecting to ") &&
        (strstr(said, "(No such file or directory)") != NULL || strstr(said, "(Connection refused)") != NULL))
        return SEEN_NO;
    return SEEN_UNKNOWN;
}

bool tmux_call_no_session(const struct tmux_call *call) {
    const char *said = text_str(&call->errors);
    return call->status > 0 && (text_starts(said, "no current target") || text_starts(said, "no current session") ||
                                text_starts(said, "no sessions"));
}

bool tmux_call_server_ended(const struct tmux_call *call) {
    const char *said = text_str(&call->errors);
    return call->status > 0 && (text_starts(said, "server exited") || text_starts(said, "lost server"));
}

bool tmux_call_refused(const struct tmux_call *call, struct err *err) {
    const char *said = text_str(&call->errors);
    if (said[0] == '\0')
        said = "it gave no reason";
    return err_set(err, MC_UNAVAILABLE, "tmux (%s) refused: %.*s", call->program, (int)strcspn(said, "\n"), said);
}

/* Nothing is left in it that tmux would expand: #{}, #() and, of a date, %d. */
void tmux_add_word(struct text *out, const char *word, bool timed) {
    text_addc(out, '\'');
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            text_add(out, "'\\''");
        else if (*word == '#')
            text_add(out, "##''"); /* the empty word keeps a [ away: "##[" would stay as it is */
        else if (timed && *word == '%')
            text_add(out, "%%");
        else
            text_addc(out, *word);
    }
    text_addc(out, '\'');
}

static char *log_writer(const struct tmux_log *log) {
    return xasprintf("%s/mc-log", log->programs);
}

bool tmux_log_is_bounded(const struct tmux_log *log) {
    char *writer = log_writer(log);
    bool is = access(writer, X_OK) == 0;
    free(writer);
    return is;
}

char *tmux_log_command(const struct tmux_log *log) {
    struct text command = {0};
    char *writer = log_writer(log);
    bool bounded = tmux_log_is_bounded(log);
    text_add(&command, "exec ");
    tmux_add_word(&command, bounded ? writer : "cat", true);
    text_add(&command, bounded ? " " : " >>");
    tmux_add_word(&command, log->path, true);
    if (bounded)
        text_addf(&command, " %lld", (long long)log->mib);
    free(writer);
    return text_take(&command);
}

bool tmux_agent_ok(const struct tmux_agent *agent) {
    return agent->run != NULL && tmux_word_ok(agent->run) && tmux_word_ok(agent->board) &&
           (agent->pane_id == NULL || key_pane_ok(agent->pane_id));
}

char *tmux_mark(const char *run, const char *board) {
    return xasprintf("%s-%s", run, board);
}

/* Does a session that bears the run's tag show this pane, whatever other session tmux answers for? */
static char *shown_by_its_own(const struct tmux_agent *agent) {
    return xasprintf("#{S:#{?#{==:#{@mc_run},%s},#{W:#{P:#{?#{==:#{pane_id},%s},1,}}},}}", agent->run, agent->pane_id);
}

/* tmux answers for one of the sessions that show a pane (new-session -t, link-window): in a person's, which has no
 * tags, the pane's own mark speaks; in another agent's it does so while its own session shows it, too. */
static char *not_its_run(const struct tmux_agent *agent) {
    char *mark = tmux_mark(agent->run, agent->board);
    char *own = shown_by_its_own(agent);
    char *not_its = xasprintf("#{?#{==:#{@mc_run},%s},,#{?#{==:#{@mc_pane},%s},#{?#{@mc_run},#{?%s,,1},},1}}",
                              agent->run, mark, own);
    free(own);
    free(mark);
    return not_its;
}

static char *either(char *a, char *b) {
    char *both = xasprintf("#{||:%s,%s}", a, b);
    free(a);
    free(b);
    return both;
}

char *tmux_not_agents(const struct tmux_agent *agent) {
    char *refused =
        either(not_its_run(agent), xasprintf("#{!=:#{?#{@mc_board},#{@mc_board},%s},%s}", agent->board, agent->board));
    return agent->pid > 0 ? either(xasprintf("#{!=:#{pane_pid},%lld}", (long long)agent->pid), refused) : refused;
}

char *tmux_not_marked(const struct tmux_agent *agent) {
    char *mark = tmux_mark(agent->run, agent->board);
    char *refused = either(xasprintf("#{!=:#{@mc_pane},%s}", mark), not_its_run(agent));
    free(mark);
    return refused;
}
