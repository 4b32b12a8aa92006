#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/retry.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
static const int64_t now = 1779942042145;

static void delays_double_to_the_limit(void **state) {
    (void)state;
    static const int64_t middle[] = {60, 120, 240, 480, 960, 1920, 3600, 3600};
    for (int n = 1; n <= 8; n++) {
        int64_t expected = middle[n - 1] * SECOND;
        for (uint32_t random = 0; random < 3000; random += 7) {
            int64_t delay = retry_delay(n, MINUTE, HOUR, random);
            assert_true(delay >= expected - expected / 10 && delay <= expected + expected / 10);
        }
    }
    assert_int_equal(retry_delay(1, MINUTE, HOUR, 0), 54 * SECOND);
    assert_int_equal(retry_delay(1, MINUTE, HOUR, 500), 60 * SECOND);
    assert_int_equal(retry_delay(1, MINUTE, HOUR, 1000), 66 * SECOND);
}

static void odd_delays(void **state) {
    (void)state;
    assert_int_equal(retry_delay(5, 0, HOUR, 77), 0);
    assert_int_equal(retry_delay(5, -5, HOUR, 77), 0);
    assert_int_equal(retry_delay(3, MINUTE, 0, 77), 0);
    assert_true(retry_delay(2147483647, MINUTE, INT64_MAX, UINT32_MAX) > 0);
    assert_true(retry_delay(2147483647, INT64_MAX, INT64_MAX, 1000) > 0);
    assert_int_equal(retry_delay(0, MINUTE, HOUR, 500), MINUTE);
}

static void busy_delays(void **state) {
    (void)state;
    static const int64_t expected[] = {60, 120, 240, 480, 600, 600};
    for (int n = 1; n <= 6; n++)
        assert_int_equal(retry_busy_delay(n), expected[n - 1] * SECOND);
    assert_int_equal(retry_busy_delay(0), MINUTE);
    assert_int_equal(retry_busy_delay(2147483647), 10 * MINUTE);
}

static void three_failures_open(void **state) {
    (void)state;
    struct breaker breaker = {0};
    assert_false(breaker_open(&breaker, now));
    assert_false(breaker_fail(&breaker, "unreachable", false, now));
    assert_false(breaker_fail(&breaker, "server_error", false, now));
    assert_false(breaker_open(&breaker, now));
    assert_true(breaker_fail(&breaker, "no_tmux", false, now));
    assert_true(breaker_open(&breaker, now));
    assert_true(breaker_open(&breaker, now + MINUTE - 1));
    assert_false(breaker_open(&breaker, now + MINUTE));
    assert_string_equal(breaker.class, "no_tmux");
    /* Failures of pickups that were under way when it opened change neither the pause nor the word. */
    assert_false(breaker_fail(&breaker, "unreachable", false, now + 1));
    assert_int_equal(breaker.open_until, now + MINUTE);
}

static void one_denial_opens(void **state) {
    (void)state;
    struct breaker breaker = {0};
    assert_true(breaker_fail(&breaker, "denied", true, now));
    assert_true(breaker_open(&breaker, now));
    assert_false(breaker_fail(&breaker, "denied", true, now));
}

static void the_pause_grows_and_is_said_once(void **state) {
    (void)state;
    static const int64_t pauses[] = {1, 2, 4, 8, 16, 32, 60, 60};
    struct breaker breaker = {0};
    int64_t at = now;
    for (int i = 0; i < 8; i++) {
        assert_int_equal(breaker_fail(&breaker, "denied", true, at), i == 0);
        assert_int_equal(breaker.open_until - at, pauses[i] * MINUTE);
        at = breaker.open_until;
        assert_false(breaker_open(&breaker, at));
    }
    /* One failed trial is enough, whatever its class. */
    assert_false(breaker_fail(&breaker, "unreachable", false, at));
    assert_true(breaker_open(&breaker, at));
    breaker_close(&breaker);
    assert_false(breaker_open(&breaker, at));
    assert_false(breaker_fail(&breaker, "unreachable", false, at));
    assert_true(breaker_fail(&breaker, "denied", true, at));
    assert_int_equal(breaker.open_until - at, MINUTE);
}

static void a_clock_put_back_does_not_stop_claiming_for_ever(void **state) {
    (void)state;
    struct breaker breaker = {0};
    breaker_fail(&breaker, "denied", true, now + 1000LL * HOUR);
    assert_false(breaker_open(&breaker, now));
    assert_false(breaker_fail(&breaker, "denied", true, now));
    assert_true(breaker_open(&breaker, now));
}

static void a_long_class_is_cut(void **state) {
    (void)state;
    struct breaker breaker = {0};
    breaker_fail(&breaker, "a class with a name much longer than any", true, now);
    assert_int_equal(strlen(breaker.class), sizeof breaker.class - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays_double_to_the_limit),
        cmocka_unit_test(odd_delays),
        cmocka_unit_test(busy_delays),
        cmocka_unit_test(three_failures_open),
        cmocka_unit_test(one_denial_opens),
        cmocka_unit_test(the_pause_grows_and_is_said_once),
        cmocka_unit_test(a_clock_put_back_does_not_stop_claiming_for_ever),
        cmocka_unit_test(a_long_class_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
