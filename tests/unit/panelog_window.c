#include "rules/panelog_window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MIB = 1024 * 1024 };

static void a_short_log_is_read_whole(void **state) {
    struct panelog_window window = {0};

    (void)state;
    panelog_window_begin(&window, 0);
    assert_int_equal(window.from, 0);
    assert_false(panelog_window_widen(&window, 0));
    panelog_window_begin(&window, MIB);
    assert_int_equal(window.from, 0);
    assert_false(panelog_window_widen(&window, 0));
}

static void a_long_one_from_its_end_and_four_times_as_much(void **state) {
    static const int64_t froms[] = {60 * MIB, 48 * MIB, 0};
    struct panelog_window window = {0};

    (void)state;
    panelog_window_begin(&window, INT64_C(64) * MIB);
    assert_int_equal(window.from, INT64_C(63) * MIB);
    for (int i = 0; i < 3; i++) {
        assert_true(panelog_window_widen(&window, 1000000));
        assert_int_equal(window.from, froms[i]);
    }
    assert_false(panelog_window_widen(&window, 0));
}

static void what_would_take_too_long_is_not_read(void **state) {
    struct panelog_window window = {.may_ms = 4000};

    (void)state;
    panelog_window_begin(&window, INT64_C(64) * MIB);
    assert_true(panelog_window_widen(&window, 1000)); /* 4000 */
    assert_false(panelog_window_widen(&window, 1001));
    assert_int_equal(window.from, INT64_C(60) * MIB);
    assert_true(panelog_window_widen(&window, 0));
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_log_is_read_whole),
        cmocka_unit_test(a_long_one_from_its_end_and_four_times_as_much),
        cmocka_unit_test(what_would_take_too_long_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
