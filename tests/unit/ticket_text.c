#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/text.h"
#include "rules/prompt.h"
#include "rules/ticket_text.h"

static void line_is(enum ticket_line what, const char *in, const char *wanted) {
    struct text out = {0};
    struct err err = {0};

    assert_true(ticket_line(&out, what, in, &err));
    assert_string_equal(text_str(&out), wanted);
    text_release(&out);
}

static void refused(enum ticket_line what, const char *in, const char *words) {
    struct text out = {0};
    struct err err = {0};

    assert_false(ticket_line(&out, what, in, &err));
    assert_int_equal(err.code, MC_DATAERR);
    assert_non_null(strstr(err.text, words));
    assert_int_equal(out.len, 0);
    err_release(&err);
}

static void a_line_is_cleaned(void **state) {
    (void)state;
    line_is(TICKET_TITLE, "one", "one");
    line_is(TICKET_TITLE, "  two\t  blanks  ", "two blanks");
    line_is(TICKET_TITLE, "a\xC2\xA0\xE3\x80\x80z\xE2\x80\xA8y", "a z y");
    line_is(TICKET_TITLE, "\xEF\xBB\xBFx\xE2\x80\x8By\xE2\x80\xAE!", "xy!");
    line_is(TICKET_TITLE, "first\n", "first");
    line_is(TICKET_TITLE, "a, b", "a, b");
    line_is(TICKET_TITLE, "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9",
            "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9");
    line_is(TICKET_LABEL, " a b ", "a b");
    line_is(TICKET_DEDUPE_KEY, "k,1", "k,1");
}

static void what_nobody_sees_is_no_line(void **state) {
    (void)state;
    static const char *const nothing[] = {"",
                                          "   ",
                                          "\t\n",
                                          "\xC2\xA0",
                                          "\xE2\x80\x8B",
                                          "\xE2\x80\xAE",
                                          "\xE2\x80\xA8",
                                          "\xEF\xBB\xBF",
                                          "\xE2\x80\x8D",
                                          "\xE3\x85\xA4",
                                          "\xF3\xA0\x81\x81"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        for (int what = 0; what < TICKET_LINE_COUNT; what++)
            refused((enum ticket_line)what, nothing[i], "nothing in it can be seen");
        assert_false(ticket_text_seen(nothing[i]));
    }
    assert_true(ticket_text_seen(" \n x"));
    assert_true(ticket_text_seen("\xFF"));
}

static void what_is_no_line_is_refused(void **state) {
    (void)state;
    char *long_one = malloc(1002);

    refused(TICKET_TITLE, "a\nb", "several lines");
    refused(TICKET_TITLE, "a\r\n\r\nb", "several lines");
    refused(TICKET_TITLE, "a\xC2\x85z", "several lines");
    refused(TICKET_TITLE, "a\x1B[31mb", "control characters");
    refused(TICKET_TITLE,
            "a\xC2\x9B"
            "31mb",
            "control characters");
    refused(TICKET_TITLE, "a\x7F", "control characters");
    refused(TICKET_TITLE, "a\xFF", "no UTF-8");
    refused(TICKET_LABEL, "a,b", "comma");
    memset(long_one, 'x', 1001);
    long_one[1001] = '\0';
    refused(TICKET_TITLE, long_one, "1001 bytes");
    line_is(TICKET_TITLE, long_one + 1, long_one + 1);
    long_one[201] = '\0';
    refused(TICKET_LABEL, long_one, "at most 200");
    free(long_one);
}

static void labels_stand_once(void **state) {
    (void)state;
    struct argv labels = {0};
    struct text out = {0};
    struct err err = {0};

    assert_true(ticket_labels(&out, &labels, &err));
    assert_string_equal(text_str(&out), "");
    argv_add(&labels, "a");
    argv_add(&labels, "b");
    argv_add(&labels, " a ");
    assert_true(ticket_labels(&out, &labels, &err));
    assert_string_equal(text_str(&out), "a,b");
    text_clear(&out);
    argv_add(&labels, "c,d");
    assert_false(ticket_labels(&out, &labels, &err));
    assert_string_equal(text_str(&out), "");
    err_release(&err);
    text_release(&out);
    argv_release(&labels);
}

static void a_body_is_utf8_of_a_mebibyte(void **state) {
    (void)state;
    struct err err = {0};
    char *bytes = malloc(PROMPT_MAX + 1);

    memset(bytes, 'x', PROMPT_MAX + 1);
    assert_true(ticket_body(bytes, PROMPT_MAX, &err));
    assert_true(ticket_body("", 0, &err));
    assert_false(ticket_body(bytes, PROMPT_MAX + 1, &err));
    assert_int_equal(err.code, MC_DATAERR);
    assert_false(ticket_body("a\nb\0", 4, &err));
    assert_non_null(strstr(err.text, "line 2 has a NUL"));
    assert_false(ticket_body("a\n\n\xE4", 4, &err));
    assert_non_null(strstr(err.text, "line 3 is no UTF-8"));
    err_release(&err);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_cleaned),
        cmocka_unit_test(what_nobody_sees_is_no_line),
        cmocka_unit_test(what_is_no_line_is_refused),
        cmocka_unit_test(labels_stand_once),
        cmocka_unit_test(a_body_is_utf8_of_a_mebibyte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
