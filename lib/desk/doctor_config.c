#include "desk/doctor_config.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "desk/doctor_seen.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/publish.h"
#include "rules/config_read.h"
#include "rules/profile.h"
#include "rules/prompt.h"
#include "run/outputs.h"
#include "run/site_board.h"

enum { TEMPLATE_MAX = 256 * 1024, CONFIG_MAX = 1024 * 1024 };

/* A program of ours as a shell knows it: by its bare name where that is this one. */
static char *own_program(const struct doctor *doctor, const char *name) {
    bool not_executable;
    char *here = files_program_dir(), *path = xasprintf("%s/%s", here, name), *real = folder_resolved(path);
    char *found = files_find_program(name, doctor->shell_path, &not_executable);
    char *seen = found ? folder_resolved(found) : NULL;
    struct text words = {0};

    text_word(&words, text_same(real, seen) ? name : path);
    text_add(&words, doctor->options);
    free(here);
    free(path);
    free(real);
    free(found);
    free(seen);
    return text_take(&words);
}

static void put_option(struct text *options, const char *option, char *value) {
    if (value) {
        text_addf(options, " %s ", option);
        text_word(options, value);
    }
    free(value);
}

static char *own_options(const char *config, const char *db) {
    struct text options = {0};

    put_option(&options, "--config", config ? files_absolute(config) : NULL);
    put_option(&options, "--db", db ? site_board_whole(db) : NULL);
    return text_take(&options);
}

/* cron has none of this shell's variables: what they name stands in its line. */
static char *cron_line(const struct doctor *doctor) {
    char *here = files_program_dir(), *path = xasprintf("%s/mc-pickup", here);
    char *options = own_options(doctor->asked_config ? doctor->asked_config : site_variable("MC_PICKUP_CONFIG"),
                                doctor->asked_db ? doctor->asked_db : site_variable("MC_DB"));
    struct text line = {0}, command = {0};

    text_word(&command, path);
    text_add(&command, options);
    text_add(&line, "* * * * * ");
    for (const char *at = text_str(&command); *at; at++) /* cron's own end of a command, also between quotes */
        text_addf(&line, "%s%c", *at == '%' ? "\\" : "", *at);
    text_release(&command);
    free(options);
    free(path);
    free(here);
    return text_take(&line);
}

/* "FILE:LINE: KEY: …": the file and the line as new strings; false: it is another failure. */
static bool take_line(const char *fault, char **file, char **line) {
    for (const char *at = strchr(fault, ':'); at; at = strchr(at + 1, ':')) {
        size_t n = strspn(at + 1, "0123456789");

        if (!n || strncmp(at + 1 + n, ": ", 2) != 0)
            continue;
        *file = xstrndup(fault, (size_t)(at - fault));
        *line = xstrndup(at + 1, n);
        return true;
    }
    return false;
}

static void add_fault(struct doctor *doctor, const char *fault) {
    static const char mark[] = "configuration: ";
    char *file = NULL, *line = NULL;

    if (text_starts(fault, mark))
        DOCTOR_ADD(doctor->report, FOUND_CONFIG_UNREAD, doctor->config, fault + strlen(mark));
    else if (take_line(fault, &file, &line))
        DOCTOR_ADD(doctor->report, FOUND_CONFIG_WRONG, file, fault, file, line);
    else
        DOCTOR_ADD(doctor->report, FOUND_CONFIG_UNREAD, doctor->config, fault);
    free(file);
    free(line);
}

static void find_agents(const struct doctor *doctor, struct text *names) {
    for (size_t i = 0; i < profile_builtin_count(); i++) {
        const struct builtin_profile *profile = profile_builtin(i);
        bool not_executable;
        char *found = files_find_program(profile->command[0], doctor->shell_path, &not_executable);

        if (found)
            text_addf(names, "%s%s", names->len ? ", " : "found here: ", profile->name);
        free(found);
    }
    if (!names->len)
        text_add(names, "no agent is found here; \"demo\" works without an account");
}

/* True: there is nothing to say of it. */
static bool check_profile(struct doctor *doctor) {
    bool fine = doctor->config_wrong || doctor->site.config.profile || !doctor->site.config.file;
    char *mend = doctor_edit(doctor, "profile");
    struct text names = {0};

    if (!fine) {
        find_agents(doctor, &names);
        DOCTOR_ADD(doctor->report, FOUND_CONFIG_PROFILE, doctor->config, text_str(&names), mend);
    }
    text_release(&names);
    free(mend);
    return fine;
}

static bool check_prompt(struct doctor *doctor) {
    const char *file = doctor->site.config.prompt_file;
    struct text bytes = {0};
    struct err err = {0};
    char *reason = NULL;
    bool fine = false;

    if (!file)
        return true;
    if (!files_read_trusted(&bytes, file, TEMPLATE_MAX, &err))
        DOCTOR_ADD(doctor->report, FOUND_CONFIG_PROMPT, file, err.text, doctor->config);
    else if ((reason = prompt_template_error(text_str(&bytes))))
        DOCTOR_ADD(doctor->report, FOUND_CONFIG_PROMPT, file, reason, file);
    else
        fine = true;
    free(reason);
    err_release(&err);
    text_release(&bytes);
    return fine;
}

static bool check_page(struct doctor *doctor) {
    const struct site *site = &doctor->site;
    struct err err = {0};
    bool fine = !site->config.page || !site->board_path ||
                (outputs_may(site, site->config.page, &err) && publish_may(site->config.page, &err));

    if (!fine)
        doctor_add_err(doctor, FOUND_CONFIG_PAGE, doctor->config, &err);
    err_release(&err);
    return fine;
}

static void add_all(struct doctor *doctor, const struct argv *faults) {
    for (size_t i = 0; i < faults->count; i++)
        add_fault(doctor, faults->items[i]);
    if (faults->count || doctor->site.config.file)
        return;
    if (!*doctor->config)
        DOCTOR_ADD(doctor->report, FOUND_CONFIG_HOMELESS, "");
    else
        DOCTOR_ADD(doctor->report, FOUND_CONFIG_NONE, doctor->config, NULL, NULL, doctor->ticket);
}

void doctor_config(struct doctor *doctor) {
    struct argv faults = {0};
    struct err err = {0}, unknown = {0}, unread = {0};
    const struct site_options options = {
        .config = doctor->asked_config, .db = doctor->asked_db, .look = true, .no_board = true, .faults = &faults};
    const struct site *site = &doctor->site;
    bool fine;

    doctor->refused = !site_open(&doctor->site, &options, &err);
    doctor->config = xstrdup(site->config.file ? site->config.file : site->config_path ? site->config_path : "");
    doctor->config_wrong = faults.count > 0;
    doctor->options = own_options(doctor->asked_config, doctor->asked_db);
    doctor->cron_line = cron_line(doctor);
    doctor->ticket = own_program(doctor, "mc-ticket");
    doctor->pickup = own_program(doctor, "mc-pickup");
    if (!site->config.file || !files_read(&doctor->bytes, doctor->config, CONFIG_MAX, &unread))
        err_release(&unread);
    add_all(doctor, &faults);
    fine = check_profile(doctor);
    fine = check_prompt(doctor) && fine;
    fine = check_page(doctor) && fine;
    if (fine && !faults.count && site->config.file)
        DOCTOR_ADD(doctor->report, FOUND_CONFIG, doctor->config);
    if (doctor->refused)
        doctor_add_err(doctor, FOUND_BOARD_UNUSABLE, "", &err);
    if (!site_know_self(&doctor->site, &unknown))
        err_release(&unknown);
    argv_release(&faults);
}
