#include "demo_turn.h"

#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "demo.h"
#include "demo_report.h"
#include "demo_work.h"
#include "host/files.h"
#include "host/spawn.h"
#include "rules/key.h"

enum { SIGNAL_TIMEOUT_MS = 120000, HOLD_MS = 20 };

static void keep_prompt(const struct demo *demo, const char *prompt, size_t n) {
    struct err err = {0};
    char *file;
    if (demo->log == NULL)
        return;
    file = xasprintf("%s.turn-%d", demo->log, demo->turns);
    if (!files_write(file, prompt, n, &err))
        printf("%s\r\n", err.text);
    err_release(&err);
    free(file);
}

/* Beside this program (a build tree), in the bin folder of the same prefix, or on PATH. */
static char *find_ticket_program(void) {
    static const char *const places[] = {"", "/../bin", "/../../bin"};
    char *dir = files_program_dir(), *found = NULL;
    bool not_executable;
    for (size_t i = 0; i < sizeof places / sizeof places[0] && found == NULL; i++) {
        char *path = xasprintf("%s%s/mc-ticket", dir, places[i]);
        found = files_find_program(path, NULL, &not_executable);
        free(path);
    }
    free(dir);
    return found != NULL ? found : files_find_program("mc-ticket", getenv("PATH"), &not_executable);
}

static void run_signal(const struct argv *argv) {
    struct text errors = {0};
    struct spawn_result result = {.errors = &errors};
    struct err err = {0};
    if (!spawn_run(&(struct spawn){.argv = argv, .timeout_ms = SIGNAL_TIMEOUT_MS}, &result, &err))
        printf("%s\r\n", err.text);
    else if (result.status != 0)
        printf("%.*s\r\n", (int)strcspn(text_str(&errors), "\n"), text_str(&errors));
    err_release(&err);
    text_release(&errors);
}

/* What stands below the header of the prompt. */
static void add_echo(struct argv *argv, const char *prompt) {
    const char *line = strchr(prompt, '\n');
    line = line != NULL ? line + 1 : "";
    argv_addf(argv, "heard %.*s", (int)strcspn(line, "\n"), line);
}

static void send_signal(const struct demo *demo, const char *prompt, size_t n) {
    struct argv argv = {0};
    char nonce[NONCE_SIZE];
    char *program = find_ticket_program();
    if (program == NULL) {
        printf("mc-ticket is not to be found: no signal\r\n");
        return;
    }
    argv_add(&argv, program);
    argv_add(&argv, "signal");
    argv_add(&argv, demo->signal);
    if (demo->echo)
        add_echo(&argv, prompt);
    else
        argv_addf(&argv, "demo: %zu bytes received", n);
    key_nonce_last(nonce, prompt);
    if (nonce[0] != '\0') {
        argv_add(&argv, "--nonce");
        argv_add(&argv, nonce);
    }
    run_signal(&argv);
    demo_log(demo, "signal", demo->signal, strlen(demo->signal));
    argv_release(&argv);
    free(program);
}

static void hold(const struct demo *demo) {
    while (demo->hold != NULL && unlink(demo->hold) != 0)
        demo_wait(demo, HOLD_MS);
}

void demo_turn(struct demo *demo, const char *prompt, size_t n) {
    char *reply;
    demo->turns++;
    keep_prompt(demo, prompt, n);
    demo_log(demo, "prompt", prompt, n);
    demo_report_started(demo, prompt, n);
    fputs("[working] one moment", stdout);
    demo_wait(demo, demo->busy);
    hold(demo);
    fputs("\r\033[K", stdout);
    demo_work(demo, prompt);
    /* The reply first: the signal may be the last thing this process is let do. */
    reply = demo->reply != NULL ? xstrdup(demo->reply) : xasprintf("Read %zu bytes.", n);
    fputs("  ", stdout);
    demo_show(reply, strlen(reply));
    fputs("\r\n", stdout);
    fflush(stdout);
    if (!demo->no_signal)
        send_signal(demo, prompt, n);
    if (demo->report.late > 0)
        fputs("\r\033[Kdemo> ", stdout);
    demo_report_over(demo, prompt, n, reply);
    free(reply);
}
