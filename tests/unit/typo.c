/* What was meant by a word that there is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/typo.h"

static void distances(void **state) {
    (void)state;
    assert_int_equal(typo_distance("list", "list"), 0);
    assert_int_equal(typo_distance("lits", "list"), 1);
    assert_int_equal(typo_distance("ad", "add"), 1);
    assert_int_equal(typo_distance("addd", "add"), 1);
    assert_int_equal(typo_distance("prom", "promote"), 1); /* its beginning */
    assert_int_equal(typo_distance("--tilte", "--title"), 1);
    assert_int_equal(typo_distance("--prioritiy", "--priority"), 1);
    assert_int_equal(typo_distance("--prio", "--priority"), 1);
    assert_int_equal(typo_distance("aprove", "approve"), 1);
    assert_int_equal(typo_distance("", "add"), TYPO_FAR);
    assert_int_equal(typo_distance("x", "add"), TYPO_FAR);
    assert_int_equal(typo_distance("dad", "add"), 1);
    assert_int_equal(typo_distance("log", "show"), TYPO_FAR);
    assert_int_equal(typo_distance("a", "add"), TYPO_FAR);
    assert_int_equal(typo_distance("0123456789012345678901234567890123", "add"), TYPO_FAR);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(distances)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
