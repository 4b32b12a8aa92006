#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/proc.h"
#include "host/watch.h"

enum { LONG_MS = 60000, SHORT_MS = 50 };

/* A process that ends after so long (0: when it is killed). */
static pid_t child(int64_t ms) {
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        clock_sleep(ms > 0 ? ms : LONG_MS);
        _exit(0);
    }
    return pid;
}

static void end(pid_t pid) {
    (void)kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void ends_with_the_process(void **state) {
    struct identity identity;
    pid_t pid = child(200);
    int64_t begin = clock_monotonic();
    (void)state;
    assert_true(proc_identify(pid, &identity));
    assert_true(watch_process(&identity, LONG_MS));
    assert_in_range(clock_monotonic() - begin, 0, LONG_MS / 2);
    /* Nobody has reaped it yet. */
    assert_true(watch_process(&identity, LONG_MS));
    end(pid);
    assert_true(watch_process(&identity, LONG_MS));
}

static void waits_the_time_out(void **state) {
    struct identity identity, unknown = {0};
    pid_t pid = child(0);
    int64_t begin = clock_monotonic();
    (void)state;
    assert_true(proc_identify(pid, &identity));
    assert_false(watch_process(&identity, SHORT_MS));
    assert_false(watch_process(&identity, 0));
    assert_false(watch_process(&unknown, SHORT_MS));
    unknown.pid = pid;
    assert_false(watch_process(&unknown, SHORT_MS));
    assert_true(clock_monotonic() - begin >= 3 * SHORT_MS);
    end(pid);
}

/* A number that another process has by now: the one that was meant has ended. */
static void knows_a_number_from_a_process(void **state) {
    struct identity identity;
    pid_t pid = child(0);
    (void)state;
    assert_true(proc_identify(pid, &identity));
    identity.start--;
    assert_true(watch_process(&identity, LONG_MS));
    end(pid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_with_the_process),
        cmocka_unit_test(waits_the_time_out),
        cmocka_unit_test(knows_a_number_from_a_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
