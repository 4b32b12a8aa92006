#include "run/notify.h"

#include "base/argv.h"
#include "base/err.h"
#include "host/files.h"
#include "host/spawn.h"
#include "rules/environment.h"
#include "run/site.h"

extern char **environ;

enum { NOTIFY_MS = 10000 };

void notify(const struct site *site, const char *text) {
    const struct argv *wanted = &site->config.notify;
    struct argv argv = {0}, env = {0};
    struct spawn_result result = {0};
    struct err err = {0};
    bool not_executable;
    char *program;

    if (!wanted->count)
        return;
    program = files_find_program(wanted->items[0], getenv("PATH"), &not_executable);
    argv_add(&argv, program ? program : wanted->items[0]);
    for (size_t i = 1; i < wanted->count; i++)
        argv_add(&argv, wanted->items[i]);
    environment_child(&env, &(struct environment){.caller = environ, .secret = site->config.send.token_env});
    if (!spawn_run(
            &(struct spawn){
                .argv = &argv, .env = &env, .input = text, .input_len = strlen(text), .timeout_ms = NOTIFY_MS},
            &result, &err))
        fprintf(stderr, "mc-pickup: notify: %s; mend \"notify\" in the configuration\n", err.text);
    else if (result.timed_out)
        fprintf(stderr, "mc-pickup: notify %s: did not end within 10 s and was stopped\n", wanted->items[0]);
    else if (result.status)
        fprintf(stderr, "mc-pickup: notify %s: ended with status %d\n", wanted->items[0], result.status);
    err_release(&err);
    argv_release(&argv);
    argv_release(&env);
    free(program);
}
