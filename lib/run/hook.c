#include "run/hook.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/spawn.h"
#include "rules/environment.h"
#include "run/passed.h"
#include "run/site.h"

enum { SECOND = 1000, LAST_LINE = 200 };

static const char cut[] = "\n[mc-pickup: more than a MiB; the rest was thrown away]\n";

static void put_environment(struct site *site, const struct hook_call *call, struct argv *env) {
    environment_put_pair(env, "MC_BRANCH", call->branch ? call->branch : "");
    environment_put_pair(env, "MC_SIGNAL", call->word ? call->word : "");
    environment_put_pair(env, "TERM", "dumb");
    passed_environment(site,
                       &(struct passed){.ticket_id = call->ticket_id,
                                        .run_id = call->run_id,
                                        .board = site->board_path,
                                        .path = getenv("PATH"),
                                        .cwd = call->slot},
                       env);
}

static char *find_program(const char *name, struct err *err) {
    bool not_executable = false;
    char *program = files_find_program(name, getenv("PATH"), &not_executable);

    if (program)
        return program;
    if (not_executable) {
        err_set(err, MC_UNAVAILABLE, "%s is there and not executable", name);
        err_advise(err, "mend its mode");
    } else if (strchr(name, '/')) {
        err_set(err, MC_UNAVAILABLE, "%s is not there", name);
        err_advise(err, "install it there, or correct it in the configuration");
    } else {
        err_set(err, MC_UNAVAILABLE, "%s was not found", name);
        err_advise(err, "install it, or add its folder to \"path\" in the configuration");
    }
    return NULL;
}

char *hook_program(const struct workspace *workspace, enum hook hook, struct err *err) {
    char *program = find_program(workspace->hooks[hook].items[0], err);

    if (!program)
        err_wrap(err, "workspace %s: hook %s", workspace->name, hook_name(hook));
    return program;
}

static bool put_command(const struct argv *wanted, struct argv *argv, struct err *err) {
    char *program = find_program(wanted->items[0], err);

    if (!program)
        return false;
    argv_add(argv, program);
    for (size_t i = 1; i < wanted->count; i++)
        argv_add(argv, wanted->items[i]);
    free(program);
    return true;
}

char *hook_log(const struct site *site, const struct hook_call *call) {
    char *dir = site_run_dir(site, call->run_id);
    char *path = xasprintf("%s/hook-%s.log", dir, hook_name(call->hook));

    free(dir);
    return path;
}

static bool keep_output(const struct site *site, const struct hook_call *call, const struct text *output,
                        struct err *err) {
    char *dir = site_run_dir(site, call->run_id);
    char *path = hook_log(site, call);
    bool ok = files_make_dir(dir, err) && files_put(path, text_str(output), output->len, err);

    free(path);
    free(dir);
    return ok;
}

/* Its last line that is not blank, cleaned. */
static void last_line(const struct text *output, struct text *line) {
    const char *all = text_str(output);
    size_t end = output->len, begin;

    while (end && strchr(" \t\r\n", all[end - 1]))
        end--;
    for (begin = end; begin && all[begin - 1] != '\n';)
        begin--;
    clean_line(line, all + begin, end - begin, LAST_LINE);
}

static bool tell_end(const struct hook_call *call, const struct spawn_result *result, struct err *err) {
    int64_t limit = call->limit_ms ? call->limit_ms : HOOK_LIMIT_MS;

    if (result->timed_out)
        return err_set(err, MC_UNAVAILABLE, "was ended after %lld s, its time limit", (long long)(limit / SECOND));
    if (result->signal)
        return err_set(err, MC_UNAVAILABLE, "was ended by signal %d", result->signal);
    return err_set(err, MC_UNAVAILABLE, "ended with status %d", result->status);
}

/* "…: its last line; its output is in PATH", or why that is not kept. */
static void tell_output(const struct site *site, const struct hook_call *call, const struct text *output,
                        struct err *err) {
    char *path = hook_log(site, call);
    struct text line = {0}, told = {0};
    struct err kept = {0};

    last_line(output, &line);
    text_addf(&told, "%s%s%s", err->text, line.len ? ": " : "", text_str(&line));
    err_set(err, err->code, "%s", text_str(&told));
    if (keep_output(site, call, output, &kept))
        err_advise(err, "its output is in %s", path);
    else
        err_advise(err, "its output was not kept: %s", kept.text);
    err_release(&kept);
    text_release(&told);
    text_release(&line);
    free(path);
}

/* Where its output cannot be kept, its success stands all the same. */
static bool judge(const struct site *site, const struct hook_call *call, const struct spawn_result *result,
                  struct err *err) {
    struct err ignored = {0};

    if (result->output_over)
        text_add(result->output, cut);
    if (result->timed_out || result->status != 0) {
        tell_end(call, result, err);
        tell_output(site, call, result->output, err);
        return false;
    }
    (void)keep_output(site, call, result->output, &ignored);
    err_release(&ignored);
    return true;
}

bool hook_run(struct site *site, const struct hook_call *call, struct err *err) {
    const struct argv *wanted = &call->workspace->hooks[call->hook];
    struct text output = {0};
    struct spawn_result result = {.output = &output, .errors = &output};
    struct argv argv = {0}, env = {0};
    bool ok = true;

    if (!wanted->count)
        return true;
    put_environment(site, call, &env);
    ok = put_command(wanted, &argv, err) &&
         spawn_run(&(struct spawn){.argv = &argv,
                                   .env = &env,
                                   .cwd = call->slot,
                                   .timeout_ms = call->limit_ms ? call->limit_ms : HOOK_LIMIT_MS},
                   &result, err) &&
         judge(site, call, &result, err);
    if (!ok)
        err_wrap(err, "workspace %s: hook %s", call->workspace->name, hook_name(call->hook));
    text_release(&output);
    argv_release(&argv);
    argv_release(&env);
    return ok;
}
