/* Ages as people say them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/age.h"

static void each_unit_from_its_first_to_its_last(void **state) {
    static const struct {
        int64_t ms;
        const char *words;
    } rows[] = {
        {-5, "0 s"},
        {0, "0 s"},
        {999, "0 s"},
        {59999, "59 s"},
        {60000, "1 min"},
        {3599999, "59 min"},
        {3600000, "1 h"},
        {172799999, "47 h"},
        {172800000, "2 d"},
        {8640000000, "100 d"},
        {INT64_MAX, "106751991167 d"},
    };
    char out[AGE_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        age_words(rows[i].ms, out);
        assert_string_equal(out, rows[i].words);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_unit_from_its_first_to_its_last)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
