#include "pickup/prepare.h"

#include <string.h>

#include "base/argv.h"
#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "host/handout.h"
#include "host/launch.h"
#include "host/spawn.h"
#include "pickup/past.h"
#include "pickup/wiring.h"
#include "pickup/work.h"
#include "rules/config_reading.h"
#include "rules/config_settings.h"
#include "rules/profile.h"
#include "rules/prompt.h"
#include "run/passed.h"
#include "run/programs.h"
#include "run/spool.h"
#include "run/surroundings.h"
#include "store/runtimes.h"

/* An argument may be 128 KiB on Linux (MAX_ARG_STRLEN); what is longer goes through the file. */
enum { ARGUMENT_MAX = 100 * 1024, CONFIG_MAX = 1024 * 1024, TEMPLATE_MAX = 256 * 1024 };

/* A failure of our own disk or memory as the class that says so. */
static bool stop_by(struct work *work, const struct err *err) {
    enum send_class class = CLASS_CANNOT_CREATE;

    if (err->code == MC_IOERR)
        class = CLASS_DISK_FULL;
    else if (err->code == MC_OSERR)
        class = CLASS_OS_ERROR;
    else if (err->code == MC_DATAERR)
        class = CLASS_REJECTED;
    return work_stop_by_err(work, class, err);
}

/* What stands where the ticket's private directory should be is this ticket's affair; where nothing stands the parents
 * or the disk are in the way, and every ticket meets that. */
static bool make_own_dir(struct work *work, struct err *err) {
    if (files_make_inner_dir(work->runtime.cwd, err))
        return true;
    work->verdict.own_place = files_exists(work->runtime.cwd);
    return false;
}

/* New with each turn: nothing can have been laid in its way. */
static char *prompt_name(const struct work *work) {
    return xasprintf("prompt-%s.md", strrchr(work->nonce, ':') + 1);
}

void prepare_tidy(const struct work *work) {
    char *own = prompt_name(work);

    handout_clear(work->runtime.cwd, own);
    free(own);
}

/* What its agent has put in the way there is this ticket's affair, too. */
static bool hand_out(struct work *work, const char *name, struct err *err) {
    const struct handout handout = {name, text_str(&work->prompt), work->prompt.len};

    if (!make_own_dir(work, err))
        return false;
    if (handout_put(work->runtime.cwd, &handout, err))
        return true;
    work->verdict.own_place = handout_in_the_way(err);
    return false;
}

static bool long_to_file(struct work *work, const struct prompt_parts *parts, struct err *err) {
    size_t most = (size_t)work->site->config.prompt_inline_max;
    char *name, *path;
    bool ok;

    if (work->argv_turn && most > ARGUMENT_MAX)
        most = ARGUMENT_MAX;
    if (work->prompt.len <= most)
        return true;
    name = prompt_name(work);
    path = handout_path(work->runtime.cwd, name);
    ok = hand_out(work, name, err);
    text_clear(&work->prompt);
    if (ok)
        prompt_render_file(&work->prompt, parts, path);
    free(name);
    free(path);
    return ok;
}

/* Cleaned here by its length: a NUL in it must not hide what stands behind it. */
static bool read_template(const struct site *site, struct text *template, struct err *err) {
    struct text bytes = {0};
    bool ok = !site->config.prompt_file || files_read_trusted(&bytes, site->config.prompt_file, TEMPLATE_MAX, err);

    clean_text(template, text_str(&bytes), bytes.len);
    text_release(&bytes);
    return ok;
}

/* "FILE:LINE: prompt_file: ", as of all that is wrong with a configuration. */
static bool wrap_key(const struct site *site, struct err *err) {
    const char *file = site->config.file;
    struct text bytes = {0};
    struct err unread = {0};
    int line = 0;

    if (file && files_read(&bytes, file, CONFIG_MAX, &unread))
        line = config_line(text_str(&bytes), bytes.len, "prompt_file");
    err_release(&unread);
    text_release(&bytes);
    return line ? err_wrap(err, "%s:%d: prompt_file", file, line) : err_wrap(err, "prompt_file");
}

bool prepare_check(const struct site *site, struct err *err) {
    const char *file = site->config.prompt_file;
    struct text template = {0};
    char *reason = NULL;
    bool ok = read_template(site, &template, err);

    if (!ok && err->code != MC_NOPERM)
        err->code = MC_CONFIG;
    if (ok && file && (reason = prompt_template_error(text_str(&template))))
        ok = err_set(err, MC_CONFIG, "%s: %s", file, reason);
    if (!ok)
        wrap_key(site, err);
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

/* What a turn says: the ticket's text, or a later turn's note alone. */
struct saying {
    bool whole;
    char *notes;
    struct text story; /* with the ticket's text */
    struct run run;
};

static void saying_release(struct saying *saying) {
    free(saying->notes);
    text_release(&saying->story);
    run_release(&saying->run);
}

/* Of a later turn: whole when the run's work message goes with it, as it is itself, or as it was never sent before. */
static bool is_whole(struct work *work, bool *whole, struct err *err) {
    struct message message = {0};
    bool ok = messages_work(work->site->board, work->run_id, &message, err);

    *whole = text_same(message.nonce, work->nonce);
    message_release(&message);
    return ok;
}

static bool find_saying(struct work *work, struct saying *saying, struct err *err) {
    const struct message_turn turn = {.ticket_id = work->ticket.id, .nonce = work->nonce};

    saying->whole = work->first;
    return (work->first || is_whole(work, &saying->whole, err)) &&
           messages_notes(work->site->board, &turn, &saying->notes, err) &&
           (!saying->whole || (runs_get(work->site->board, work->run_id, &saying->run, err) &&
                               past_tell(work, *saying->notes, &saying->story, err)));
}

bool prepare_prompt(struct work *work, struct err *err) {
    struct saying saying = {0};
    struct err own = {0};
    char *program = NULL;
    const char *body = work->ticket.body ? work->ticket.body : "";
    bool ok = find_saying(work, &saying, err);

    if (!ok)
        goto out;
    program = site_ticket_program();
    const struct prompt_place place = {.workspace = saying.run.workspace,
                                       .branch = saying.run.branch,
                                       .base = saying.run.base,
                                       .restored = work->restored,
                                       .told = work->told};
    struct prompt_parts parts = {
        .key = work->key,
        .turn = work->runtime.turn_count + 1,
        .title = work->ticket.title,
        .body = saying.whole ? body : NULL,
        .messages = saying.notes,
        .nonce = work->nonce,
        .program = program,
        .place = &place,
        .story = text_str(&saying.story),
    };
    ok = files_make_dir(work->run_dir, &own) && render(work, &parts, &own) && long_to_file(work, &parts, &own);
    if (!ok)
        stop_by(work, &own);
out:
    err_release(&own);
    saying_release(&saying);
    free(program);
    return ok;
}

static void agent_command(const struct work *work, const char *program, struct argv *argv) {
    argv_add(argv, program);
    for (size_t i = 1; i < work->profile->command.count; i++)
        argv_add(argv, work->profile->command.items[i]);
}

static void agent_prompt(const struct work *work, struct argv *argv) {
    if (work->argv_turn) {
        argv_copy(argv, &work->profile->prompt_flag);
        argv_add(argv, text_str(&work->prompt));
    }
}

static void agent_environment(const struct work *work, const struct surroundings *found, struct argv *env) {
    char *board = site_agents_board(work->site);

    passed_environment(work->site,
                       &(struct passed){.ticket_id = work->ticket.id,
                                        .run_id = work->run_id,
                                        .board = board,
                                        .path = found->path,
                                        .cwd = work->runtime.cwd,
                                        .own = &work->profile->env,
                                        .pass = &work->profile->pass},
                       env);
    free(board);
}

static bool write_launch(struct work *work, const struct surroundings *found, struct err *err) {
    struct argv argv = {0};
    struct argv env = {0};
    struct launch launch = {.cwd = work->runtime.cwd, .env = &env, .argv = &argv, .umask = spawn_caller_umask()};
    bool ok;

    agent_command(work, found->program, &argv);
    agent_environment(work, found, &env);
    ok = wiring_apply(work, &argv, &env, err);
    agent_prompt(work, &argv);
    limits_read(&launch.limits);
    ok = ok && launch_write(work->launch_file, &launch, err);
    argv_release(&argv);
    argv_release(&env);
    return ok;
}

static bool keep_settings(const struct work *work, struct err *err) {
    struct text bytes = {0};
    char *path = site_settings(work->site, work->run_id);
    bool ok;

    config_settings(&bytes, &work->site->config, work->profile);
    ok = files_create(path, text_str(&bytes), bytes.len, err);
    free(path);
    text_release(&bytes);
    return ok;
}

static bool have_program(struct work *work, const char *name, enum send_class without) {
    return programs_have(work->site, name) ||
           work_stop(work, without, "%s/%s is not there or not executable", work->site->libexec, name) ||
           work_advise(work, "install mc-pickup again");
}

/* Without the one tmux would only say that something has ended with status 1; without the other an agent would be
 * started for nothing. */
static bool have_programs(struct work *work) {
    return have_program(work, "mc-launch", CLASS_NO_AGENT) &&
           (work->site->config.send.transport != TRANSPORT_HTTP || have_program(work, "mc-http", CLASS_UNREACHABLE));
}

static bool find_agent(struct work *work, struct surroundings *found) {
    struct err err = {0};
    bool ok = surroundings_find(work->site, work->profile, found, &err) || work_stop_by_err(work, CLASS_NO_AGENT, &err);

    err_release(&err);
    return ok;
}

bool prepare_place(struct work *work) {
    struct surroundings found = {0};
    struct err err = {0};
    bool ok = false;

    if (!have_programs(work) || !find_agent(work, &found))
        goto out;
    ok = make_own_dir(work, &err) && files_create(work->runtime.pane_log_path, "", 0, &err) &&
         keep_settings(work, &err) && write_launch(work, &found, &err);
    spool_reserve(work->site, work->run_id);
    if (!ok)
        stop_by(work, &err);
out:
    surroundings_release(&found);
    err_release(&err);
    return ok;
}
