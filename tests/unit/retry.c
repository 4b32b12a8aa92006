#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/retry.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

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
    assert_int_equal(retry_delay(1, 1234567, HOUR, 999), 1357777); /* what the steps leave over counts, too */
    assert_int_equal(retry_delay(1, 1234567, HOUR, 1), 1111111 + 246);
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

static void failures_of_the_world_wait_longer_and_longer(void **state) {
    (void)state;
    static const int64_t expected[] = {1, 2, 4, 8, 16, 32, 60, 60};
    for (int n = 1; n <= 8; n++)
        assert_int_equal(retry_world_delay(n, MINUTE, HOUR), expected[n - 1] * MINUTE);
    assert_int_equal(retry_world_delay(1, 0, HOUR), 0);
    assert_int_equal(retry_world_delay(2147483647, MINUTE, 2 * HOUR), 2 * HOUR);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays_double_to_the_limit),
        cmocka_unit_test(odd_delays),
        cmocka_unit_test(busy_delays),
        cmocka_unit_test(failures_of_the_world_wait_longer_and_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
