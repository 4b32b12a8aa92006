#include "base/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const colours[] = {"red", "green", NULL, "blue"};

static void a_name_is_found_by_its_value(void **state) {
    (void)state;
    assert_int_equal(names_find(colours, 4, "red"), 0);
    assert_int_equal(names_find(colours, 4, "blue"), 3);
}

static void a_name_that_is_not_there_is_minus_one(void **state) {
    (void)state;
    assert_int_equal(names_find(colours, 3, "blue"), -1);
    assert_int_equal(names_find(colours, 4, "re"), -1);
    assert_int_equal(names_find(colours, 4, ""), -1);
    assert_int_equal(names_find(colours, 4, NULL), -1);
    assert_int_equal(names_find(NULL, 0, "red"), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_found_by_its_value),
        cmocka_unit_test(a_name_that_is_not_there_is_minus_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
