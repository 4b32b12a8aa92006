#include "rules/panelog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#define PLAIN(bytes, wanted) check(bytes, sizeof bytes - 1, wanted)

static void check(const char *bytes, size_t n, const char *wanted) {
    struct text out = {0};

    panelog_plain(&out, bytes, n);
    assert_string_equal(text_str(&out), wanted);
    text_release(&out);
}

static void sequences_are_left_out(void **state) {
    (void)state;
    PLAIN("plain\n", "plain\n");
    PLAIN("\x1b[1;31mred\x1b[0m", "red");
    PLAIN("\x1b[?2004hx\x1b[?25l", "x");
    PLAIN("\x1b]0;title\x07text", "text");
    PLAIN("\x1b]8;;http://e.org\x1b\\link\x1b]8;;\x1b\\", "link");
    PLAIN("\x1bP1$r0m\x1b\\a", "a");
    PLAIN("\x1b(Bq\x1b=\x1b"
          "7",
          "q");
    PLAIN("a\x1b]title\x18"
          "b\x1bXs\x1a"
          "c\x1b_s\x07"
          "d\x1b^s\x1b\\e",
          "abcde");
    PLAIN("\x1b#8a\x1b /Fb\x1b~c", "abc");
    PLAIN("\x1b[ qa\x1b[?1~b\x1b[@c\x1b[/~d", "abcd");
    PLAIN("a\x1b]s\x1b", "a");
    PLAIN("a\x1b]s\x1b\\", "a");
    PLAIN("a\x1b(", "a");
    PLAIN("a\x1b[1;", "a");
    PLAIN("a\x1b", "a");
    PLAIN("a\x1b[", "a");
    PLAIN("a\x1b]never ends", "a");
}

static void broken_ones_keep_the_rest(void **state) {
    (void)state;
    PLAIN("\x1b[12\nkept", "\nkept");
    PLAIN("\x1b]title\x1b[31mkept", "kept");
    PLAIN("\x1b\x1b[1mkept", "kept");
    PLAIN("a\0b", "ab");
    PLAIN("one\r\ntwo\rthree", "one\ntwo\nthree");
    PLAIN("\x1b[1\x7fkept", "kept");
    PLAIN("\x1b(\nkept", "\nkept");
    PLAIN("\x1b\0kept", "kept");
    PLAIN("\x1b[1\xc3\xa4kept", "\xc3\xa4kept");
    PLAIN("\x1b\xc3\xa4kept", "\xc3\xa4kept");
    PLAIN("\xff", "\xef\xbf\xbd");
}

static void a_ceiling_is_told(void **state) {
    struct text out = {.max = 4};

    (void)state;
    panelog_plain(&out, "\x1b[1mabcd", 8);
    assert_false(out.over);
    panelog_plain(&out, "e", 1);
    assert_true(out.over);
    text_release(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_are_left_out),
        cmocka_unit_test(broken_ones_keep_the_rest),
        cmocka_unit_test(a_ceiling_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
