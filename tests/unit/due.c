#include "rules/due.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/awake.h"
#include "rules/rows.h"

enum { NOW = 1000000, LONGEST = 5000 };

static void the_horizon_is_the_longest_wait_ahead(void **state) {
    (void)state;
    assert_int_equal(due_horizon(NOW, LONGEST), NOW + LONGEST);
    assert_true(due_horizon(INT64_MAX - 1, LONGEST) == INT64_MAX);
}

static void what_was_said_is_said_again_after_a_while(void **state) {
    (void)state;
    assert_false(due_again(NOW, NOW, LONGEST));
    assert_false(due_again(NOW - LONGEST, NOW, LONGEST));
    assert_true(due_again(NOW - LONGEST - 1, NOW, LONGEST));
    assert_true(due_again(NOW + 1, NOW, LONGEST));
}

static void one_minute_of_seventeen_is_for_straightening(void **state) {
    enum { MINUTE = 60000 };

    (void)state;
    assert_true(due_straight(0) && due_straight(MINUTE - 1));
    for (int i = 1; i <= 34; i++) {
        assert_int_equal(due_straight(INT64_C(1700000) * MINUTE + i * MINUTE), i % 17 == 0);
        assert_int_equal(due_straight(INT64_C(1700000) * MINUTE + i * MINUTE - 1), i % 17 == 1);
    }
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
        cmocka_unit_test(the_horizon_is_the_longest_wait_ahead),
        cmocka_unit_test(what_was_said_is_said_again_after_a_while),
        cmocka_unit_test(one_minute_of_seventeen_is_for_straightening),
        cmocka_unit_test(a_reading_is_of_its_boot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
