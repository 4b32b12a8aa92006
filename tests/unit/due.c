#include "rules/due.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/awake.h"
#include "rules/rows.h"

enum { NOW = 1000000, LONGEST = 5000 };

static void a_time_behind_the_longest_wait_counts_as_now(void **state) {
    (void)state;
    assert_true(due_now(0, NOW, LONGEST));
    assert_true(due_now(NOW, NOW, LONGEST));
    assert_false(due_now(NOW + 1, NOW, LONGEST));
    assert_false(due_now(NOW + LONGEST, NOW, LONGEST));
    assert_true(due_now(NOW + LONGEST + 1, NOW, LONGEST));
    assert_true(due_now(INT64_MAX, NOW, LONGEST));
    assert_false(due_now(INT64_MAX, INT64_MAX - 1, LONGEST));
}

static void what_was_said_is_said_again_after_a_while(void **state) {
    (void)state;
    assert_false(due_again(NOW, NOW, LONGEST));
    assert_false(due_again(NOW - LONGEST, NOW, LONGEST));
    assert_true(due_again(NOW - LONGEST - 1, NOW, LONGEST));
    assert_true(due_again(NOW + 1, NOW, LONGEST));
}

static void a_reading_is_of_its_boot(void **state) {
    (void)state;
    struct runtime runtime = {.spawned_tick = 5, .tick_boot = "boot-1"};
    assert_true(awake_known(&runtime, "boot-1"));
    assert_false(awake_known(&runtime, "boot-2"));
    assert_false(awake_known(&runtime, ""));
    runtime.spawned_tick = 0;
    assert_false(awake_known(&runtime, "boot-1"));
    assert_int_equal(awake_between(5, 8), 3);
    assert_int_equal(awake_between(8, 5), 0);
    assert_int_equal(awake_between(0, 5), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_behind_the_longest_wait_counts_as_now),
        cmocka_unit_test(what_was_said_is_said_again_after_a_while),
        cmocka_unit_test(a_reading_is_of_its_boot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
