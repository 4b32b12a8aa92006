#include "demo_work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "demo.h"
#include "host/files.h"
#include "host/spawn.h"

enum { GIT_TIMEOUT_MS = 60000 };

static const char *ticket(void) {
    const char *key = getenv("MC_TICKET");
    return key ? key : "no ticket";
}

/* The title stands below the header of the first prompt. */
static void write_line(const struct demo *demo, const char *prompt) {
    const char *line = strchr(prompt, '\n');
    FILE *file = fopen(demo->write, "a");

    line = line ? line + 1 : prompt;
    if (file)
        fprintf(file, "%s turn %d: %.*s\n", ticket(), demo->turns, (int)strcspn(line, "\n"), line);
    if (!file || fclose(file) != 0)
        printf("%s: %s\r\n", demo->write, strerror(errno));
}

static void git(const char *program, const char *const *words) {
    struct argv argv = {0};
    struct text errors = {0};
    struct spawn_result result = {.errors = &errors};
    struct err err = {0};

    argv_adds(&argv,
              (const char *const[]){program, "-c", "user.name=mc-demo-agent", "-c", "user.email=demo@localhost", NULL});
    argv_adds(&argv, words);
    if (!spawn_run(&(struct spawn){.argv = &argv, .timeout_ms = GIT_TIMEOUT_MS}, &result, &err))
        printf("%s\r\n", err.text);
    else if (result.status != 0)
        printf("git %s: %.*s\r\n", words[0], (int)strcspn(text_str(&errors), "\n"), text_str(&errors));
    err_release(&err);
    text_release(&errors);
    argv_release(&argv);
}

static void commit(const struct demo *demo) {
    char message[128];
    bool not_executable;
    char *program = files_find_program("git", getenv("PATH"), &not_executable);

    snprintf(message, sizeof message, "%s: turn %d", ticket(), demo->turns);
    if (program) {
        git(program, (const char *const[]){"add", "-A", NULL});
        git(program, (const char *const[]){"commit", "-q", "-m", message, NULL});
    } else {
        printf("git is not to be found: no commit\r\n");
    }
    free(program);
}

void demo_work(const struct demo *demo, const char *prompt) {
    if (demo->write)
        write_line(demo, prompt);
    if (demo->commit)
        commit(demo);
}
