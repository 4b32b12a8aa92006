#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/awake.h"
#include "rules/rows.h"

#define BOOT "b1e55ed0-0000-4000-8000-000000000001"

static const struct tick later = {.ms = 5000, .boot = BOOT};

/* A reading as one pickup writes it and the next reads it. */
static void a_mark_is_read_back(void **state) {
    (void)state;
    char mark[AWAKE_MARK_SIZE];
    awake_mark(mark, &(struct tick){.ms = 4000, .boot = BOOT});
    assert_string_equal(mark, "4000 " BOOT);
    assert_int_equal(awake_read(mark, &later), 4000);
    assert_int_equal(awake_read(mark, &(struct tick){.ms = 4000, .boot = BOOT}), 4000);
}

static void what_is_no_reading_of_ours(void **state) {
    (void)state;
    static const char *const marks[] = {"",
                                        "4000",
                                        "4000 ",
                                        "x " BOOT,
                                        BOOT,
                                        "4000 b1e55ed0-0000-4000-8000-000000000002",
                                        "4000 " BOOT "!",
                                        "4000 " BOOT " 1",
                                        "0 " BOOT,
                                        "-4000 " BOOT,
                                        "5001 " BOOT,
                                        "99999999999999999999 " BOOT};
    assert_int_equal(awake_read(NULL, &later), 0);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (awake_read(marks[i], &later) != 0)
            fail_msg("%s", marks[i]);
}

static void between_two(void **state) {
    (void)state;
    assert_int_equal(awake_between(4000, 5000), 1000);
    assert_int_equal(awake_between(5000, 5000), 0);
    assert_int_equal(awake_between(5001, 5000), 0);
    assert_int_equal(awake_between(0, 5000), 0);
    assert_int_equal(awake_between(1, 5000), 4999);
}

static void of_which_boot(void **state) {
    (void)state;
    struct runtime runtime = {.tick_boot = BOOT, .spawned_tick = 1};
    assert_true(awake_known(&runtime, BOOT));
    assert_false(awake_known(&runtime, "other"));
    assert_false(awake_known(&runtime, ""));
    assert_false(awake_known(&(struct runtime){.tick_boot = BOOT}, BOOT));
    assert_false(awake_known(&(struct runtime){.spawned_tick = 1}, ""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_is_read_back),
        cmocka_unit_test(what_is_no_reading_of_ours),
        cmocka_unit_test(between_two),
        cmocka_unit_test(of_which_boot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
