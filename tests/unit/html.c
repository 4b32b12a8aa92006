#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clean.h"
#include "base/html.h"
#include "base/mem.h"
#include "base/text.h"

static void is(struct text *out, const char *expected) {
    assert_string_equal(text_str(out), expected);
    text_release(out);
}

static void text_is(const char *bytes, size_t n, const char *expected) {
    struct text out = {0};

    html_text(&out, bytes, n);
    is(&out, expected);
}
#define TEXT_IS(bytes, expected) text_is(bytes, sizeof bytes - 1, expected)

static void markup_is_text(void **state) {
    (void)state;
    TEXT_IS("</style><script>alert(1)</script>", "&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
    TEXT_IS("<!-- ]]> -->", "&lt;!-- ]]&gt; --&gt;");
    TEXT_IS("\"><img src=x onerror='a&b'>", "&quot;&gt;&lt;img src=x onerror=&#39;a&amp;b&#39;&gt;");
    TEXT_IS("&amp; &#60;", "&amp;amp; &amp;#60;");
}

static void controls_are_seen(void **state) {
    (void)state;
    TEXT_IS("a\0b", "a\u2400b");
    TEXT_IS("\033[31mred\033[0m", "\u241b[31mred\u241b[0m");
    TEXT_IS("\x7f", "\u2421");
    TEXT_IS("a\r\nb\rc", "a\nb\u240dc");
    TEXT_IS("a\tb\nc", "a\tb\nc");
    TEXT_IS("\xc2\x85\xc2\x9b", "[U+0085][U+009B]");
}

static void hidden_characters_are_seen(void **state) {
    (void)state;
    TEXT_IS("\u202Egnp", "[U+202E]gnp");
    TEXT_IS("\u2028\u2029\u200B\u200E\u061C\uFEFF", "[U+2028][U+2029][U+200B][U+200E][U+061C][U+FEFF]");
    TEXT_IS("\u2066\u2069\U000E0041", "[U+2066][U+2069][U+E0041]");
    TEXT_IS("\U0001F468\u200D\U0001F469 \u00e9\u4e2d", "\U0001F468\u200D\U0001F469 \u00e9\u4e2d"); /* joined emoji */
}

static void what_is_no_character_is_replaced(void **state) {
    (void)state;
    TEXT_IS("\xff\xc0\x80\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
    TEXT_IS("a\xe4\xb8", "a\uFFFD");
    TEXT_IS("\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xB7\x90", "\uFFFD\uFFFD\uFFFD"); /* U+FFFE, U+FFFF, U+FDD0 */
}

static void a_line_is_one(void **state) {
    struct text out = {0};

    (void)state;
    html_line(&out, "a\nb\tc<");
    html_line(&out, NULL);
    is(&out, "a b c&lt;");
}

static void block_is(struct html_block block, const char *expected) {
    struct text out = {0};

    block.n = strlen(block.bytes);
    html_block(&out, &block);
    is(&out, expected);
}

static void of_many_lines_the_last_are_kept(void **state) {
    (void)state;
    block_is((struct html_block){.bytes = "a\nb\n\n  \n", .lines = 5, .width = 5}, "a\nb");
    block_is((struct html_block){.bytes = "a\nb\nc\n", .lines = 2, .width = 5}, "\u2026\nb\nc");
    block_is((struct html_block){.bytes = "abc\nabcd\n", .lines = 2, .width = 3}, "abc\nabc\u2026");
    block_is((struct html_block){.bytes = "\u4e2d\u4e2d<", .lines = 2, .width = 2}, "\u4e2d\u4e2d\u2026");
    block_is((struct html_block){.bytes = "", .lines = 2, .width = 2}, "");
}

static void a_long_line_is_cut(void **state) {
    char *line = xmalloc(1 << 20);
    struct text out = {0};

    (void)state;
    memset(line, '<', 1 << 20);
    html_block(&out, &(struct html_block){.bytes = line, .n = 1 << 20, .lines = 20, .width = 200});
    assert_int_equal(out.len, 200 * 4 + 3);
    text_release(&out);
    free(line);
}

static void every_word_of_a_format_is_text(void **state) {
    struct text out = {0};

    (void)state;
    html_add(&out, "<a href=\"#s%lld\" title=\"%s\">%s</a> %d%% %zu", 4LL, "\"'", "<b>", -3, (size_t)7);
    is(&out, "<a href=\"#s4\" title=\"&quot;&#39;\">&lt;b&gt;</a> -3% 7");
}

/* Any bytes at all: what comes out is UTF-8, and has no markup and no control in it. */
static void any_bytes_give_text(void **state) {
    (void)state;
    srand(7);
    for (int round = 0; round < 20000; round++) {
        struct text out = {0};
        char bytes[24];

        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)(rand() % 4 ? rand() : "<>&\"'\xe2\x80\xae"[rand() % 8]);
        html_text(&out, bytes, sizeof bytes);
        assert_true(clean_is_utf8(text_str(&out), out.len));
        for (size_t i = 0; i < out.len; i++)
            assert_false(strchr("<>\"'\033\r", out.data[i]) || (unsigned char)out.data[i] == 0x7F);
        assert_null(strstr(text_str(&out), "\xe2\x80\xae"));
        text_release(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_is_text),
        cmocka_unit_test(controls_are_seen),
        cmocka_unit_test(hidden_characters_are_seen),
        cmocka_unit_test(what_is_no_character_is_replaced),
        cmocka_unit_test(a_line_is_one),
        cmocka_unit_test(of_many_lines_the_last_are_kept),
        cmocka_unit_test(a_long_line_is_cut),
        cmocka_unit_test(every_word_of_a_format_is_text),
        cmocka_unit_test(any_bytes_give_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
