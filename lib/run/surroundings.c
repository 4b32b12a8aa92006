#include "run/surroundings.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "rules/environment.h"
#include "rules/profile.h"
#include "rules/shebang.h"
#include "run/site.h"

/* How deep scripts may be run by scripts, as the kernel has it; and links lead to links. */
enum { SCRIPTS_MAX = 4, LINKS_MAX = 16 };

/* One agent's program while it is looked for. */
struct search {
    const struct site *site;
    const struct profile *profile;
    const char *own_path; /* PATH of its env; NULL: it has none */
    struct surroundings *found;
};

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
static char *find_program(const struct search *search, bool *not_executable) {
    const char *name = search->profile->command.items[0];
    char *path = NULL;

    if (!strcmp(name, "mc-demo-agent")) {
        char *own = xasprintf("%s/%s", search->site->libexec, name);

        path = files_find_program(own, NULL, not_executable);
        free(own);
    }
    if (!path)
        path = files_find_program(name, search->own_path, not_executable);
    return path ? path : files_find_program(name, getenv("PATH"), not_executable);
}

/* npm and nvm put the interpreter beside the command, or beside what it is a link to: the folder, or NULL. */
static char *folder_beside(const char *program, const char *name) {
    char *at = xstrdup(program);
    char *folder = NULL;

    for (int i = 0; at && i < LINKS_MAX && !folder; i++) {
        const char *slash = strrchr(at, '/');
        char *here = xstrndup(at, slash != at ? (size_t)(slash - at) : 1);
        char *next = files_link(at);

        if (is_on(here, name))
            folder = xstrdup(here);
        free(here);
        free(at);
        at = next;
    }
    free(at);
    return folder;
}

/* What `program` says runs it, found on the agent's PATH: *next is that program; it stays as it is where there is
 * nothing more to follow. */
static bool follow(const struct search *search, const char *program, char **next, struct err *err) {
    char head[SHEBANG_BYTES];
    struct shebang line;
    struct surroundings *found = search->found;
    const char *profile = search->profile->name;
    bool not_executable;
    char *beside = NULL;
    bool ok = true;

    if (!shebang_read(&line, head, files_head(program, head, sizeof head)))
        goto out;
    *next = files_find_program(line.interpreter, NULL, &not_executable);
    if (!*next) {
        ok = err_set(err, MC_UNAVAILABLE, "profile %s: %s is run by %s, says its first line, and that is not there",
                     profile, program, line.interpreter) ||
             err_advise(err, "install it, or the agent anew");
        goto out;
    }
    if (!line.wanted)
        goto out;
    if (!is_on(found->path, line.wanted) && (beside = folder_beside(program, line.wanted)))
        append_folder(&found->path, beside);
    free(*next);
    *next = files_find_program(line.wanted, found->path, &not_executable);
    if (!*next) {
        xreplace(&found->wanted, line.wanted);
        ok = err_set(err, MC_UNAVAILABLE, "profile %s: %s is run by %s, says its first line, and that is not found",
                     profile, program, line.wanted) ||
             err_advise(err, "add its folder to \"path\" in the configuration (command -v %s tells it)", line.wanted);
    }
out:
    free(beside);
    shebang_release(&line);
    return ok;
}

static bool follow_all(const struct search *search, struct err *err) {
    char *program = xstrdup(search->found->program);
    bool ok = true;

    for (int i = 0; ok && program && i < SCRIPTS_MAX; i++) {
        char *next = NULL;

        ok = follow(search, program, &next, err);
        free(program);
        program = next;
    }
    free(program);
    return ok;
}

/* Where the command was looked for decides what helps. */
static bool fail_missing(const struct search *search, bool not_executable, struct err *err) {
    const char *name = search->profile->name, *command = search->profile->command.items[0];

    xreplace(&search->found->wanted, command);
    if (not_executable)
        return err_set(err, MC_UNAVAILABLE, "profile %s: %s is there and not executable", name, command) ||
               err_advise(err, "mend its mode");
    if (strchr(command, '/'))
        return err_set(err, MC_UNAVAILABLE, "profile %s: command %s is not there", name, command) ||
               err_advise(err, "install it there, or correct \"command\" of that profile");
    if (search->own_path)
        return err_set(err, MC_UNAVAILABLE,
                       "profile %s: command %s was not found on PATH of its env (%s), nor on \"path\"", name, command,
                       search->own_path) ||
               err_advise(err, "install it, or add its folder to one of them");
    return err_set(err, MC_UNAVAILABLE, "profile %s: command %s was not found", name, command) ||
           err_advise(
               err, "%s",
               search->site->config.path
                   ? "install it, or add its folder to \"path\" in the configuration"
                   : "install it, or add its folder to \"path\" in the configuration, because cron's PATH is short");
}

bool surroundings_find(const struct site *site, const struct profile *profile, struct surroundings *found,
                       struct err *err) {
    struct search search = {site, profile, environment_value(&profile->env, "PATH"), found};
    bool not_executable;
    char *here;

    *found = (struct surroundings){.program = find_program(&search, &not_executable),
                                   .path = xstrdup(search.own_path ? search.own_path : getenv("PATH"))};
    if (!found->program)
        return fail_missing(&search, not_executable, err);
    if (!follow_all(&search, err))
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
    free(found->wanted);
    *found = (struct surroundings){0};
}
