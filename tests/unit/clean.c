#include "base/clean.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FFFD "\xEF\xBF\xBD"

struct sample {
    const char *in;
    size_t n;
    const char *out;
};
#define SAMPLE(in, out)                                                                                                \
    { in, sizeof(in) - 1, out }

static void check_text(const struct sample *samples, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct text text = {0};
        clean_text(&text, samples[i].in, samples[i].n);
        assert_string_equal(text_str(&text), samples[i].out);
        assert_int_equal(text.len, strlen(samples[i].out));
        text_release(&text);
    }
}

static void hostile_text_becomes_harmless(void **state) {
    (void)state;
    static const struct sample samples[] = {
        SAMPLE("", ""),
        SAMPLE("a\r\nb\rc\n\r\nd\r", "a\nb\nc\n\nd\n"),
        SAMPLE("\r\r\n", "\n\n"),
        SAMPLE("x\x1B[201~y", "x[201~y"),
        SAMPLE("a\0b\x07\x7F\tc", "ab\tc"),
        SAMPLE("a\xC2\x9B"
               "201~\xC2\x80",
               "a201~"),
        SAMPLE("\xC2\xA0\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC2\xA0\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"),
    };
    check_text(samples, sizeof samples / sizeof *samples);
}

static void what_is_not_utf8_is_replaced(void **state) {
    (void)state;
    static const struct sample samples[] = {
        SAMPLE("\x80", FFFD),
        SAMPLE("\xFF\xFE", FFFD FFFD),
        SAMPLE("\xC0\xAF", FFFD FFFD),                   /* overlong / */
        SAMPLE("\xC1\xBF", FFFD FFFD),                   /* overlong */
        SAMPLE("\xE0\x9F\xBF", FFFD FFFD FFFD),          /* overlong */
        SAMPLE("\xED\xA0\x80", FFFD FFFD FFFD),          /* surrogate */
        SAMPLE("\xF0\x8F\xBF\xBF", FFFD FFFD FFFD FFFD), /* overlong */
        SAMPLE("\xF4\x90\x80\x80", FFFD FFFD FFFD FFFD), /* beyond U+10FFFF */
        SAMPLE("\xF5\x80\x80\x80", FFFD FFFD FFFD FFFD), /* beyond U+10FFFF */
        SAMPLE("\xE2\x82", FFFD),                        /* cut off */
        SAMPLE("\xE2\x82x", FFFD "x"),                   /* interrupted */
        SAMPLE("\xF0\x9F\x98", FFFD),                    /* cut off */
        SAMPLE("\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"),  /* the last one there is */
        SAMPLE("\xED\x9F\xBF\xEE\x80\x80", "\xED\x9F\xBF\xEE\x80\x80"),
    };
    check_text(samples, sizeof samples / sizeof *samples);
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        assert_int_equal(clean_is_utf8(samples[i].in, samples[i].n), strstr(samples[i].out, FFFD) == NULL);
}

static void every_code_point_survives_or_is_a_control(void **state) {
    (void)state;
    for (uint32_t point = 0x80; point <= 0x10FFFF; point += point < 0x3000 ? 1 : 61) {
        char bytes[4];
        size_t n = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        uint32_t left = point;
        for (size_t i = n; i-- > 1; left >>= 6)
            bytes[i] = (char)(0x80 | (left & 0x3F));
        bytes[0] = (char)((n == 2 ? 0xC0U : n == 3 ? 0xE0U : 0xF0U) | left);
        bool valid;
        uint32_t got;
        size_t len = clean_character(bytes, n, &valid, &got);
        if (point >= 0xD800 && point <= 0xDFFF) {
            assert_false(valid);
        } else {
            assert_true(valid && len == n);
            assert_int_equal(got, point);
        }
    }
}

static void check_line(const char *in, size_t max, const char *expected) {
    struct text text = {0};
    text_add(&text, ">");
    clean_line(&text, in, strlen(in), max);
    assert_string_equal(text_str(&text) + 1, expected);
    text_release(&text);
}

static void a_line_is_one_line_and_fits(void **state) {
    (void)state;
    check_line("  a \r\n\t b  ", 0, "a b");
    check_line(" \n ", 5, "");
    check_line("abcdef", 6, "abcdef");
    check_line("abcdefg", 6, "abc\xE2\x80\xA6");
    check_line("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", 6, "\xC3\xA4\xE2\x80\xA6");
    check_line("\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 6, "\xE2\x80\xA6");
    check_line("abcdefg", 3, "\xE2\x80\xA6");
    check_line("abcdefg", 2, "");
}

static void an_escaped_line_shows_what_is_in_it(void **state) {
    (void)state;
    static const char in[] = "a\n\t\\\x1B\0\xFF\xC3\xA4\xC2\x9B\xE2\x80\xAE";
    struct text text = {0};
    clean_escape(&text, in, sizeof in - 1);
    assert_string_equal(text_str(&text), "a\\n\\t\\\\\\x1B\\x00\\xFF\xC3\xA4\\xC2\\x9B\\xE2\\x80\\xAE");
    text_release(&text);
}

static void a_long_message_keeps_its_ends(void **state) {
    char long_one[5001];
    struct text out = {0};

    (void)state;
    clean_said(&out, "short\n; do it");
    assert_string_equal(text_str(&out), "short\\n; do it");
    text_clear(&out);
    memset(long_one, 'x', 5000);
    memcpy(long_one, "first", 5);
    memcpy(long_one + 4990, "; do it 12", 11);
    memcpy(long_one + 4499, "\xC3\xA9", 2); /* the cut falls into it */
    clean_said(&out, long_one);
    assert_true(out.len <= 2010);
    assert_true(text_starts(text_str(&out), "firstxxx"));
    assert_non_null(strstr(text_str(&out), "x … xxx"));
    assert_string_equal(text_str(&out) + out.len - 10, "; do it 12");
    text_release(&out);
}

static void what_is_shown_reads_as_it_is(void **state) {
    static const char bytes[] = "a\xE2\x80\xAE"
                                "b\n\tc\xE2\x81\xA6\xEF\xBB\xBF\xE2\x80\xA8"
                                "d\xC3\xA9\xE2\x80\x8D.";
    struct text out = {0};

    (void)state;
    clean_shown(&out, bytes, sizeof bytes - 1);
    assert_string_equal(text_str(&out), "ab\n\tcd\xC3\xA9\xE2\x80\x8D.");
    text_release(&out);
}

static void a_full_text_is_said_to_be_full(void **state) {
    (void)state;
    struct text text = {.max = 4};
    clean_text(&text, "abcdef", 6);
    assert_true(text.over);
    text_release(&text);
    text = (struct text){.max = 4};
    clean_line(&text, "abcdef", 6, 0);
    assert_true(text.over);
    text_release(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_text_becomes_harmless),
        cmocka_unit_test(what_is_not_utf8_is_replaced),
        cmocka_unit_test(every_code_point_survives_or_is_a_control),
        cmocka_unit_test(a_line_is_one_line_and_fits),
        cmocka_unit_test(an_escaped_line_shows_what_is_in_it),
        cmocka_unit_test(a_long_message_keeps_its_ends),
        cmocka_unit_test(what_is_shown_reads_as_it_is),
        cmocka_unit_test(a_full_text_is_said_to_be_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
