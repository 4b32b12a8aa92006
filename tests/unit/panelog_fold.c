#include "rules/panelog_fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "linear.h"
#include "share.h"

enum { WIDTH = 40, HEIGHT = 6 };

/* Every line of it is fit for a terminal. */
static void take(void *context, const char *line) {
    struct text *out = context;
    struct text clean = {0};

    clean_text(&clean, line, strlen(line));
    assert_string_equal(text_str(&clean), line);
    assert_null(strchr(line, '\n'));
    text_addf(out, "%s\n", line);
    text_release(&clean);
}

static void add(struct panelog_fold *fold, const char *bytes) {
    panelog_fold_add(fold, bytes, strlen(bytes));
}

#define FOLDS(bytes, wanted) check(bytes, sizeof bytes - 1, wanted)

/* At once, and byte by byte. */
static void check(const char *bytes, size_t n, const char *wanted) {
    for (size_t piece = n ? n : 1; piece > 0; piece = piece > 1 ? 1 : 0) {
        struct text out = {0};
        struct panelog_fold *fold = panelog_fold_new(WIDTH, HEIGHT, take, &out);

        for (size_t at = 0; at < n; at += piece)
            panelog_fold_add(fold, bytes + at, piece);
        panelog_fold_end(fold);
        assert_string_equal(text_str(&out), wanted);
        panelog_fold_free(fold);
        text_release(&out);
    }
}

static void text_is_its_lines(void **state) {
    (void)state;
    FOLDS("", "");
    FOLDS("one\r\n\r\ntwo", "one\n\ntwo\n");
    FOLDS("\x1b[1;31mred\x1b[0m \x1b]0;title\x07text\x1b(B\r\n", "red text\n");
    FOLDS("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8\r\n9", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    FOLDS("}\r\n}\r\n}\r\n}\r\n}\r\n}\r\n}\r\n}\r\n", "}\n}\n}\n}\n}\n}\n}\n}\n");
    FOLDS("a long line that is longer than its screen is wide, and goes on\r\nnext",
          "a long line that is longer than its screen is wide, and goes on\nnext\n");
    FOLDS("w\xC3\xA4hrend \xE4\xBD\xA0\xE5\xA5\xBD e\xCC\x81 \xF0\x9F\x98\x80|\r\n\xff\xC2\x9b",
          "w\xC3\xA4hrend \xE4\xBD\xA0\xE5\xA5\xBD e\xCC\x81 \xF0\x9F\x98\x80|\n\xEF\xBF\xBD\n");
    FOLDS("a\tb\bc", "a       c\n");
    FOLDS("ab\xE2\x80\xAE"
          "cd\xE2\x80\xA8\xEF\xBB\xBF.",
          "abcd.\n"); /* which would turn the line */
    FOLDS("ab\x1b"
          "Ecd\x1b"
          "Def",
          "ab\ncd\n  ef\n"); /* a line further, with and without its begin */
    FOLDS("a\x1b(0q\x1b(Aq\x1b /Fq\x1b\0q\x1b\x1b[1mq", "a\xE2\x94\x80qqqq\n");
    FOLDS("a\x1b_s\x1a"
          "b\x1b^s\x18"
          "c\x1bPs\x1b[31md",
          "abcd\n");
    FOLDS("a\x1b[\x7f"
          "b\x1b[1\n"
          "c",
          "ab\n  c\n");
    FOLDS("a\xc3"
          "b\xc3", /* and what is not whole yet is not told */
          "a\xEF\xBF\xBD"
          "b\n");
    FOLDS("\x1b(0qqx\x1b(B q", "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x82 q\n");
}

static void what_is_drawn_over_is_what_it_became(void **state) {
    (void)state;
    FOLDS("build  10%\rbuild  55%\rbuild 100%\r\ndone\r\n", "build 100%\ndone\n");
    FOLDS("abcdef\x1b[1Kxy\x1b[1;7H\x1b[1J!", "      !y\n");
    FOLDS("abc\x1b[2;2r\x1b[5;3r\x1b[1;99rxy", "xyc\n"); /* regions that are none, and one of all */
    FOLDS("abc\x1b[>4;1m\x1b[?1K\x1b[?5Ad\x1b[<1J", "   d\n");
    FOLDS("\xE2\xA0\x8B work\r\x1b[2K\xE2\xA0\x99 work\r\x1b[Kok\r\n", "ok\n");
    /* Lines of progress, redrawn by a cursor that goes up. */
    FOLDS("one 1\r\ntwo 1\r\n\x1b[2Aone 9\x1b[K\r\ntwo 9\x1b[K\r\nend", "one 9\ntwo 9\nend\n");
    FOLDS("-\r\nthinking\r\n> \x1b[1A\r\x1b[Jthe answer\r\n\r\n> ", "-\nthe answer\n\n>\n");
    /* A line put in above the rest, as by agents that keep their box at the bottom. */
    FOLDS("a\r\nb\r\nc\r\nd\r\ne\r\nbox\x1b[1;5r\x1b[5;1H\r\nf\x1b[r\x1b[6;1H", "a\nb\nc\nd\ne\nf\nbox\n");
    FOLDS("x\x1b[5b\x1b[1;3H\x1b[2P\x1b[1;2H\x1b[1@y", "xyxxx\n");
}

static void a_cleared_screen_is_told_once(void **state) {
    (void)state;
    FOLDS("first page\r\n\x1b[2J\x1b[Hother page\r\n", "first page\nother page\n");
    FOLDS("uptime 10:01:01\r\nfoo\r\n\x1b[H\x1b[Juptime 10:01:02\r\nfoo\r\n\x1b[H\x1b[2Juptime 10:01:03\r\nfoo\r\n",
          "uptime 10:01:03\nfoo\n");
    /* All of it printed anew, as after a window's change. */
    FOLDS("alpha\r\nbeta\r\n}\r\ngamma\r\n}\r\ndelta\r\nepsilon\r\nzeta\r\n"
          "\x1b[2J\x1b[3J\x1b[Halpha\r\nbeta\r\n}\r\ngamma\r\n}\r\ndelta\r\nepsilon\r\nzeta\r\neta\r\n",
          "alpha\nbeta\n}\ngamma\n}\ndelta\nepsilon\nzeta\neta\n");
}

static void an_alternate_screen_is_told_as_it_goes(void **state) {
    (void)state;
    FOLDS("shell\r\n\x1b[?1049h\x1b[Htitle\r\nfirst words\r\n> \x1b[Htitle\r\nsecond thing\r\n> \x1b[?1049lshell again",
          "shell\nfirst words\ntitle\nsecond thing\n>\nshell again\n");
    /* Text that grows, a spinner and figures are one line each. */
    FOLDS(
        "\x1b[?1049h\x1b[Hthe ans\x1b[K\r\n* working 1s\x1b[Hthe answer\x1b[K\r\n+ working 2s\x1b[Hthe answer is\x1b[K"
        "\r\n* working 3s",
        "the answer is\n* working 3s\n");
    /* Scrolled by drawing all of it again. */
    FOLDS("\x1b[?1049h\x1b[Hline of one\r\nline of two\r\nline of six\x1b[Hline of two\r\nline of six\r\nline of ten",
          "line of one\nline of two\nline of six\nline of ten\n");
    /* Half a picture is none, where the program says when it is whole. */
    FOLDS("\x1b[?1049h\x1b[?2026h\x1b[Hone thing\x1b[3;1Hbox\x1b[?2026l\x1b[?2026h\x1b[Hzzz\x1b[3;1Hbox\x1b[Hone "
          "thing\x1b["
          "?2026l",
          "one thing\nbox\n");
}

static void what_is_missing_ends_what_was(void **state) {
    struct text out = {0};
    struct panelog_fold *fold = panelog_fold_new(WIDTH, HEIGHT, take, &out);

    (void)state;
    add(fold, "\x1b[?1049habc\x1b[3");
    panelog_fold_end(fold);
    add(fold, "1def");
    panelog_fold_end(fold);
    assert_string_equal(text_str(&out), "abc\n1def\n");
    panelog_fold_free(fold);
    panelog_fold_free(NULL);
    text_release(&out);
}

static void who_waits_hears_what_stands(void **state) {
    struct text out = {0};
    struct panelog_fold *fold = panelog_fold_new(WIDTH, HEIGHT, take, &out);

    (void)state;
    add(fold, "ok\r\nok\r\n* 1");
    panelog_fold_rest(fold);
    assert_string_equal(text_str(&out), "");
    add(fold, "\r* 2");
    panelog_fold_rest(fold);
    assert_string_equal(text_str(&out), "ok\nok\n");
    add(fold, "\r\x1b[Kok\r\n1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n");
    assert_string_equal(text_str(&out), "ok\nok\nok\n1\n");
    panelog_fold_tell(fold);
    panelog_fold_tell(fold);
    assert_string_equal(text_str(&out), "ok\nok\nok\n1\n2\n3\n4\n5\n6\n");
    panelog_fold_end(fold);
    panelog_fold_free(fold);
    text_release(&out);
}

/* What real agents wrote, and what a person reads of it: tests/logs. */
static void check_log(const char *agent) {
    char *name = xasprintf(MC_TESTS "/logs/%s.log", agent), *wanted_name = xasprintf(MC_TESTS "/logs/%s.txt", agent);
    struct text bytes = {0}, wanted = {0}, out = {0};
    struct err err = {0};
    struct panelog_fold *fold = panelog_fold_new(120, 50, take, &out);

    assert_true(files_read(&bytes, name, TEXT_MAX, &err) && files_read(&wanted, wanted_name, TEXT_MAX, &err));
    panelog_fold_add(fold, text_str(&bytes), bytes.len);
    panelog_fold_end(fold);
    assert_string_equal(text_str(&out), text_str(&wanted));
    panelog_fold_free(fold);
    text_release(&bytes);
    text_release(&wanted);
    text_release(&out);
    free(name);
    free(wanted_name);
}

static void agents_are_read(void **state) {
    (void)state;
    check_log("claude"); /* draws at the bottom of the normal screen */
    check_log("codex");  /* draws on the alternate screen */
}

/* What wraps is one line, but no line is without an end. */
static void a_line_has_an_end(void **state) {
    enum { LONG = 64 * 1024, MORE = 1000 };
    struct text out = {0};
    struct panelog_fold *fold = panelog_fold_new(WIDTH, HEIGHT, take, &out);
    (void)state;

    for (int i = 0; i < LONG + WIDTH + MORE; i++)
        add(fold, "x");
    add(fold, "\r\nlast");
    panelog_fold_end(fold);
    size_t first = strcspn(text_str(&out), "\n");
    assert_true(first > LONG && first <= LONG + WIDTH);
    size_t all = 0;
    for (const char *at = out.data; *at; at++)
        all += *at == 'x';
    assert_int_equal(all, LONG + WIDTH + MORE);
    panelog_fold_free(fold);
    text_release(&out);
}

static void forget(void *context, const char *line) {
    size_t *bytes = context;

    *bytes += strlen(line);
}

/* Words of a terminal's language in any order, between any bytes. */
static size_t put_any(char *at, unsigned *seed) {
    static const char *const words[] = {"\x1b[",
                                        "\x1b[2J",
                                        "\x1b[H",
                                        "\x1b[?1049h",
                                        "\x1b[?1049l",
                                        "\x1b[?2026h",
                                        "\x1b[?2026l",
                                        "\x1b[999;999H",
                                        "\x1b[99999999999999999999L",
                                        "\x1b[3M",
                                        "\x1b[2;4r",
                                        "\x1bM",
                                        "\x1b"
                                        "c",
                                        "\x1b[9999b",
                                        "\x1b[500@",
                                        "\x1b[500P",
                                        "\x1b]",
                                        "\x1bP",
                                        "\x07",
                                        "\r\n",
                                        "\n",
                                        "\r",
                                        "\b",
                                        "\t",
                                        "\xF0\x9F",
                                        "\xE4\xBD\xA0",
                                        "\xCC\x81",
                                        "word ",
                                        "\x1b[K",
                                        "\x1b[1J",
                                        "\x1b[S",
                                        "\x1b[T",
                                        "\x1b[X",
                                        "\x1b[A",
                                        "\x1b"
                                        "7",
                                        "\x1b"
                                        "8",
                                        "\x1b(0",
                                        "x"};
    size_t which;

    *seed = *seed * 1103515245U + 12345U;
    which = (*seed >> 16) % (sizeof words / sizeof *words + 4);
    if (which >= sizeof words / sizeof *words) {
        *at = (char)(*seed >> 24);
        return 1;
    }
    memcpy(at, words[which], strlen(words[which]));
    return strlen(words[which]);
}

static void any_bytes_are_taken(void **state) {
    static char bytes[4096 * 32];

    (void)state;
    for (unsigned seed = 1; seed <= 60; seed++) {
        struct text out = {0};
        struct panelog_fold *fold = panelog_fold_new(seed, seed % 9, take, &out);
        unsigned next = seed;
        size_t n = 0;

        while (n < 4096 * 4)
            n += put_any(bytes + n, &next);
        panelog_fold_add(fold, bytes, n);
        panelog_fold_rest(fold);
        panelog_fold_end(fold);
        panelog_fold_free(fold);
        text_release(&out);
    }
}

static void fold_all(const char *bytes, size_t n, void *with) {
    size_t told = 0;
    struct panelog_fold *fold = panelog_fold_new(120, 50, forget, &told);

    (void)with;
    panelog_fold_add(fold, bytes, n);
    panelog_fold_free(fold);
}

/* Of the worst that was found. */
static void time_is_linear(void **state) {
    static const char *const worst[] = {
        "\x1b[2Jx", "\n",  "\x1b[Hx\x1b[9By",        "\x1b[?1049h\x1b[?1049l", "\x1b[500b",
        "\x1bM",    "x\n", "\x1b[?2026lx\x1b[?2026h"};
    enum { BYTES = 500000 };
    static char bytes[BYTES + 1];
    const size_t n = BYTES / (size_t)share(4);

    (void)state;
    for (size_t i = 0; i < sizeof worst / sizeof *worst; i++) {
        linear_repeat(bytes, n, worst[i]);
        assert_true(is_linear(&(struct linear){fold_all, NULL}, bytes, n));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_its_lines),
        cmocka_unit_test(what_is_drawn_over_is_what_it_became),
        cmocka_unit_test(a_cleared_screen_is_told_once),
        cmocka_unit_test(an_alternate_screen_is_told_as_it_goes),
        cmocka_unit_test(what_is_missing_ends_what_was),
        cmocka_unit_test(who_waits_hears_what_stands),
        cmocka_unit_test(agents_are_read),
        cmocka_unit_test(a_line_has_an_end),
        cmocka_unit_test(any_bytes_are_taken),
        cmocka_unit_test(time_is_linear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
