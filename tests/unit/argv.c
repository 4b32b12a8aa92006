#include "base/argv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void arguments_are_owned_and_terminated(void **state) {
    (void)state;
    struct argv argv = {0};
    char word[] = "tmux";
    argv_add(&argv, word);
    word[0] = 'X';
    argv_addf(&argv, "-x%d", 120);
    argv_adds(&argv, (const char *const[]){"-d", "", NULL});
    assert_int_equal(argv.count, 4);
    assert_string_equal(argv.items[0], "tmux");
    assert_string_equal(argv.items[1], "-x120");
    assert_string_equal(argv.items[2], "-d");
    assert_string_equal(argv.items[3], "");
    assert_null(argv.items[4]);
    argv_release(&argv);
    assert_null(argv.items);
    argv_release(&argv);
    argv_release(NULL);
}

static void a_vector_may_be_appended_to_itself(void **state) {
    (void)state;
    struct argv argv = {0};
    for (int i = 0; i < 20; i++)
        argv_addf(&argv, "%d", i);
    argv_copy(&argv, &argv);
    assert_int_equal(argv.count, 40);
    assert_string_equal(argv.items[39], "19");
    assert_null(argv.items[40]);
    argv_release(&argv);
}

static void an_empty_list_adds_nothing(void **state) {
    (void)state;
    struct argv argv = {0};
    struct argv none = {0};
    argv_adds(&argv, (const char *const[]){NULL});
    argv_copy(&argv, &none);
    assert_int_equal(argv.count, 0);
    argv_release(&argv);
}

static void a_string_is_found_whole(void **state) {
    (void)state;
    struct argv argv = {0};
    assert_false(argv_has(&argv, "origin"));
    argv_add(&argv, "origin");
    assert_true(argv_has(&argv, "origin"));
    assert_false(argv_has(&argv, "orig"));
    argv_release(&argv);
}

static void a_line_falls_into_its_words(void **state) {
    (void)state;
    struct argv argv = {0};
    argv_words(&argv, " \t");
    assert_int_equal(argv.count, 0);
    argv_words(&argv, " vim\t-c  'set x' ");
    assert_int_equal(argv.count, 4);
    assert_string_equal(argv.items[0], "vim");
    assert_string_equal(argv.items[2], "'set");
    assert_null(argv.items[4]);
    argv_release(&argv);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_are_owned_and_terminated), cmocka_unit_test(a_vector_may_be_appended_to_itself),
        cmocka_unit_test(an_empty_list_adds_nothing),         cmocka_unit_test(a_string_is_found_whole),
        cmocka_unit_test(a_line_falls_into_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
