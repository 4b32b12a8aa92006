#include "pickup/surroundings.h"

#include "base/mem.h"
#include "host/files.h"
#include "pickup/work.h"
#include "rules/environment.h"
#include "rules/profile.h"
#include "rules/shebang.h"
#include "run/passed.h"

/* How deep scripts may be run by scripts, as the kernel has it; and links lead to links. */
enum { SCRIPTS_MAX = 4, LINKS_MAX = 16 };

static void append_folder(char **path, const char *folder) {
    char *longer = xasprintf("%s%s%s", *path, **path ? ":" : "", folder);

    free(*path);
    *path = longer;
}

static bool is_on(const char *path, const char *name) {
    bool not_executable;
    char *found = files_find_program(name, path, &not_executable);

    free(found);
    return found != NULL;
}

/* The demo agent stands beside our other inner programs; every other one is looked up on PATH. */
static char *find_program(const struct work *work, const char *own_path, bool *not_executable) {
    const char *name = work->profile->command.items[0];
    char *path = NULL;

    *not_executable = false;
    if (!strcmp(name, "mc-demo-agent")) {
        char *own = xasprintf("%s/%s", work->site->libexec, name);

        path = files_find_program(own, NULL, not_executable);
        free(own);
    }
    if (!path && own_path)
        path = files_find_program(name, own_path, not_executable);
    return path ? path : files_find_program(name, getenv("PATH"), not_executable);
}

/* npm and nvm put the interpreter beside the command, or beside what it is a link to: the folder, or NULL. */
static char *folder_beside(const char *program, const char *name) {
    char *at = xstrdup(program);
    char *folder = NULL;

    for (int i = 0; at && i < LINKS_MAX && !folder; i++) {
        const char *slash = strrchr(at, '/');
        char *here = xstrndup(at, slash && slash != at ? (size_t)(slash - at) : 1);
        char *next = files_link(at);

        if (*here == '/' && is_on(here, name))
            folder = xstrdup(here);
        free(here);
        free(at);
        at = next;
    }
    free(at);
    return folder;
}

/* What `program` says runs it, found on the agent's PATH: *next is that program, or NULL where there is nothing more to
 * follow. */
static bool follow(struct work *work, struct surroundings *found, const char *program, char **next) {
    char head[SHEBANG_BYTES];
    struct shebang line;
    const char *profile = work->profile->name;
    bool not_executable;
    char *beside = NULL;
    bool ok = true;

    *next = NULL;
    if (!shebang_read(&line, head, files_head(program, head, sizeof head)))
        goto out;
    *next = files_find_program(line.interpreter, NULL, &not_executable);
    if (!*next) {
        ok = work_stop(work, CLASS_NO_AGENT, "profile %s: %s is run by %s, says its first line, and that is not there",
                       profile, program, line.interpreter) ||
             work_advise(work, "install it, or the agent anew");
        goto out;
    }
    if (!line.wanted)
        goto out;
    if (*line.wanted != '/' && !is_on(found->path, line.wanted) && (beside = folder_beside(program, line.wanted)))
        append_folder(&found->path, beside);
    free(*next);
    *next = files_find_program(line.wanted, found->path, &not_executable);
    if (!*next)
        ok = work_stop(work, CLASS_NO_AGENT, "profile %s: %s is run by %s, says its first line, and that is not found",
                       profile, program, line.wanted) ||
             work_advise(work, "add its folder to \"path\" in the configuration (command -v %s tells it)", line.wanted);
out:
    free(beside);
    shebang_release(&line);
    return ok;
}

static bool follow_all(struct work *work, struct surroundings *found) {
    char *program = xstrdup(found->program);
    bool ok = true;

    for (int i = 0; ok && program && i < SCRIPTS_MAX; i++) {
        char *next = NULL;

        ok = follow(work, found, program, &next);
        free(program);
        program = next;
    }
    free(program);
    return ok;
}

/* Where the command was looked for decides what helps. */
static bool stop_missing(struct work *work, const char *own_path, bool not_executable) {
    const char *name = work->profile->name, *command = work->profile->command.items[0];

    if (not_executable)
        return work_stop(work, CLASS_NO_AGENT, "profile %s: %s is there and not executable", name, command) ||
               work_advise(work, "mend its mode");
    if (own_path)
        return work_stop(work, CLASS_NO_AGENT,
                         "profile %s: command %s was not found on PATH of its env (%s), nor on \"path\"", name, command,
                         own_path) ||
               work_advise(work, "install it, or add its folder to one of them");
    return work_stop(work, CLASS_NO_AGENT, "profile %s: command %s was not found", name, command) ||
           work_advise(
               work,
               work->site->config.path
                   ? "install it, or add its folder to \"path\" in the configuration"
                   : "install it, or add its folder to \"path\" in the configuration, because cron's PATH is short");
}

bool surroundings_find(struct work *work, struct surroundings *found) {
    const char *own_path = environment_value(&work->profile->env, "PATH");
    bool not_executable = false;
    char *here;

    *found = (struct surroundings){.program = find_program(work, own_path, &not_executable),
                                   .path = xstrdup(own_path ? own_path : getenv("PATH"))};
    if (!found->program)
        return stop_missing(work, own_path, not_executable);
    if (!follow_all(work, found))
        return false;
    here = files_program_dir();
    if (!is_on(found->path, "mc-ticket"))
        append_folder(&found->path, here);
    free(here);
    return true;
}

void surroundings_release(struct surroundings *found) {
    free(found->program);
    free(found->path);
    *found = (struct surroundings){0};
}

void surroundings_environment(const struct work *work, const struct surroundings *found, struct argv *env) {
    passed_environment(work->site,
                       &(struct passed){.ticket_id = work->ticket.id,
                                        .run_id = work->run_id,
                                        .path = found->path,
                                        .cwd = work->runtime.cwd,
                                        .own = &work->profile->env,
                                        .pass = &work->profile->pass},
                       env);
}
