#include "host/there.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/proc.h"
#include "host/there_words.h"
#include "host/tmux.h"
#include "host/uproot.h"

/* A real server, which is asked to run a program that answers whatever it is told to: what it says is judged. */
#define RUN "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static char dir[] = "/tmp/mctXXXXXX";
static char *programs, *reply, *answer;
static struct tmux tmux;
static struct tmux_started started;

static void put(const char *path, const char *text) {
    struct err err = {0};
    if (!files_write(path, text, strlen(text), &err))
        fail_msg("%s", err.text);
}

static int set_up(void **state) {
    struct argv argv = {0};
    struct err err = {0};
    char *socket, *program, *script;
    (void)state;
    unsetenv("INVOCATION_ID");
    assert_non_null(mkdtemp(dir));
    programs = xasprintf("%s/it's #{pid} %%d [#", dir); /* all that a shell or tmux would make something of */
    reply = xasprintf("%s/reply", dir);
    answer = xasprintf("%s/answer", dir);
    socket = xasprintf("%s/s", dir);
    program = xasprintf("%s/mc-launch", programs);
    script = xasprintf("#!/bin/sh\nfor last; do :; done\ncp %s \"$last\"\n", reply);
    assert_int_equal(mkdir(programs, 0700), 0);
    put(program, script);
    assert_int_equal(chmod(program, 0700), 0);
    assert_true(tmux_init(&tmux, socket, &err));
    argv_add(&argv, "/bin/sleep");
    argv_add(&argv, "1000");
    assert_int_equal(tmux_start(&tmux,
                                &(struct tmux_session){.name = "mc-MC-1",
                                                       .argv = &argv,
                                                       .run = RUN,
                                                       .ticket = "MC-1",
                                                       .board = "0123456789abcdef",
                                                       .width = 80,
                                                       .height = 24},
                                &started, &err),
                     TMUX_STARTED);
    argv_release(&argv);
    free(socket);
    free(program);
    free(script);
    return 0;
}

static int64_t server_of(void) {
    int64_t server;
    assert_int_equal(tmux_place(&tmux, &server), TMUX_HERE);
    return server;
}

static int tear_down(void **state) {
    (void)state;
    assert_int_equal(kill((pid_t)server_of(), SIGTERM), 0);
    uproot(dir, INT64_MAX);
    free(programs);
    free(reply);
    free(answer);
    tmux_release(&tmux);
    return 0;
}

static struct there there(void) {
    return (struct there){.tmux = &tmux, .programs = programs, .answer = answer};
}

static void the_kernel_says_whose_child_the_agent_is(void **state) {
    struct identity agent;
    struct tmux nowhere = tmux;
    int64_t server;
    (void)state;
    server = server_of();
    assert_true(proc_identify_child(started.pid, server, &agent));
    assert_int_equal(agent.pid, started.pid);
    assert_false(proc_identify_child(getpid(), server, &agent));
    assert_false(proc_identify_child(started.pid, getpid(), &agent));
    assert_false(proc_identify_child(started.pid, 0, &agent));
    nowhere.socket = answer;
    assert_int_equal(tmux_place(&nowhere, &server), TMUX_NOWHERE);
}

static void a_mark_is_one_runs(void **state) {
    (void)state;
    pid_t marked = fork();
    if (marked == 0) {
        char *const env[] = {(char[]){"MC_RUN=" RUN}, NULL};
        execle("/bin/sleep", "sleep", "1000", (char *)NULL, env);
        _exit(127);
    }
    while (proc_bears(marked, RUN) != SEEN_YES)
        clock_sleep(1);
    assert_int_equal(proc_bears(marked, "bbbb"), SEEN_NO);
    assert_int_equal(proc_bears(started.pid, RUN), SEEN_UNKNOWN);
    assert_int_equal(kill(marked, 9), 0);
}

/* As one has neither arguments nor environment in the moment in which it becomes another program. */
static void one_that_is_empty_is_not_anothers(void **state) {
    siginfo_t end;
    pid_t empty = fork();
    (void)state;
    if (empty == 0) {
        prctl(PR_SET_NAME, "mc-launch");
        _exit(0);
    }
    assert_int_equal(waitid(P_PID, (id_t)empty, &end, WEXITED | WNOWAIT), 0);
    assert_int_equal(proc_bears(empty, RUN), SEEN_UNKNOWN);
    assert_int_equal(waitpid(empty, NULL, 0), empty);
}

static bool identified(const struct identity *said) {
    struct text text = {0};
    struct identity identity;
    const struct there asked = there();
    bool known;
    there_write(&text, said);
    put(reply, text_str(&text));
    known = there_identify(&asked, said->pid, &identity);
    assert_int_equal(identity.pid, known ? said->pid : 0);
    assert_false(files_exists(answer));
    text_release(&text);
    return known;
}

static void an_agent_there_is_none_of_ours(void **state) {
    struct identity self;
    const struct there asked = there();
    (void)state;
    assert_true(proc_identify(getpid(), &self));
    assert_false(identified(&self));
    self.ns++;
    assert_true(identified(&self));
    assert_false(there_identify(&asked, self.pid + 1, &self));
}

static enum seen ended(const char *said, struct text *spared, struct err *err) {
    const struct identity agent = {.pid = 5, .start = 6, .ns = 7, .boot = "a"};
    const struct proc_target target = {.agent = &agent, .run_id = RUN, .grace_ms = 1};
    const struct there asked = there();
    put(reply, said);
    text_clear(spared);
    err_release(err);
    return there_end(&asked, &target, spared, err);
}

static void only_a_clear_word_is_an_end(void **state) {
    struct text spared = {0};
    struct err err = {0};
    (void)state;
    assert_int_equal(ended("ended\n", &spared, &err), SEEN_YES);
    assert_string_equal(text_str(&spared), "");
    assert_int_equal(ended("ended\nsshd (pid 7)", &spared, &err), SEEN_YES);
    assert_string_equal(text_str(&spared), "sshd (pid 7)");
    assert_int_equal(ended("elsewhere", &spared, &err), SEEN_NO);
    assert_int_equal(ended("", &spared, &err), SEEN_UNKNOWN);
    assert_string_equal(err.text, "nothing was answered");
    assert_int_equal(ended("end", &spared, &err), SEEN_UNKNOWN);
    assert_int_equal(ended("process 5 does not end", &spared, &err), SEEN_UNKNOWN);
    assert_string_equal(err.text, "process 5 does not end");
    assert_int_equal(there_end(&(struct there){&tmux, "/nowhere", answer},
                               &(struct proc_target){.agent = &(struct identity){.pid = 5}, .run_id = RUN}, &spared,
                               &err),
                     SEEN_UNKNOWN);
    assert_non_null(strstr(err.text, "/nowhere/mc-launch cannot be run, or gives no answer, where the tmux server is"));
    text_release(&spared);
    err_release(&err);
}

static void reads_what_it_writes_and_nothing_else(void **state) {
    static const char *const none[] = {"",        "1",         "1:2:3",    "1:2:3:", "0:2:3:a",
                                       "1:2:3:z", "1:2:3:a b", "-1:2:3:a", "x:2:3:a"};
    struct identity read;
    (void)state;
    assert_true(there_read(&read, "1:2:3:a-f"));
    assert_true(read.pid == 1 && read.start == 2 && read.ns == 3 && strcmp(read.boot, "a-f") == 0);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_false(there_read(&read, none[i]));
    assert_false(there_read(&read, "1:2:3:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kernel_says_whose_child_the_agent_is),
        cmocka_unit_test(a_mark_is_one_runs),
        cmocka_unit_test(one_that_is_empty_is_not_anothers),
        cmocka_unit_test(an_agent_there_is_none_of_ours),
        cmocka_unit_test(only_a_clear_word_is_an_end),
        cmocka_unit_test(reads_what_it_writes_and_nothing_else),
    };
    return cmocka_run_group_tests_name("there", tests, set_up, tear_down);
}
