#include "desk/doctor_agents.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "desk/doctor_seen.h"
#include "host/files.h"
#include "rules/doctor_judge.h"
#include "rules/environment.h"
#include "rules/profile.h"
#include "run/here.h"
#include "run/surroundings.h"
#include "store/queue.h"
#include "store/runtimes.h"

/* The profiles that something will be started by, each with who names it: name, who, name, who … */
static void put(struct argv *used, const char *name, const char *who) {
    if (!name)
        return;
    for (size_t i = 0; i < used->count; i += 2)
        if (strcmp(used->items[i], name) == 0)
            return;
    argv_add(used, name);
    argv_add(used, who);
}

static bool put_named(struct doctor *doctor, struct argv *used, struct err *err) {
    struct board *board = doctor->site.board;
    struct ready_kinds kinds = {0};
    struct runtime_list agents = {0};
    char key[KEY_SIZE];
    bool ok = ready_kinds(board, &kinds, err) && runtimes_list(board, NULL, &agents, err);

    for (size_t i = 0; i < kinds.count; i++) {
        site_key(&doctor->site, kinds.items[i].ticket, key);
        put(used, kinds.items[i].profile, key);
    }
    for (size_t i = 0; i < agents.count; i++) {
        site_key(&doctor->site, agents.items[i].ticket_id, key);
        put(used, agents.items[i].profile, key);
    }
    ready_kinds_release(&kinds);
    runtime_list_release(&agents);
    return ok;
}

static bool put_all(struct doctor *doctor, struct argv *used, struct err *err) {
    const struct config *config = &doctor->site.config;

    put(used, config->profile, "\"profile\"");
    for (size_t i = profile_builtin_count(); i < config->profile_count; i++)
        put(used, config->profiles[i].name, "the configuration");
    return !doctor->site.board || put_named(doctor, used, err);
}

/* A file of that name without the right to run it: its path as a new string. */
static char *file_on(const char *name, const char *path) {
    char *at = NULL;

    if (strchr(name, '/'))
        return xstrdup(name);
    for (; path && !at; path = strchr(path, ':') ? strchr(path, ':') + 1 : NULL) {
        at = xasprintf("%.*s/%s", (int)strcspn(path, ":"), path, name);
        if (files_exists(at))
            break;
        free(at);
        at = NULL;
    }
    return at ? at : xstrdup(name);
}

/* One profile whose program cannot be started. */
struct lame {
    struct doctor *doctor;
    const struct profile *profile;
    const struct surroundings *found;
    struct err *err;
};

/* A command with a folder is looked up on no path. */
static void say_nowhere(struct doctor *doctor, const char *name, const char *wanted, const char *mend) {
    char *what =
        xasprintf(files_is_dir(wanted) ? "its command %s is a directory" : "there is no %s, its command", wanted);

    DOCTOR_ADD(doctor->report, FOUND_PROFILE_NOWHERE, name, what, mend);
    free(what);
}

/* What is missing is there, but not where a pickup looks; or it is nowhere. */
static void say_missing(const struct lame *lame) {
    struct doctor *doctor = lame->doctor;
    const char *name = lame->profile->name, *wanted = lame->found->wanted, *how = doctor_install(text_name(wanted));
    bool command = !lame->found->program, not_executable;
    char *there = files_find_program(wanted, doctor->shell_path, &not_executable);
    char *key = xasprintf("profiles.%s.command", name), *own = doctor_edit(doctor, key),
         *path = doctor_edit(doctor, "path");
    char *what = command ? xasprintf("its command %s", wanted)
                         : xasprintf("%s, which runs its command %s,", wanted, lame->found->program);

    if (command && strchr(wanted, '/'))
        say_nowhere(doctor, name, wanted, own);
    else if (there)
        DOCTOR_ADD(doctor->report, FOUND_PROFILE_OFF_PATH, name, what, doctor->config, doctor->path_words, path);
    else if (how)
        DOCTOR_ADD(doctor->report, FOUND_PROFILE_INSTALL, name, what, how, doctor->path_words);
    else
        DOCTOR_ADD(doctor->report, FOUND_PROFILE_MISSING, name, what, doctor->config, doctor->path_words, own);
    free(what);
    free(there);
    free(path);
    free(own);
    free(key);
}

static void say_lame(const struct lame *lame) {
    struct doctor *doctor = lame->doctor;
    const struct profile *profile = lame->profile;
    const struct surroundings *found = lame->found;
    bool own_path = environment_value(&profile->env, "PATH") != NULL;
    char *file = found->program ? NULL : file_on(profile->command.items[0], doctor->path);

    if (file && strstr(lame->err->text, "not executable"))
        DOCTOR_ADD(doctor->report, FOUND_PROFILE_MODE, profile->name, file);
    else if (found->program && !found->wanted)
        DOCTOR_ADD(doctor->report, FOUND_PROFILE_SCRIPT, profile->name, lame->err->text, found->program);
    else if (own_path)
        DOCTOR_ADD(doctor->report, FOUND_PROFILE_OTHER, profile->name, lame->err->text);
    else
        say_missing(lame);
    free(file);
}

static bool check_patterns(struct doctor *doctor, const struct profile *profile) {
    const struct {
        const char *key, *pattern;
    } patterns[] = {{"ready", profile->ready},   {"busy", profile->busy},   {"box", profile->box},
                    {"dialog", profile->dialog}, {"limit", profile->limit}, {"interrupted", profile->interrupted}};
    char *key, *mend;
    bool ok = true;

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        if (!patterns[i].pattern || !doctor_pattern_blank(i == 0 ? PATTERN_READY : PATTERN_ANY, patterns[i].pattern))
            continue;
        ok = false;
        key = xasprintf("profiles.%s.%s", profile->name, patterns[i].key);
        mend = doctor_edit(doctor, key);
        DOCTOR_ADD(doctor->report, FOUND_PROFILE_BLANK, profile->name, patterns[i].key, mend);
        free(mend);
        free(key);
    }
    return ok;
}

/* No look at a pattern tells whether its agent ever shows that. */
static bool has_own_ready(const struct profile *profile) {
    const struct builtin_profile *builtin = profile_builtin_find(profile->name);

    return profile->ready && !(builtin && text_same(profile->ready, builtin->ready));
}

static void check_profile(struct doctor *doctor, const char *name, const char *who) {
    const struct profile *profile = config_profile(&doctor->site.config, name);
    struct surroundings found = {0};
    struct err err = {0};
    char *mend;

    if (!profile) {
        mend = doctor_edit(doctor, "profiles");
        if (!doctor->config_wrong && /* else it may be what was left out */
            (text_same(name, doctor->site.config.profile) || !here_not_alone(&doctor->site, name)))
            DOCTOR_ADD(doctor->report, FOUND_PROFILE_UNKNOWN, name, who, mend);
        free(mend);
        return;
    }
    if (!surroundings_find(&doctor->site, profile, &found, &err))
        say_lame(&(struct lame){doctor, profile, &found, &err});
    else if (check_patterns(doctor, profile))
        DOCTOR_ADD(doctor->report, has_own_ready(profile) ? FOUND_PROFILE_OWN : FOUND_PROFILE, name, found.program,
                   doctor->ticket);
    surroundings_release(&found);
    err_release(&err);
}

void doctor_agents(struct doctor *doctor) {
    struct argv used = {0};
    struct err err = {0};

    if (!put_all(doctor, &used, &err))
        doctor_lose_board(doctor, &err);
    for (size_t i = 0; i < used.count; i += 2)
        check_profile(doctor, used.items[i], used.items[i + 1]);
    argv_release(&used);
}
