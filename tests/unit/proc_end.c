#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/proc_table.h"
#include "processes.h"

/* The library's looks at the table go through here (ld --wrap), so that a test can show it what a race would. */
static bool (*bend)(struct proc_line *line); /* false: this look does not see it */
static bool unread;
static struct {
    proc_visit *each;
    void *context;
} inner;
bool __real_proc_each(proc_visit *each, void *context);
bool __wrap_proc_each(proc_visit *each, void *context);

static bool bent(const struct proc_line *line, void *context) {
    struct proc_line copy = *line;
    (void)context;
    return (bend != NULL && !bend(&copy)) || inner.each(&copy, inner.context);
}

bool __wrap_proc_each(proc_visit *each, void *context) {
    inner.each = each;
    inner.context = context;
    if (unread)
        return false;
    return __real_proc_each(bent, NULL);
}

/* What the kernel would do with one that waits for a disk which is gone: no signal ends it. And a clock that gets there
 * faster than its waits. */
static bool deaf;
static int64_t gone_by;
int __real_pidfd_send_signal(int fd, int number, siginfo_t *info, unsigned flags);
int __wrap_pidfd_send_signal(int fd, int number, siginfo_t *info, unsigned flags);
int64_t __real_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void);

int __wrap_pidfd_send_signal(int fd, int number, siginfo_t *info, unsigned flags) {
    return deaf ? 0 : __real_pidfd_send_signal(fd, number, info, flags);
}

int64_t __wrap_clock_monotonic(void) {
    gone_by += deaf ? 1000 : 0;
    return __real_clock_monotonic() + gone_by;
}

static void does_not_end(const struct identity *agent, const char *says) {
    struct err err = {0};
    bool ended;
    deaf = true;
    ended = proc_end(&(struct proc_target){.agent = agent, .run_id = run_a, .grace_ms = GRACE_MS}, NULL, &err);
    deaf = false;
    assert_false(ended);
    assert_int_equal(err.code, MC_OSERR);
    assert_string_equal(err.text, says);
    err_release(&err);
}

static void end_telling(const struct identity *agent, const char *run, struct text *spared) {
    struct err err = {0};
    if (!proc_end(&(struct proc_target){.agent = agent, .run_id = run, .grace_ms = GRACE_MS}, spared, &err))
        fail_msg("%s", err.text);
}

static void end(const struct identity *agent, const char *run) {
    end_telling(agent, run, NULL);
}

static void ends_group_session_and_descent(void **state) {
    static const char *const who[] = {"stubborn", "apart", "bare", "server", "deep"};
    int64_t pids[5];
    struct world *world = *state;
    struct identity agent;
    world->agent = start(
        run_a, "sh -c 'trap \"\" TERM HUP; echo $$ >stubborn; while :; do sleep 1; done' &\n"
               "sh -c 'echo $$ >apart; exec timeout 1000 sleep 1000' &\n" /* leads a group of its own */
               "env -i /bin/sh -c 'echo $$ >bare; trap \"\" TERM; while :; do sleep 1; done' &\n"
               /* As an MCP server: a session of its own, its parent is the agent. What it has started in one more
                * session outlives it for a while. */
               "setsid sh -c 'echo $$ >server; setsid sh -c \"echo \\$\\$ >deep; trap : TERM; while :; do sleep 1; "
               "done\" & wait' &\n"
               "wait");
    world->other = start(run_b, "exec sleep 1000");
    agent = identity_of(world->agent);
    for (size_t i = 0; i < 5; i++)
        pids[i] = wait_for_number(who[i]);
    end(&agent, run_a);
    assert_false(lives(world->agent));
    for (size_t i = 0; i < 5; i++)
        if (lives(pids[i]))
            fail_msg("%s lives", who[i]);
    assert_true(lives(world->other));
    end(&agent, run_a); /* again: nothing to end is fine */
}

static void kill_daemon(int64_t pid) {
    (void)kill((pid_t)pid, SIGKILL);
}

static void leaves_daemons_and_names_them(void **state) {
    struct world *world = *state;
    struct text spared = {0};
    struct identity agent;
    int64_t daemon, other;
    char *wanted, *program = named(world, "build\033[2Jd\n");
    char *script = xasprintf("setsid --fork sh -c \"echo \\$\\$ >daemon; exec '%s' 1000\"\n"
                             "MC_RUN=%s setsid --fork sh -c 'echo $$ >other; exec sleep 1000'\n"
                             "exec sleep 1000",
                             program, run_b);
    world->agent = start(run_a, script);
    agent = identity_of(world->agent);
    daemon = wait_for_number("daemon");
    other = wait_for_number("other");
    for (int64_t waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
        struct proc_line line;
        if (proc_line_read(daemon, &line) == 0 && text_starts(line.comm, "build"))
            break;
        clock_sleep(STEP_MS);
    }
    end_telling(&agent, run_a, &spared);
    assert_false(lives(world->agent));
    assert_true(lives(daemon));
    assert_true(lives(other));
    wanted = xasprintf("build[2Jd (pid %lld)", (long long)daemon);
    kill_daemon(daemon);
    kill_daemon(other);
    assert_string_equal(text_str(&spared), wanted);
    text_release(&spared);
    free(wanted);
    free(script);
    free(program);
}

static void names_no_more_than_anybody_reads(void **state) {
    struct world *world = *state;
    struct text spared = {0};
    struct identity agent;
    int named_ones = 0;
    world->agent =
        start(run_a, "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22; do\n"
                     "setsid --fork sh -c 'echo $$ >>daemons; exec sleep 30'; done\n"
                     "while [ $(wc -l <daemons) -lt 22 ]; do sleep 0.02; done; echo $$ >all; exec sleep 1000");
    (void)wait_for_number("all");
    agent = identity_of(world->agent);
    end_telling(&agent, run_a, &spared);
    for (const char *at = text_str(&spared); (at = strstr(at, "(pid ")) != NULL; at++)
        named_ones++;
    run_program((const char *[]){"/bin/sh", "-c", "kill -KILL $(cat daemons)", NULL});
    assert_int_equal(named_ones, 20);
    assert_non_null(strstr(text_str(&spared), " and 2 more"));
    text_release(&spared);
}

/* Its script has become it, with all that it bears. */
static bool is_sleep(int64_t pid, const char *run) {
    struct proc_line line;
    return proc_line_read(pid, &line) == 0 && strcmp(line.comm, "sleep") == 0 && proc_bears(pid, run) == SEEN_YES;
}

static void a_mark_alone_gets_no_signal(void **state) {
    struct world *world = *state;
    struct text spared = {0};
    struct identity nobody = {0};
    char *wanted;
    world->agent = start(run_a, "exec sleep 1000");
    world->other = start("0123456789abcdef0123456789abcdef0", "exec sleep 1000"); /* longer by one */
    for (int64_t waited = 0; waited < PATIENCE_MS && !is_sleep(world->agent, run_a); waited += STEP_MS)
        clock_sleep(STEP_MS);
    end_telling(&nobody, run_a, &spared);
    assert_true(lives(world->agent));
    assert_true(lives(world->other));
    wanted = xasprintf("sleep (pid %lld)", (long long)world->agent);
    assert_string_equal(text_str(&spared), wanted);
    free(wanted);
    text_release(&spared);
    /* A pane without a number is nobody's session, also where that of one who came in from outside is 0. */
    text_copy(nobody.boot, sizeof nobody.boot, identity_of(getpid()).boot);
    end(&nobody, run_a);
    assert_true(lives(world->agent));
}

/* Killed by a reboot of tmux, by hand, for memory: what it had started sits in its session still. */
static void ends_what_a_dead_agent_left(void **state) {
    struct world *world = *state;
    struct identity agent;
    int64_t left, below, bare;
    world->agent =
        start(run_a, "sh -c 'trap \"\" HUP; echo $$ >left; setsid sh -c \"echo \\$\\$ >below; exec sleep 1000\"; :' &\n"
                     "env -i /bin/sh -c 'trap \"\" HUP; echo $$ >bare; exec sleep 1000' &\n"
                     "wait");
    agent = identity_of(world->agent);
    left = wait_for_number("left");
    below = wait_for_number("below");
    bare = wait_for_number("bare");
    assert_int_equal(kill(world->agent, SIGKILL), 0);
    assert_int_equal(waitpid(world->agent, NULL, 0), world->agent);
    world->agent = 0;
    /* A session of this number may be that of one who came later: those without the mark may be anybody's. */
    end(&agent, run_b);
    assert_true(lives(left) && lives(below) && lives(bare));
    /* Nor is older than the agent what it has started. */
    agent.start += 1000000;
    end(&agent, run_a);
    assert_true(lives(left) && lives(below) && lives(bare));
    agent.start -= 1000000;
    end(&agent, run_a);
    assert_false(lives(left));
    assert_false(lives(below));
    assert_true(lives(bare));
    kill_daemon(bare);
}

static void a_stopped_one_hears_it(void **state) {
    struct world *world = *state;
    struct identity agent;
    struct err err = {0};
    world->agent = start(run_a, "trap 'echo $$ >heard; exit' TERM; echo $$ >ready; while :; do sleep 0.1; done");
    (void)wait_for_number("ready");
    agent = identity_of(world->agent);
    assert_int_equal(kill(world->agent, SIGSTOP), 0);
    assert_true(proc_end(&(struct proc_target){.agent = &agent, .grace_ms = 10000}, NULL, &err));
    assert_false(lives(world->agent));
    assert_true(files_exists("heard"));
}

/* The number of a dead agent may be another's by now: its whole session is then somebody else's. */
static void never_touches_a_reused_pid(void **state) {
    struct world *world = *state;
    struct identity agent;
    int64_t child;
    world->other = start(run_a, "sleep 1000 & echo $! >child; wait");
    child = wait_for_number("child");
    agent = identity_of(world->other);
    agent.start--;
    end(&agent, run_a);
    assert_true(lives(world->other) && lives(child));
    agent = identity_of(world->other);
    agent.boot[0] = agent.boot[0] == 'f' ? 'e' : 'f';
    end(&agent, run_a);
    assert_true(lives(world->other) && lives(child));
    agent = identity_of(world->other);
    agent.ns++;
    end(&agent, run_a);
    assert_true(lives(world->other) && lives(child));
    agent = (struct identity){.pid = world->other};
    text_copy(agent.boot, sizeof agent.boot, identity_of(getpid()).boot);
    end(&agent, run_a); /* a pane's last number, nobody knows whose */
    assert_true(lives(world->other) && lives(child));
}

static struct world *seen; /* what the looks below are bent about */

/* Between the look and the signal its number has become another's. */
static bool other_is_taken_for_a_child(struct proc_line *line) {
    if (line->pid == seen->other) {
        line->session = seen->agent;
        line->start--;
    }
    return true;
}

static void confirms_before_it_signals(void **state) {
    struct identity agent;
    seen = *state;
    seen->agent = start(run_a, "exec sleep 1000");
    seen->other = start(run_b, "exec sleep 1000");
    agent = identity_of(seen->agent);
    bend = other_is_taken_for_a_child;
    end(&agent, run_a);
    assert_false(lives(seen->agent));
    assert_true(lives(seen->other));
}

static int64_t forked;
static int looks_after_death;

static int looks;

/* The first two looks find the agent and send it TERM. */
static bool forked_is_overlooked_until_it_is_dead(struct proc_line *line) {
    if (line->pid == 1 && ++looks == 3)
        for (int64_t waited = 0; lives(seen->agent) && waited < PATIENCE_MS; waited += STEP_MS)
            clock_sleep(STEP_MS);
    return line->pid != forked || looks > 3;
}

/* A look is not one moment: a parent that was not yet reached has gone, and its child was passed already. */
static void looks_twice_before_it_is_sure(void **state) {
    struct identity agent;
    seen = *state;
    looks = 0;
    seen->agent = start(run_a, "sh -c 'trap \"\" HUP; echo $$ >forked; exec sleep 1000' & wait");
    forked = wait_for_number("forked");
    agent = identity_of(seen->agent);
    bend = forked_is_overlooked_until_it_is_dead;
    end(&agent, run_a);
    assert_true(looks > 3);
    assert_false(lives(forked));
}

static int64_t server;

static bool forked_comes_when_its_parent_has_gone(struct proc_line *line) {
    return line->pid != forked || !lives(server);
}

/* Nobody's child when it is first seen, but in a session that one of the agent's leads. */
static void a_descendants_session_goes_with_it(void **state) {
    struct identity agent;
    seen = *state;
    seen->agent =
        start(run_a, "setsid sh -c 'echo $$ >server; env -i /bin/sh -c \"trap : HUP; echo \\$\\$ >forked; exec "
                     "sleep 1000\" & wait' & wait");
    server = wait_for_number("server");
    forked = wait_for_number("forked");
    agent = identity_of(seen->agent);
    bend = forked_comes_when_its_parent_has_gone;
    end(&agent, run_a);
    assert_false(lives(forked));
}

static bool other_comes_to_the_number(struct proc_line *line) {
    if (line->pid == 1 && !lives(seen->agent))
        looks_after_death++;
    if (line->pid == seen->other && looks_after_death > 2) /* not at once: numbers are handed out in turn */
        line->session = seen->agent;
    return true;
}

/* While a stubborn descendant is waited for, the agent's number goes to somebody else's session. */
static void a_number_is_trusted_while_it_is_held(void **state) {
    struct identity agent;
    int64_t stubborn;
    seen = *state;
    seen->agent =
        start(run_a, "setsid sh -c 'trap \"\" TERM HUP; echo $$ >stubborn; while :; do sleep 1; done' & wait");
    seen->other = start(run_b, "exec sleep 1000");
    stubborn = wait_for_number("stubborn");
    agent = identity_of(seen->agent);
    looks_after_death = 0;
    bend = other_comes_to_the_number;
    assert_true(signal(SIGCHLD, SIG_IGN) != SIG_ERR); /* nobody keeps the dead one's number */
    end(&agent, run_a);
    (void)signal(SIGCHLD, SIG_DFL);
    assert_true(looks_after_death > 3);
    assert_false(lives(stubborn));
    assert_true(lives(seen->other));
}

/* mc-ticket cancel, typed by the agent itself; but what runs us is no agent of another run, whatever a row says. */
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
        end(&self, run_a);
        if (!lives(world->other) || setenv("MC_RUN", run_a, 1) != 0)
            _exit(2);
        end(&self, run_b);
        if (!lives(world->other))
            _exit(3);
        ended = proc_end(&(struct proc_target){.agent = &self, .run_id = run_a, .grace_ms = GRACE_MS}, NULL, &err);
        _exit(ended && !lives(world->other) && raise(SIGHUP) == 0 ? 42 : 1);
    }
    assert_int_equal(waitpid(world->agent, &status, 0), world->agent);
    world->agent = 0;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 42);
}

static void says_which_one_does_not_end(void **state) {
    struct world *world = *state;
    struct identity agent;
    char *says;
    world->agent = start(run_a, "exec sleep 1000");
    agent = identity_of(world->agent);
    says = xasprintf("process %d of this agent does not end; look at it with: ps -p %d", world->agent, world->agent);
    does_not_end(&agent, says);
    assert_true(lives(world->agent));
    free(says);
}

/* Nobody seen is not nobody there. */
static void says_that_it_cannot_look(void **state) {
    struct world *world = *state;
    struct identity agent;
    world->agent = start(run_a, "exec sleep 1000");
    agent = identity_of(world->agent);
    unread = true;
    does_not_end(&agent, "/proc cannot be read: whether the agent has ended is not known");
    unread = false;
}

static int straight(void **state) {
    bend = NULL;
    return tear_down(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, straight)

int main(void) {
    random_hex(run_a, RUN_ID_DIGITS);
    random_hex(run_b, RUN_ID_DIGITS);
    const struct CMUnitTest tests[] = {
        TEST(ends_group_session_and_descent),       TEST(leaves_daemons_and_names_them),
        TEST(names_no_more_than_anybody_reads),     TEST(a_mark_alone_gets_no_signal),
        TEST(ends_what_a_dead_agent_left),          TEST(a_stopped_one_hears_it),
        TEST(never_touches_a_reused_pid),           TEST(confirms_before_it_signals),
        TEST(looks_twice_before_it_is_sure),        TEST(a_descendants_session_goes_with_it),
        TEST(a_number_is_trusted_while_it_is_held), TEST(a_caller_inside_survives),
        TEST(says_which_one_does_not_end),          TEST(says_that_it_cannot_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
