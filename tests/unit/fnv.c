/* Sums that stand on boards: the numbers of the hash's own authors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fnv.h"

static void the_sums_are_those_of_fnv_1a(void **state) {
    static const struct {
        const char *bytes;
        uint64_t sum;
    } rows[] = {{"", UINT64_C(0xcbf29ce484222325)},
                {"a", UINT64_C(0xaf63dc4c8601ec8c)},
                {"foobar", UINT64_C(0x85944171f73967e8)}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(fnv_add(FNV_BEGIN, rows[i].bytes, strlen(rows[i].bytes)) == rows[i].sum);
}

static void pieces_sum_up_to_the_same(void **state) {
    (void)state;
    assert_true(fnv_add(fnv_add(FNV_BEGIN, "foo", 3), "bar", 3) == fnv_add(FNV_BEGIN, "foobar", 6));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_sums_are_those_of_fnv_1a),
                                       cmocka_unit_test(pieces_sum_up_to_the_same)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
