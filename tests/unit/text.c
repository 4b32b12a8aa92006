#include "base/text.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void an_empty_text_reads_as_empty(void **state) {
    (void)state;
    struct text text = {0};
    assert_string_equal(text_str(&text), "");
    char *taken = text_take(&text);
    assert_string_equal(taken, "");
    free(taken);
    text_clear(&text);
    text_release(&text);
    text_release(NULL);
}

static void text_grows_by_every_door(void **state) {
    (void)state;
    struct text text = {0};
    assert_true(text_add(&text, "a"));
    assert_true(text_addc(&text, 'b'));
    assert_true(text_addn(&text, "c\0d", 3));
    assert_true(text_addf(&text, "%03d", 7));
    assert_true(text_addn(&text, NULL, 0));
    assert_int_equal(text.len, 8);
    assert_memory_equal(text.data, "abc\0d007", 9);
    for (int i = 0; i < 1000; i++)
        assert_true(text_addf(&text, "%d,", i));
    text_clear(&text);
    assert_string_equal(text_str(&text), "");
    assert_true(text_add(&text, "again"));
    char *taken = text_take(&text);
    assert_string_equal(taken, "again");
    assert_int_equal(text.len, 0);
    assert_string_equal(text_str(&text), "");
    free(taken);
    text_release(&text);
}

static void what_passes_the_ceiling_is_not_added_and_is_known(void **state) {
    (void)state;
    struct text text = {.max = 5};
    assert_true(text_add(&text, "12345"));
    assert_false(text.over);
    assert_false(text_addc(&text, '6'));
    assert_true(text.over);
    assert_false(text_addf(&text, "%s", "7"));
    assert_false(text_add(&text, ""));
    assert_string_equal(text_str(&text), "12345");
    text_clear(&text);
    assert_false(text.over);
    assert_false(text_addf(&text, "%d", 1234567));
    assert_true(text.over);
    assert_string_equal(text_str(&text), "");
    text_release(&text);
}

static void the_ordinary_ceiling_holds(void **state) {
    (void)state;
    struct text text = {0};
    char *block = xcalloc(1, TEXT_MAX);
    assert_true(text_addn(&text, block, TEXT_MAX));
    assert_false(text_addc(&text, 'x'));
    assert_int_equal(text.len, TEXT_MAX);
    free(block);
    text_release(&text);
}

static void whole_numbers_are_checked(void **state) {
    (void)state;
    long long n = 42;
    assert_true(text_to_int("0", 0, 9, &n) && n == 0);
    assert_true(text_to_int("-7", -9, 9, &n) && n == -7);
    assert_true(text_to_int("9223372036854775807", 0, INT64_MAX, &n) && n == INT64_MAX);
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "0x1",
                                      "1.0",
                                      "a",
                                      "--1",
                                      "10",
                                      "-1",
                                      "9223372036854775808",
                                      "99999999999999999999999"};
    n = 42;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_to_int(bad[i], 0, 9, &n));
    assert_false(text_to_int(NULL, 0, 9, &n));
    assert_int_equal(n, 42);
}

static void a_copy_that_does_not_fit_says_so(void **state) {
    (void)state;
    char to[4];
    assert_true(text_copy(to, sizeof to, "abc"));
    assert_string_equal(to, "abc");
    assert_false(text_copy(to, sizeof to, "defg"));
    assert_string_equal(to, "def");
    assert_false(text_copy(to, 0, "x"));
    assert_string_equal(to, "def");
    assert_true(text_same("a", "a") && !text_same("a", "b") && !text_same(NULL, NULL) && !text_same("a", NULL));
    assert_true(text_starts("mc-1", "mc-") && text_starts("x", "") && !text_starts("m", "mc"));
    assert_true(text_ends("1-mc", "-mc") && text_ends("mc", "mc") && text_ends("x", ""));
    assert_false(text_ends("c", "mc") || text_ends("mcx", "mc") || text_ends("", "c"));
    assert_string_equal(text_name("/usr/bin/env"), "env");
    assert_string_equal(text_name("env"), "env");
    assert_string_equal(text_name("a/"), "");
}

static void a_quoted_word_is_one_word(void **state) {
    (void)state;
    struct text text = {0};
    text_quote(&text, "it's a $word");
    assert_string_equal(text_str(&text), "'it'\"'\"'s a $word'");
    text_clear(&text);
    text_quote(&text, "");
    assert_string_equal(text_str(&text), "''");
    text_release(&text);
}

static void memory_keeps_its_promises(void **state) {
    (void)state;
    assert_null(xstrdup(NULL));
    char *s = xstrndup("abcdef", 3);
    xreplace(&s, s);
    assert_string_equal(s, "abc");
    xreplace(&s, "other");
    assert_string_equal(s, "other");
    xwipe(s, strlen(s));
    assert_string_equal(s, "");
    xwipe(NULL, 0);
    xreplace(&s, NULL);
    assert_null(s);
    s = xasprintf("%s-%d", "MC", 4629);
    assert_string_equal(s, "MC-4629");
    free(s);
    free(xmalloc(0));
    free(xcalloc(0, 8));

    int *items = NULL;
    size_t capacity = 0;
    for (size_t count = 0; count < 100; count++) {
        items = xgrow(items, count, &capacity, sizeof *items);
        assert_true(capacity > count);
        items[count] = (int)count;
    }
    for (int i = 0; i < 100; i++)
        assert_int_equal(items[i], i);
    free(items);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_text_reads_as_empty),
        cmocka_unit_test(text_grows_by_every_door),
        cmocka_unit_test(what_passes_the_ceiling_is_not_added_and_is_known),
        cmocka_unit_test(the_ordinary_ceiling_holds),
        cmocka_unit_test(whole_numbers_are_checked),
        cmocka_unit_test(a_copy_that_does_not_fit_says_so),
        cmocka_unit_test(a_quoted_word_is_one_word),
        cmocka_unit_test(memory_keeps_its_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
