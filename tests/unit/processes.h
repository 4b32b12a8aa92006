#ifndef MC_TEST_PROCESSES_H
#define MC_TEST_PROCESSES_H

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "host/files.h"
#include "host/proc.h"
#include "host/spawn.h"

/* Real processes for the tests about them: an agent that leads a session, and another, in a folder of its own. */
enum { STEP_MS = 20, PATIENCE_MS = 60000, GRACE_MS = 300 };
/* New ones each time: what another test started at the same moment must not be taken for ours. */
static char run_a[RUN_ID_DIGITS + 1], run_b[RUN_ID_DIGITS + 1];

struct world {
    char dir[32];
    pid_t agent; /* leads a session of its own; a child of ours */
    pid_t other;
};

static inline int set_up(void **state) {
    struct world *world = xcalloc(1, sizeof *world);
    snprintf(world->dir, sizeof world->dir, "/tmp/mcXXXXXX");
    *state = world;
    return mkdtemp(world->dir) == NULL ? -1 : chdir(world->dir);
}

static inline void reap(pid_t *pid) {
    if (*pid <= 0)
        return;
    (void)kill(-*pid, SIGKILL);
    (void)kill(*pid, SIGKILL);
    (void)waitpid(*pid, NULL, 0);
    *pid = 0;
}

static inline void run_program(const char *const *words) {
    struct argv argv = {0};
    struct spawn_result result = {0};
    struct err err = {0};
    argv_adds(&argv, words);
    assert_true(spawn_run(&(struct spawn){.argv = &argv}, &result, &err));
    assert_int_equal(result.status, 0);
    argv_release(&argv);
}

static inline int tear_down(void **state) {
    struct world *world = *state;
    reap(&world->agent);
    reap(&world->other);
    run_program((const char *[]){"/bin/rm", "-rf", world->dir, NULL});
    free(world);
    return 0;
}

/* A session of its own that runs a script with MC_RUN=run; it is that program when this returns. */
static inline pid_t start(const char *run, const char *script) {
    char *tag = xasprintf("MC_RUN=%s", run);
    char *const argv[] = {(char[]){"/bin/sh"}, (char[]){"-c"}, xstrdup(script), NULL};
    char *const env[] = {tag, (char[]){"PATH=/usr/bin:/bin"}, NULL};
    char byte;
    int ends[2];
    pid_t pid;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[1], F_SETFD, FD_CLOEXEC), 0);
    pid = fork();
    if (pid == 0) {
        setsid();
        close(ends[0]);
        execve(argv[0], argv, env);
        _exit(127);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 0);
    close(ends[0]);
    free(tag);
    free(argv[2]);
    return pid;
}

static inline int64_t wait_for_number(const char *file) {
    struct text text = {0};
    struct err err = {0};
    long long number = 0;
    for (int64_t waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
        text_clear(&text);
        if (files_size(file) > 0 && files_read(&text, file, 100, &err) && strchr(text_str(&text), '\n') != NULL)
            break;
        err_release(&err);
        clock_sleep(STEP_MS);
    }
    assert_true(text.len > 1);
    text.data[text.len - 1] = '\0';
    assert_true(text_to_int(text.data, 1, INT32_MAX, &number));
    text_release(&text);
    return number;
}

static inline struct identity identity_of(int64_t pid) {
    struct identity identity;
    assert_true(proc_identify(pid, &identity));
    return identity;
}

static inline bool lives(int64_t pid) {
    struct identity identity;
    return proc_identify(pid, &identity);
}

/* A program under a name of one's choice: a copy of sleep beside us. */
static inline char *named(const struct world *world, const char *name) {
    char *program = xasprintf("%s/%s", world->dir, name);
    run_program((const char *[]){"/bin/cp", "/bin/sleep", program, NULL});
    return program;
}

#endif
