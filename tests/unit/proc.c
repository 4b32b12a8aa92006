#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "descriptor_want.h"
#include "host/proc_table.h"
#include "processes.h"

static const char *this_program;
static uintptr_t first_argument; /* where the kernel reads it */

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

/* The same number there is another process: neither alive nor dead by what we see here. Another boot is over all the
 * same. */
static void another_namespace_is_not_known(void **state) {
    struct identity self = identity_of(getpid()), other = self;
    (void)state;
    assert_true(self.ns > 0);
    assert_int_equal(self.ns >> 32, identity_of(1).start % INT32_MAX + 1);
    assert_false(proc_elsewhere(&self));
    other.ns++;
    assert_true(proc_elsewhere(&other));
    assert_int_equal(proc_alive(&other), SEEN_UNKNOWN);
    other.boot[0] = other.boot[0] == 'f' ? 'e' : 'f';
    assert_int_equal(proc_alive(&other), SEEN_NO);
    other = self;
    other.ns += INT64_C(1) << 32; /* the same inode number, and another first process */
    assert_true(proc_elsewhere(&other));
    other.ns = self.ns & UINT32_MAX; /* recorded before that was */
    assert_false(proc_elsewhere(&other));
    other.ns = 0; /* recorded before namespaces were */
    assert_false(proc_elsewhere(&other));
    assert_int_equal(proc_alive(&other), SEEN_YES);
}

/* In a namespace made for it this program asks itself whether it is the process that was recorded outside. */
static void counts_in_its_own_namespace(void **state) {
    struct identity self = identity_of(getpid());
    char *record =
        xasprintf("%lld %lld %s %lld", (long long)self.pid, (long long)self.start, self.boot, (long long)self.ns);
    struct argv argv = {0};
    struct text output = {0};
    struct spawn_result result = {.output = &output};
    struct err err = {0};
    (void)state;
    argv_adds(&argv, (const char *[]){"/usr/bin/unshare", "-p", "-f", "--mount-proc", this_program, record, NULL});
    assert_true(spawn_run(&(struct spawn){.argv = &argv}, &result, &err));
    argv_release(&argv);
    free(record);
    if (result.status == 1 && output.len == 0) {
        print_message("unshare is not permitted here: pid namespaces are not tested\n");
        skip();
    }
    assert_string_equal(text_str(&output), "elsewhere, unknown; within: here, alive\n");
    text_release(&output);
}

/* Asked from within a namespace by a /proc that is from outside, where each process of both stands. */
static void who_counts_as_we(void **state) {
    struct world *world = *state;
    struct argv argv = {0};
    struct spawn_result result = {0};
    struct err err = {0};
    world->agent = start(run_a, "exec sleep 1000");
    assert_int_equal(proc_counts_as_we(getpid()), SEEN_YES);
    assert_int_equal(proc_counts_as_we(world->agent), SEEN_YES);
    argv_adds(&argv, (const char *[]){"/usr/bin/unshare", "-p", "-f", this_program, "counts", NULL});
    argv_addf(&argv, "%lld", (long long)world->agent);
    assert_true(spawn_run(&(struct spawn){.argv = &argv}, &result, &err));
    argv_release(&argv);
    if (result.status != 1)
        assert_int_equal(result.status, 10 + SEEN_NO);
    pid_t gone = world->agent;
    reap(&world->agent);
    assert_int_equal(proc_counts_as_we(gone), SEEN_UNKNOWN);
}

static int say_what_is_seen(const char *record) {
    struct identity outside = {0}, within;
    long long pid, start, ns;
    if (sscanf(record, "%lld %lld %39s %lld", &pid, &start, outside.boot, &ns) != 4 ||
        !proc_identify(getpid(), &within))
        return 2;
    outside.pid = pid;
    outside.start = start;
    outside.ns = ns;
    printf("%s, %s; within: %s, %s\n", proc_elsewhere(&outside) ? "elsewhere" : "here",
           proc_alive(&outside) == SEEN_UNKNOWN ? "unknown" : "known", proc_elsewhere(&within) ? "elsewhere" : "here",
           proc_alive(&within) == SEEN_YES ? "alive" : "not alive");
    return 0;
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

static void *work_on(void *nothing) {
    pause();
    return nothing;
}

/* Its first thread has ended, another works on. */
static pid_t headless(const char *name) {
    struct proc_line line = {0};
    pid_t pid = fork();
    if (pid == 0) {
        pthread_t thread;
        prctl(PR_SET_NAME, name);
        if (pthread_create(&thread, NULL, work_on, NULL) != 0)
            _exit(1);
        pthread_exit(NULL);
    }
    for (int64_t waited = 0; line.state != 'Z' && waited < 10000; waited += STEP_MS) {
        assert_int_equal(proc_line_read(pid, &line), 0);
        clock_sleep(STEP_MS);
    }
    assert_int_equal(line.state, 'Z');
    return pid;
}

static void a_zombie_with_threads_lives(void **state) {
    struct world *world = *state;
    struct identity identity;
    world->agent = headless("worker");
    identity = identity_of(world->agent);
    assert_int_equal(proc_alive(&identity), SEEN_YES);
    assert_int_equal(kill(world->agent, SIGKILL), 0);
    reap(&world->agent);
    assert_int_equal(proc_alive(&identity), SEEN_NO);
}

static void a_name_may_hold_anything(void **state) {
    struct world *world = *state;
    struct identity identity;
    char *program = named(world, ") R 1 (x) Z");
    char *script = xasprintf("exec '%s' 1000", program);
    world->agent = start(run_a, script);
    identity = identity_of(world->agent);
    for (int64_t waited = 0; waited < 200; waited += STEP_MS) {
        assert_int_equal(proc_alive(&identity), SEEN_YES);
        clock_sleep(STEP_MS);
    }
    free(program);
    free(script);
}

/* By the name it has, and the run that is in its words: a server has those of the client that started it. */
static void sees_a_client_underway(void **state) {
    static const struct {
        const char *name;
        bool client;
    } rows[] = {{"tmux", true},          {"tmux: client", true}, {"systemd-run", true},
                {"tmux: server", false}, {"a tmux", false},      {"systemd", false}};
    struct world *world = *state;
    assert_false(proc_client_underway(run_a));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *script =
            xasprintf("exec './%s' -c 'echo $$ >client; kill -STOP $$' x /run/%s/launch", rows[i].name, run_a);
        run_program((const char *[]){"/bin/cp", "/bin/sh", rows[i].name, NULL});
        world->agent = start(run_b, script);
        (void)wait_for_number("client");
        if (proc_client_underway(run_a) != rows[i].client)
            fail_msg("%s", rows[i].name);
        assert_false(proc_client_underway(run_b));
        reap(&world->agent);
        assert_false(proc_client_underway(run_a));
        unlink("client");
        free(script);
    }
}

/* Here as a child of the next. */
static int stand_as_client(const char *whose) {
    prctl(PR_SET_NAME, "tmux");
    if (strcmp(whose, "ours") != 0 && (setuid(65534) != 0 || prctl(PR_SET_DUMPABLE, 1L, 0L, 0L, 0L) != 0))
        return 1; /* one that changes is root's until then, in /proc */
    return raise(SIGSTOP);
}

static void a_client_of_another_user_is_not_ours(void **state) {
    char *const whose[] = {(char[]){"ours"}, (char[]){"another's"}};
    struct world *world = *state;
    int status;
    if (geteuid() != 0)
        skip(); /* only root becomes another */
    for (size_t i = 0; i < 2; i++) {
        world->agent = fork();
        if (world->agent == 0)
            _exit(execv(this_program, (char *[]){(char[]){"tmux"}, whose[i], run_a, NULL}));
        assert_int_equal(waitpid(world->agent, &status, WUNTRACED), world->agent);
        assert_true(WIFSTOPPED(status));
        assert_int_equal(proc_client_underway(run_a), i == 0);
        reap(&world->agent);
    }
}

/* One that ends has let its arguments go before it is a zombie; nothing is on its way by it. */
static void a_client_that_ends_is_not_underway(void **state) {
    struct world *world = *state;
    world->agent = headless("tmux: client");
    assert_false(proc_client_underway(run_a));
}

/* One becomes another again and again, each for a moment without arguments. */
static void a_client_that_begins_is_waited_for(void **state) {
    static const char again[] = "exec ./tmux -c \"$0\" \"$0\"";
    struct world *world = *state;
    char *script = xasprintf("echo $$ >client; exec ./tmux -c '%s' '%s'", again, again);
    run_program((const char *[]){"/bin/cp", "/bin/sh", "tmux", NULL});
    world->agent = start(run_b, script);
    (void)wait_for_number("client");
    for (int looks = 0; looks < 100; looks++)
        assert_false(proc_client_underway(run_a));
    free(script);
}

/* Takes the page away in which the arguments stand, from far below it. */
static void lose_arguments(void) {
    enum { FAR = 256 * 1024 };
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    volatile char below[FAR];
    below[0] = munmap((void *)(first_argument / page * page), page) == 0;
    if (below[0])
        pause();
    _exit(1);
}

/* One that becomes another program has no arguments yet: it may have been given this run. */
static void a_client_that_begins_may_be_underway(void **state) {
    struct world *world = *state;
    struct text arguments = {0};
    world->agent = fork();
    if (world->agent == 0) {
        prctl(PR_SET_NAME, "tmux");
        lose_arguments();
    }
    for (int64_t waited = 0; waited == 0 || (arguments.len > 0 && waited < PATIENCE_MS); waited += STEP_MS) {
        clock_sleep(STEP_MS);
        text_clear(&arguments);
        assert_true(proc_arguments(&arguments, world->agent));
    }
    assert_int_equal(arguments.len, 0);
    text_release(&arguments);
    assert_true(lives(world->agent));
    assert_true(proc_client_underway(run_a));
}

static bool take_all(const struct proc_line *line, void *context) {
    (void)line;
    (void)context;
    return true;
}

/* For want of descriptors nobody is seen, and that says of nobody that he is not there. */
static void a_table_with_gaps_is_none(void **state) {
    struct identity self = identity_of(getpid());
    bool whole[2], underway[2];
    enum seen alive;
    (void)state;
    assert_true(proc_each(take_all, NULL));
    for (unsigned more = 0; more < 2; more++) {
        want_descriptors(more);
        whole[more] = proc_each(take_all, NULL);
        underway[more] = proc_client_underway(run_a);
        want_over();
        assert_false(whole[more]);
        assert_true(underway[more]);
    }
    want_descriptors(0);
    alive = proc_alive(&self);
    want_over();
    assert_int_equal(alive, SEEN_UNKNOWN);
}

/* What a person has to mend is not always that /proc is not there. */
static void says_why_it_does_not_know_itself(void **state) {
    struct identity self;
    struct err err = {0};
    bool known;
    (void)state;
    assert_true(proc_self(&self, &err));
    want_descriptors(0);
    known = proc_self(&self, &err);
    want_over();
    assert_false(known);
    assert_int_equal(err.code, MC_OSERR);
    assert_non_null(strstr(err.text, "/stat: cannot be read: Too many open files"));
    assert_null(strstr(err.text, "mounted"));
    err_release(&err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv) {
    char path[4096];
    long long pid;
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (argc > 2 && strcmp(argv[0], "tmux") == 0)
        return stand_as_client(argv[1]);
    if (argc > 2)
        return text_to_int(argv[2], 1, INT32_MAX, &pid) ? 10 + (int)proc_counts_as_we(pid) : 2;
    if (argc > 1)
        return say_what_is_seen(argv[1]);
    path[n < 0 ? 0 : n] = '\0';
    this_program = path;
    first_argument = (uintptr_t)argv[0];
    random_hex(run_a, RUN_ID_DIGITS);
    random_hex(run_b, RUN_ID_DIGITS);
    const struct CMUnitTest tests[] = {
        TEST(knows_itself),
        TEST(another_start_or_boot_is_dead),
        TEST(another_namespace_is_not_known),
        TEST(counts_in_its_own_namespace),
        TEST(who_counts_as_we),
        TEST(a_zombie_is_dead),
        TEST(a_zombie_with_threads_lives),
        TEST(a_name_may_hold_anything),
        TEST(sees_a_client_underway),
        TEST(a_client_of_another_user_is_not_ours),
        TEST(a_client_that_begins_is_waited_for),
        TEST(a_client_that_ends_is_not_underway),
        TEST(a_client_that_begins_may_be_underway),
        TEST(a_table_with_gaps_is_none),
        TEST(says_why_it_does_not_know_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
