#include "pickup/prepare.h"

#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "host/launch.h"
#include "pickup/work.h"
#include "rules/profile.h"
#include "rules/prompt.h"
#include "store/runtimes.h"

extern char **environ;

/* An argument may be 128 KiB on Linux (MAX_ARG_STRLEN); what is longer goes through the file. */
enum { ARGUMENT_MAX = 100 * 1024, TEMPLATE_MAX = 256 * 1024 };

/* A failure of our own disk or memory as the class that says so. */
static bool stop_by(struct work *work, const struct err *err) {
    enum send_class class = CLASS_CANNOT_CREATE;

    if (err->code == MC_IOERR)
        class = CLASS_DISK_FULL;
    else if (err->code == MC_OSERR)
        class = CLASS_OS_ERROR;
    else if (err->code == MC_DATAERR)
        class = CLASS_REJECTED;
    return work_stop(work, class, "%s", err->text);
}

static bool long_to_file(struct work *work, const struct prompt_parts *parts, struct err *err) {
    size_t most = (size_t)work->site->config.prompt_inline_max;
    char *path;
    bool ok;

    if (work->argv_turn && most > ARGUMENT_MAX)
        most = ARGUMENT_MAX;
    if (work->prompt.len <= most)
        return true;
    path = xasprintf("%s/prompt-%d.md", work->run_dir, parts->turn);
    ok = files_write(path, text_str(&work->prompt), work->prompt.len, err);
    text_clear(&work->prompt);
    if (ok)
        prompt_render_file(&work->prompt, parts, path);
    free(path);
    return ok;
}

static bool read_template(const struct site *site, struct text *template, struct err *err) {
    return !site->config.prompt_file ||
           files_read_trusted(template, site->config.prompt_file, TEMPLATE_MAX, false, err);
}

bool prepare_check(const struct site *site, struct err *err) {
    const char *file = site->config.prompt_file;
    struct text template = {0};
    char *reason = NULL;
    bool ok = read_template(site, &template, err);

    if (!ok && err->code != MC_NOPERM)
        err->code = MC_CONFIG;
    if (!ok)
        err_wrap(err, "prompt_file");
    else if (file && (reason = prompt_template_error(text_str(&template))))
        ok = err_set(err, MC_CONFIG, "prompt_file %s: %s", file, reason);
    free(reason);
    text_release(&template);
    return ok;
}

static bool render(struct work *work, const struct prompt_parts *parts, struct err *err) {
    bool own = work->site->config.prompt_file != NULL;
    struct text template = {0};
    bool ok;

    text_clear(&work->prompt);
    if (!work->first && !parts->body)
        return prompt_render_note(&work->prompt, parts, err);
    ok = read_template(work->site, &template, err) &&
         prompt_render(&work->prompt, own ? text_str(&template) : NULL, parts, err);
    text_release(&template);
    return ok;
}

bool prepare_prompt(struct work *work, struct err *err) {
    struct message message = {0};
    struct err own = {0};
    char *notes = NULL;
    bool ok = false;
    bool whole = work->first;

    if (!work->first) {
        if (!messages_get(work->site->board, work->message_id, &message, err))
            goto out;
        whole = message.kind == MESSAGE_WORK;
    }
    if (whole &&
        !messages_notes(work->site->board, &(struct message_turn){.ticket_id = work->ticket.id, .nonce = work->nonce},
                        &notes, err))
        goto out;
    struct prompt_parts parts = {
        .key = work->key,
        .turn = work->runtime.turn_count + 1,
        .title = work->ticket.title,
        .body = whole ? work->ticket.body ? work->ticket.body : "" : NULL,
        .messages = whole ? notes ? notes : "" : message.body,
        .nonce = work->nonce,
    };
    ok = files_make_dir(work->run_dir, &own) && render(work, &parts, &own) && long_to_file(work, &parts, &own);
    if (!ok)
        stop_by(work, &own);
out:
    err_release(&own);
    message_release(&message);
    free(notes);
    return ok;
}

static bool is_named(const char *variable, const char *name) {
    size_t n = strlen(name);

    return !strncmp(variable, name, n) && variable[n] == '=';
}

/* Ours alone, or about a place where the agent is not: an agent must not see it (SPEC section 7). */
static bool kept_back(const struct site *site, const char *variable) {
    static const char *const ours[] = {"TMUX",           "TMUX_PANE",     "TERM",   "LANG", "LC_ALL",  "LC_CTYPE",
                                       "INVOCATION_ID",  "PWD",           "OLDPWD", "PATH", "COLUMNS", "LINES",
                                       "JOURNAL_STREAM", "NOTIFY_SOCKET", "SHLVL",  "_"};

    if (text_starts(variable, "MC_"))
        return true;
    if (site->config.send.token_env && is_named(variable, site->config.send.token_env))
        return true;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (is_named(variable, ours[i]))
            return true;
    return false;
}

/* NAME=VALUE, unless the name is there already: getenv(3) takes the first of two. */
static void put(struct argv *env, const char *variable) {
    size_t n = strcspn(variable, "=") + 1;

    for (size_t i = 0; i < env->count; i++)
        if (!strncmp(env->items[i], variable, n))
            return;
    argv_add(env, variable);
}

static void put_pair(struct argv *env, const char *name, const char *value) {
    char *variable = xasprintf("%s=%s", name, value);

    put(env, variable);
    free(variable);
}

/* Our own programs first, so that `mc-ticket signal` is found. */
static void put_path(struct argv *env) {
    const char *path = getenv("PATH");
    char *here = files_program_dir();
    char *both =
        xasprintf("%s%s%s", here ? here : "", here ? ":" : "", path && *path ? path : "/usr/local/bin:/usr/bin:/bin");

    put_pair(env, "PATH", both);
    free(both);
    free(here);
}

/* Most binding first: what ties the agent to its run, what its profile says, what every agent needs, what we were
 * started with. */
static void make_environment(const struct work *work, struct argv *env) {
    const struct site *site = work->site;

    put_pair(env, "MC_TICKET", work->key);
    put_pair(env, "MC_RUN", work->run_id);
    put_pair(env, "MC_DB", site->board_path);
    if (site->config.file)
        put_pair(env, "MC_PICKUP_CONFIG", site->config.file);
    for (size_t i = 0; i < work->profile->env.count; i++)
        put(env, work->profile->env.items[i]);
    put_path(env);
    put_pair(env, "TERM", "screen-256color");
    put_pair(env, "LANG", "C.UTF-8");
    put_pair(env, "PWD", work->runtime.cwd);
    for (char **one = environ; *one; one++)
        if (!kept_back(site, *one))
            put(env, *one);
}

/* The demo agent stands beside our other inner programs; every other one is looked up on PATH. */
static char *find_agent(const struct work *work, bool *not_executable) {
    const char *name = work->profile->command.items[0];
    char *path = NULL;

    *not_executable = false;
    if (!strcmp(name, "mc-demo-agent")) {
        char *own = xasprintf("%s/%s", work->site->libexec, name);

        path = files_find_program(own, NULL, not_executable);
        free(own);
    }
    return path ? path : files_find_program(name, getenv("PATH"), not_executable);
}

static bool agent_argv(struct work *work, struct argv *argv) {
    bool not_executable = false;
    char *path = find_agent(work, &not_executable);

    if (!path)
        return work_stop(work, CLASS_NO_AGENT,
                         not_executable ? "profile %s: %s is there and not executable; mend its mode"
                                        : "profile %s: command %s was not found; give its absolute path in the "
                                          "configuration, because cron's PATH is short",
                         work->profile->name, work->profile->command.items[0]);
    argv_add(argv, path);
    for (size_t i = 1; i < work->profile->command.count; i++)
        argv_add(argv, work->profile->command.items[i]);
    if (work->argv_turn) {
        argv_copy(argv, &work->profile->prompt_flag);
        argv_add(argv, text_str(&work->prompt));
    }
    free(path);
    return true;
}

static bool write_launch(struct work *work, const struct argv *argv, struct err *err) {
    struct argv env = {0};
    bool ok;

    make_environment(work, &env);
    ok = launch_write(work->launch_file, &(struct launch){.cwd = work->runtime.cwd, .env = &env, .argv = argv}, err);
    argv_release(&env);
    return ok;
}

/* Without it tmux would only say that something has ended with status 1. */
static bool have_launcher(struct work *work) {
    bool not_executable = false;
    char *program = xasprintf("%s/mc-launch", work->site->libexec);
    char *found = files_find_program(program, NULL, &not_executable);
    bool ok =
        found || work_stop(work, CLASS_NO_AGENT, "%s is not there or not executable; install mc-pickup again", program);

    free(found);
    free(program);
    return ok;
}

bool prepare_place(struct work *work) {
    struct err err = {0};
    struct argv argv = {0};
    bool ok = false;

    if (!have_launcher(work) || !agent_argv(work, &argv))
        goto out;
    ok = files_make_dir(work->runtime.cwd, &err) && files_create(work->runtime.pane_log_path, "", 0, &err) &&
         write_launch(work, &argv, &err);
    if (!ok)
        stop_by(work, &err);
out:
    argv_release(&argv);
    err_release(&err);
    return ok;
}
