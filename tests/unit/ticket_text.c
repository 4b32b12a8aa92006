#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/text.h"
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

static void a_body_is_utf8_of_a_million_bytes(void **state) {
    (void)state;
    struct err err = {0};
    char *bytes = malloc(TICKET_TEXT_MAX + 1);

    memset(bytes, 'x', TICKET_TEXT_MAX + 1);
    assert_true(ticket_body(bytes, TICKET_TEXT_MAX, &err));
    assert_true(ticket_body("", 0, &err));
    assert_false(ticket_body(bytes, TICKET_TEXT_MAX + 1, &err));
    assert_int_equal(err.code, MC_DATAERR);
    assert_false(ticket_body("a\nb\0", 4, &err));
    assert_non_null(strstr(err.text, "line 2 has a NUL"));
    assert_false(ticket_body("a\n\n\xE4", 4, &err));
    assert_non_null(strstr(err.text, "line 3 is no UTF-8"));
    err_release(&err);
    free(bytes);
}

static size_t utf8(char out[5], uint32_t point) {
    size_t n = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

    memset(out, 0, 5);
    for (size_t i = n - 1; i > 0; i--, point >>= 6)
        out[i] = (char)(0x80 | (point & 0x3F));
    out[0] = (char)(n == 1 ? point : (0xF00U >> n & 0xF0U) | point);
    return n;
}

enum kind { SEEN, BLANK, HIDDEN, JOINER, BREAK, CONTROL };

/* What a character is, by the ranges that stand here. */
static enum kind kind_of(uint32_t point) {
    static const struct {
        uint32_t low, high;
        enum kind kind;
    } ranges[] = {
        {0x09, 0x09, BLANK},        {0x0A, 0x0D, BREAK},        {0x01, 0x1F, CONTROL},    {0x20, 0x20, BLANK},
        {0x85, 0x85, BREAK},        {0x7F, 0x9F, CONTROL},      {0xA0, 0xA0, BLANK},      {0xAD, 0xAD, HIDDEN},
        {0x034F, 0x034F, JOINER},   {0x061C, 0x061C, HIDDEN},   {0x115F, 0x1160, JOINER}, {0x1680, 0x1680, BLANK},
        {0x17B4, 0x17B5, JOINER},   {0x180B, 0x180D, JOINER},   {0x180E, 0x180E, HIDDEN}, {0x2000, 0x200A, BLANK},
        {0x200B, 0x200B, HIDDEN},   {0x200C, 0x200D, JOINER},   {0x200E, 0x200F, HIDDEN}, {0x2028, 0x2029, BLANK},
        {0x202A, 0x202E, HIDDEN},   {0x202F, 0x202F, BLANK},    {0x205F, 0x205F, BLANK},  {0x2060, 0x2064, HIDDEN},
        {0x2066, 0x206F, HIDDEN},   {0x2800, 0x2800, JOINER},   {0x3000, 0x3000, BLANK},  {0x3164, 0x3164, JOINER},
        {0xFE00, 0xFE0F, JOINER},   {0xFEFF, 0xFEFF, HIDDEN},   {0xFFA0, 0xFFA0, JOINER}, {0xFFF9, 0xFFFB, HIDDEN},
        {0xE0000, 0xE007F, HIDDEN}, {0xE0100, 0xE01EF, JOINER},
    };

    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (point >= ranges[i].low && point <= ranges[i].high)
            return ranges[i].kind;
    return SEEN;
}

/* Every character between two others, as far as any range goes. */
static void each_character(void **state) {
    (void)state;
    for (uint32_t point = 1; point < 0xE0200; point = point == 0x10000 ? 0xDFF00 : point + 1) {
        char one[5], in[8], out[8];
        enum kind kind = kind_of(point);
        struct text line = {0};
        struct err err = {0};

        if (point >= 0xD800 && point < 0xE000)
            continue;
        utf8(one, point);
        snprintf(in, sizeof in, "a%sb", one);
        snprintf(out, sizeof out, kind == BLANK ? "a b" : kind == HIDDEN ? "ab" : "a%sb", one);
        if (ticket_text_seen(one) != (kind == SEEN))
            fail_msg("U+%04X is %sseen", point, kind == SEEN ? "not " : "");
        if (ticket_line(&line, TICKET_TITLE, in, &err) != (kind != BREAK && kind != CONTROL))
            fail_msg("U+%04X in a title", point);
        if (line.len > 0 && strcmp(text_str(&line), out) != 0)
            fail_msg("U+%04X in a title gives %s", point, text_str(&line));
        text_release(&line);
        err_release(&err);
    }
}

static void a_label_that_is_wrong_leaves_none(void **state) {
    struct argv labels = {0};
    struct text out = {0};
    struct err err = {0};

    (void)state;
    argv_add(&labels, "a,b");
    argv_add(&labels, "c");
    assert_false(ticket_labels(&out, &labels, &err));
    assert_string_equal(err.text, "the label \"a,b\" has a comma, which stands between labels; give each by itself");
    assert_int_equal(out.len, 0);
    err_release(&err);
    argv_release(&labels);
}

static void how_long_each_may_be(void **state) {
    static const struct {
        enum ticket_line what;
        size_t most;
        const char *name;
    } lines[] = {{TICKET_TITLE, 1000, "title"},
                 {TICKET_LABEL, 200, "label"},
                 {TICKET_DEDUPE_KEY, 200, "dedupe key"},
                 {TICKET_REASON, 1000, "reason"}};
    char in[1002], words[80];

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        memset(in, 'x', sizeof in);
        in[lines[i].most] = '\0';
        line_is(lines[i].what, in, in);
        in[lines[i].most] = 'x';
        in[lines[i].most + 1] = '\0';
        snprintf(words, sizeof words, "the %s has %zu bytes; give at most %zu", lines[i].name, lines[i].most + 1,
                 lines[i].most);
        refused(lines[i].what, in, words);
    }
    line_is(TICKET_REASON, "a, b", "a, b");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_cleaned),
        cmocka_unit_test(what_nobody_sees_is_no_line),
        cmocka_unit_test(what_is_no_line_is_refused),
        cmocka_unit_test(labels_stand_once),
        cmocka_unit_test(a_body_is_utf8_of_a_million_bytes),
        cmocka_unit_test(each_character),
        cmocka_unit_test(a_label_that_is_wrong_leaves_none),
        cmocka_unit_test(how_long_each_may_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
