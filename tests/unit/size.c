/* Sizes in words, each unit from where it takes over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/size.h"

static void each_unit_begins_where_it_says_enough(void **state) {
    static const struct {
        int64_t bytes;
        const char *words;
    } rows[] = {
        {0, "0 KiB"},
        {1023, "0 KiB"},
        {1024, "1 KiB"},
        {1048575, "1023 KiB"},
        {1048576, "1 MiB"},
        {INT64_C(10737418239), "10239 MiB"},
        {INT64_C(10737418240), "10 GiB"},
        {INT64_MAX, "8589934591 GiB"},
    };
    char words[SIZE_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_words(rows[i].bytes, words);
        assert_string_equal(words, rows[i].words);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_unit_begins_where_it_says_enough)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
