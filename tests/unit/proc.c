#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

enum { STEP_MS = 20, PATIENCE_MS = 60000, GRACE_MS = 300 };
/* New ones each time: what another test started at the same moment must not be taken for ours. */
static char run_a[RUN_ID_DIGITS + 1], run_b[RUN_ID_DIGITS + 1];

struct world {
    char dir[32];
    pid_t agent; /* leads a session of its own; a child of ours */
    pid_t other;
};

static int set_up(void **state) {
    struct world *world = xcalloc(1, sizeof *world);
    snprintf(world->dir, sizeof world->dir, "/tmp/mcXXXXXX");
    *state = world;
    return mkdtemp(world->dir) == NULL ? -1 : chdir(world->dir);
}

static void reap(pid_t *pid) {
    if (*pid <= 0)
        return;
    (void)kill(-*pid, SIGKILL);
    (void)kill(*pid, SIGKILL);
    (void)waitpid(*pid, NULL, 0);
    *pid = 0;
}

static void run_program(const char *const *words) {
    struct argv argv = {0};
    struct spawn_result result = {0};
    struct err err = {0};
    argv_adds(&argv, words);
    assert_true(spawn_run(&(struct spawn){.argv = &argv}, &result, &err));
    assert_int_equal(result.status, 0);
    argv_release(&argv);
}

static int tear_down(void **state) {
    struct world *world = *state;
    reap(&world->agent);
    reap(&world->other);
    run_program((const char *[]){"/bin/rm", "-rf", world->dir, NULL});
    free(world);
    return 0;
}

/* A session of its own that runs a script with MC_RUN=run; it is that program when this returns. */
static pid_t start(const char *run, const char *script) {
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

static int64_t wait_for_number(const char *file) {
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

static struct identity identity_of(int64_t pid) {
    struct identity identity;
    assert_true(proc_identify(pid, &identity));
    return identity;
}

static bool lives(int64_t pid) {
    struct identity identity;
    return proc_identify(pid, &identity);
}

static void end(const struct identity *agent, const char *run) {
    struct err err = {0};
    if (!proc_end(&(struct proc_target){.agent = agent, .run_id = run, .grace_ms = GRACE_MS}, &err))
        fail_msg("%s", err.text);
}

static void knows_itself(void **state) {
    struct identity self, same;
    struct err err = {0};
    (void)state;
    assert_true(proc_self(&self, &err));
    assert_int_equal(self.pid, getpid());
    assert_true(self.start > 0);
    assert_int_equal(strlen(self.boot), 36);
    assert_int_equal(proc_alive(&self), SEEN_YES);
    same = identity_of(getpid());
    assert_int_equal(same.start, self.start);
}

static void another_start_or_boot_is_dead(void **state) {
    struct identity self = identity_of(getpid()), other = self;
    (void)state;
    other.start++;
    assert_int_equal(proc_alive(&other), SEEN_NO);
    other = self;
    other.boot[0] = other.boot[0] == 'f' ? 'e' : 'f';
    assert_int_equal(proc_alive(&other), SEEN_NO);
    other = self;
    other.pid = 0;
    assert_int_equal(proc_alive(&other), SEEN_UNKNOWN);
    other = self;
    other.start = 0;
    assert_int_equal(proc_alive(&other), SEEN_UNKNOWN);
    other = self;
    other.boot[0] = '\0';
    assert_int_equal(proc_alive(&other), SEEN_UNKNOWN);
    assert_false(proc_identify(0, &other));
    assert_false(proc_identify(-1, &other));
}

static void a_zombie_is_dead(void **state) {
    struct world *world = *state;
    struct identity identity;
    siginfo_t info;
    world->agent = start(run_a, "exec sleep 1000");
    identity = identity_of(world->agent);
    assert_int_equal(kill(world->agent, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)world->agent, &info, WEXITED | WNOWAIT), 0);
    assert_int_equal(proc_alive(&identity), SEEN_NO);
    assert_false(lives(world->agent));
    reap(&world->agent);
    assert_int_equal(proc_alive(&identity), SEEN_NO);
}

static void a_name_may_hold_anything(void **state) {
    struct world *world = *state;
    struct identity identity;
    char *program = xasprintf("%s/) R 1 (x) Z", world->dir);
    char *script = xasprintf("exec '%s' 1000", program);
    run_program((const char *[]){"/bin/cp", "/bin/sleep", program, NULL});
    world->agent = start(run_a, script);
    identity = identity_of(world->agent);
    for (int64_t waited = 0; waited < 200; waited += STEP_MS) {
        assert_int_equal(proc_alive(&identity), SEEN_YES);
        clock_sleep(STEP_MS);
    }
    free(program);
    free(script);
}

static void ends_group_session_and_daemons(void **state) {
    struct world *world = *state;
    struct identity agent;
    int64_t stubborn, apart, bare, daemon;
    world->agent =
        start(run_a, "sh -c 'trap \"\" TERM HUP; echo $$ >stubborn; while :; do sleep 1; done' &\n"
                     "sh -c 'echo $$ >apart; exec timeout 1000 sleep 1000' &\n" /* leads a group of its own */
                     "env -i /bin/sh -c 'echo $$ >bare; trap \"\" TERM; while :; do sleep 1; done' &\n"
                     "setsid --fork sh -c 'echo $$ >daemon; exec sleep 1000'\n"
                     "wait");
    world->other = start(run_b, "exec sleep 1000");
    agent = identity_of(world->agent);
    stubborn = wait_for_number("stubborn");
    apart = wait_for_number("apart");
    bare = wait_for_number("bare");
    daemon = wait_for_number("daemon");
    end(&agent, run_a);
    assert_false(lives(world->agent));
    assert_false(lives(stubborn));
    assert_false(lives(apart));
    assert_false(lives(bare));
    assert_false(lives(daemon));
    assert_true(lives(world->other));
    end(&agent, run_a); /* again: nothing to end is fine */
}

static void ends_by_run_alone(void **state) {
    struct world *world = *state;
    struct identity nobody = {0};
    world->agent = start(run_a, "exec sleep 1000");
    world->other = start("0123456789abcdef0123456789abcdef0", "exec sleep 1000"); /* longer by one */
    end(&nobody, run_a);
    assert_false(lives(world->agent));
    assert_true(lives(world->other));
}

static void ends_a_stopped_one(void **state) {
    struct world *world = *state;
    struct identity agent;
    world->agent = start(run_a, "exec sleep 1000");
    agent = identity_of(world->agent);
    assert_int_equal(kill(world->agent, SIGSTOP), 0);
    end(&agent, NULL);
    assert_false(lives(world->agent));
}

/* The number of a dead agent may be another's by now: its whole session is then somebody else's. */
static void never_touches_a_reused_pid(void **state) {
    struct world *world = *state;
    struct identity agent;
    world->other = start(run_b, "sleep 1000 & echo $! >child; wait");
    agent = identity_of(world->other);
    (void)wait_for_number("child");
    agent.start--;
    end(&agent, run_a);
    assert_true(lives(world->other));
    assert_true(lives(wait_for_number("child")));
    agent = identity_of(world->other);
    agent.boot[0] = agent.boot[0] == 'f' ? 'e' : 'f';
    end(&agent, run_a);
    assert_true(lives(world->other));
}

/* mc-ticket cancel, typed by the agent itself. */
static void a_caller_inside_survives(void **state) {
    struct world *world = *state;
    int status;
    world->agent = fork();
    if (world->agent == 0) {
        struct identity self;
        struct err err = {0};
        bool ended;
        setsid();
        world->other = fork(); /* in the same session and group */
        if (world->other == 0) {
            execl("/bin/sleep", "sleep", "1000", (char *)NULL);
            _exit(127);
        }
        self = identity_of(getpid());
        ended = proc_end(&(struct proc_target){.agent = &self, .run_id = NULL, .grace_ms = GRACE_MS}, &err);
        _exit(ended && !lives(world->other) && raise(SIGHUP) == 0 ? 42 : 1);
    }
    assert_int_equal(waitpid(world->agent, &status, 0), world->agent);
    world->agent = 0;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 42);
}

static void sees_a_client_underway(void **state) {
    struct world *world = *state;
    char *script = xasprintf("exec ./tmux -c 'echo $$ >client; sleep 1000; :' x /run/%s/launch", run_a);
    run_program((const char *[]){"/bin/cp", "/bin/sh", "tmux", NULL});
    assert_false(proc_client_underway(run_a));
    world->agent = start(run_b, script);
    (void)wait_for_number("client");
    assert_true(proc_client_underway(run_a));
    assert_false(proc_client_underway(run_b));
    reap(&world->agent);
    assert_false(proc_client_underway(run_a));
    free(script);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    random_hex(run_a, RUN_ID_DIGITS);
    random_hex(run_b, RUN_ID_DIGITS);
    const struct CMUnitTest tests[] = {
        TEST(knows_itself),
        TEST(another_start_or_boot_is_dead),
        TEST(a_zombie_is_dead),
        TEST(a_name_may_hold_anything),
        TEST(ends_group_session_and_daemons),
        TEST(ends_by_run_alone),
        TEST(ends_a_stopped_one),
        TEST(never_touches_a_reused_pid),
        TEST(a_caller_inside_survives),
        TEST(sees_a_client_underway),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
