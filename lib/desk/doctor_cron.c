#include "desk/doctor_cron.h"

#include <stdlib.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/text.h"
#include "desk/doctor.h"
#include "host/files.h"
#include "host/spawn.h"
#include "rules/database.h"
#include "run/site_board.h"

enum { LIMIT_MS = 180 * 1000, OUTPUT_MAX = 4 * 1024 * 1024 };

static void put_option(struct argv *argv, const char *option, char *value) {
    if (value) {
        argv_add(argv, option);
        argv_add(argv, value);
    }
    free(value);
}

static void put_words(struct argv *argv, const struct doctor_cron *cron) {
    char *here = files_program_dir();

    argv_addf(argv, "%s/mc-ticket", here);
    argv_add(argv, "doctor");
    if (cron->json)
        argv_add(argv, "--json");
    put_option(argv, "--config", cron->asked->config ? files_absolute(cron->asked->config) : NULL);
    put_option(argv, "--db", cron->asked->db ? site_board_whole(cron->asked->db) : NULL);
    free(here);
}

static void put_variable(struct argv *env, const char *name, const char *otherwise) {
    const char *value = getenv(name);

    if (!value || !*value)
        value = otherwise;
    if (value)
        argv_addf(env, "%s=%s", name, value);
}

bool doctor_under_cron(struct doctor_cron *cron, struct text *out, struct err *err) {
    const char *home = getenv("HOME");
    struct argv argv = {0}, env = {0};
    struct spawn spawn = {.argv = &argv,
                          .env = &env,
                          .cwd = home && files_is_dir(home) ? home : "/",
                          .bound = true,
                          .timeout_ms = LIMIT_MS,
                          .output_max = OUTPUT_MAX};
    struct spawn_result result = {.output = out};
    bool ok;

    if (cron->asked->db && database_has_password(cron->asked->db))
        return err_set(err, MC_CONFIG, "board: %s", database_no_password);
    put_words(&argv, cron);
    put_variable(&env, "HOME", NULL);
    put_variable(&env, "LOGNAME", getenv("USER"));
    argv_add(&env, "SHELL=/bin/sh");
    argv_add(&env, "PATH=/usr/bin:/bin");
    ok = spawn_run(&spawn, &result, err);
    if (ok && (result.timed_out || result.signal))
        ok = err_set(err, MC_UNAVAILABLE, "doctor as cron runs it: it %s",
                     result.timed_out ? "did not end" : "was ended by a signal") ||
             err_advise(err, "try again, or without --cron");
    cron->status = result.status;
    argv_release(&argv);
    argv_release(&env);
    return ok;
}
