/* What each sequence does to a small screen: its rows, a bar between two, and where the cursor stands then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clean.h"
#include "base/text.h"
#include "rules/panelog_draw.h"
#include "rules/panelog_parse.h"
#include "rules/panelog_screen.h"

enum { WIDTH = 8, HEIGHT = 4 };

struct drawing {
    struct panelog_screen screen;
    struct panelog_parse parse;
    unsigned last;
    struct text gone; /* rows that scrolled away */
};

static void take(void *context, const struct panelog_token *token) {
    struct drawing *drawing = context;
    panelog_draw(&drawing->screen, token, &drawing->last);
}

static void off(void *context, struct panelog_row *row) {
    struct drawing *drawing = context;
    text_addf(&drawing->gone, "%s;", panelog_row_text(row));
}

static void begin(struct drawing *drawing, size_t width, size_t height) {
    *drawing = (struct drawing){.parse = {.take = take, .context = drawing}};
    panelog_screen_init(&drawing->screen, width, height);
    drawing->screen.off = off;
    drawing->screen.context = drawing;
}

static void end(struct drawing *drawing) {
    panelog_screen_release(&drawing->screen);
    text_release(&drawing->gone);
}

static void show(struct drawing *drawing, struct text *out) {
    for (size_t i = 0; i < drawing->screen.height; i++)
        text_addf(out, "%s%s%s", i ? "|" : "", panelog_row_text(drawing->screen.rows[i]),
                  drawing->screen.rows[i]->goes_on ? "+" : "");
    text_addf(out, " %zu,%zu%s", drawing->screen.x, drawing->screen.y, drawing->screen.wraps ? "w" : "");
    if (drawing->gone.len)
        text_addf(out, " gone %s", text_str(&drawing->gone));
}

/* At once and byte by byte. */
static void draws(const char *bytes, size_t n, const char *wanted) {
    for (size_t piece = 1; piece <= n; piece += n > 1 ? n - 1 : 1) {
        struct drawing drawing;
        struct text out = {0};
        begin(&drawing, WIDTH, HEIGHT);
        for (size_t at = 0; at < n; at += piece)
            panelog_parse_add(&drawing.parse, bytes + at, n - at < piece ? n - at : piece);
        show(&drawing, &out);
        if (strcmp(text_str(&out), wanted) != 0)
            fail_msg("%s: %s, not %s", bytes, text_str(&out), wanted);
        text_release(&out);
        end(&drawing);
    }
}
#define DRAWS(bytes, wanted) draws(bytes, sizeof bytes - 1, wanted)
#define FULL "1\r\n2\r\n3\r\n4"

static void characters(void **state) {
    (void)state;
    DRAWS("abc", "abc||| 3,0");
    DRAWS("abcdefgh", "abcdefgh||| 7,0w");
    DRAWS("abcdefghi", "abcdefgh+|i|| 1,1");
    DRAWS("abcdefgh\r\ni", "abcdefgh|i|| 1,1");
    DRAWS("abcdefgh\rX", "Xbcdefgh||| 1,0");
    DRAWS("a\nb", "a| b|| 2,1");
    DRAWS("a\vb\fc", "a| b|  c| 3,2");
    DRAWS("ab\b\bc", "cb||| 1,0");
    DRAWS("\b\bc", "c||| 1,0");
    DRAWS("\tx", "       x||| 7,0w");
    DRAWS("a\tx\tyz", "a      y+|z|| 1,1");
    DRAWS(FULL "\r\n5", "2|3|4|5 1,3 gone 1;");
    DRAWS("\x01\x02\x07x\x7f", "x||| 1,0");
}

static void wide_ones_and_marks(void **state) {
    (void)state;
    DRAWS("\xE4\xBD\xA0x", "\xE4\xBD\xA0x||| 3,0");
    DRAWS("abcdefg\xE4\xBD\xA0", "abcdefg+|\xE4\xBD\xA0|| 2,1"); /* no half of one stands at the border */
    DRAWS("abcdef\xE4\xBD\xA0", "abcdef\xE4\xBD\xA0||| 7,0w");
    DRAWS("e\xCC\x81x", "e\xCC\x81x||| 2,0");
    DRAWS("\xE4\xBD\xA0\xCC\x81x", "\xE4\xBD\xA0\xCC\x81x||| 3,0");
    DRAWS("abcdefgh\xCC\x81", "abcdefgh\xCC\x81||| 7,0w");
    DRAWS("\xCC\x81x", "x||| 1,0"); /* on nothing */
    DRAWS("a \xCC\x81", "a \xCC\x81||| 2,0");
    DRAWS("a\x1b[1;5H\xCC\x81", "a||| 4,0");
    DRAWS("a\xE2\x80\xAE"
          "b",
          "ab||| 2,0");
}

/* First and last of each block, and the next to them. */
static void how_wide_a_character_is(void **state) {
    (void)state;
    static const struct {
        uint32_t first, last;
        size_t columns;
    } blocks[] = {{0x300, 0x36F, 0},     {0x483, 0x489, 0},     {0x591, 0x5BD, 0},     {0x610, 0x61A, 0},
                  {0x64B, 0x65F, 0},     {0x1100, 0x115F, 2},   {0x1AB0, 0x1AFF, 0},   {0x20D0, 0x20FF, 0},
                  {0x2E80, 0x303E, 2},   {0x3041, 0xA4CF, 2},   {0xAC00, 0xD7A3, 2},   {0xF900, 0xFAFF, 2},
                  {0xFE00, 0xFE0F, 0},   {0xFE30, 0xFE6F, 2},   {0xFF00, 0xFF60, 2},   {0xFFE0, 0xFFE6, 2},
                  {0x1F300, 0x1F64F, 2}, {0x1F680, 0x1F6FF, 2}, {0x1F900, 0x1FAFF, 2}, {0x20000, 0x3FFFD, 2},
                  {0xE0100, 0xE01EF, 0}};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        const uint32_t points[] = {blocks[i].first - 1, blocks[i].first, blocks[i].last, blocks[i].last + 1};
        for (size_t j = 0; j < 4; j++) {
            if (clean_is_hidden(points[j]))
                continue;
            struct panelog_screen screen;
            panelog_screen_init(&screen, WIDTH, HEIGHT);
            panelog_screen_put(&screen, 'a');
            panelog_screen_put(&screen, points[j]);
            size_t wanted = j == 1 || j == 2 ? blocks[i].columns : 1;
            if (screen.x != 1 + wanted)
                fail_msg("%X: %zu columns", points[j], screen.x - 1);
            panelog_screen_release(&screen);
        }
    }
}

static void bytes_of_characters(void **state) {
    (void)state;
    DRAWS("\x7e\xC2\xA0\xDF\xBF\xE0\xA0\x80", "~\xC2\xA0\xDF\xBF\xE0\xA0\x80||| 4,0");
    DRAWS("\xEF\xBF\xBC\xF0\x90\x80\x80\xF4\x8F\xBF\xBD", "\xEF\xBF\xBC\xF0\x90\x80\x80\xF4\x8F\xBF\xBD||| 3,0");
    DRAWS("\xF5\x80\x80\x80x", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDx||| 5,0");
    DRAWS("\xC3x", "\xEF\xBF\xBDx||| 2,0");
    DRAWS("\xC3\xC3\xA4", "\xEF\xBF\xBD\xC3\xA4||| 2,0");
    DRAWS("\x80x", "\xEF\xBF\xBDx||| 2,0");
    DRAWS("\xE2\x82x", "\xEF\xBF\xBDx||| 2,0");
}

static void the_cursor_goes(void **state) {
    (void)state;
    DRAWS("\x1b[3;4Hx\x1b[Ay", "|    y|   x| 5,1");
    DRAWS("\x1b[4;4H\x1b[9Ax", "   x||| 4,0");
    DRAWS("\x1b[2Bx\x1b[Ce", "||x e| 3,2");
    DRAWS("\x1b[2ex\x1b[2ay", "||x  y| 4,2");
    DRAWS("\x1b[9Bx", "|||x 1,3");
    DRAWS("abc\x1b[2DX", "aXc||| 2,0");
    DRAWS("abc\x1b[9DX", "Xbc||| 1,0");
    DRAWS("\x1b[9Cx", "       x||| 7,0w");
    DRAWS("ab\x1b[2Ec", "ab||c| 1,2");
    DRAWS("\x1b[3;3Ha\x1b[2Fb", "b||  a| 1,0");
    DRAWS("\x1b[3;3H\x1b[Fb", "|b|| 1,1");
    DRAWS("abc\x1b[2GX", "aXc||| 2,0");
    DRAWS("abc\x1b[`X", "Xbc||| 1,0");
    DRAWS("ab\x1b[3dX", "ab||  X| 3,2");
    DRAWS("\x1b[2;3fX", "|  X|| 3,1");
    DRAWS("\x1b[;3HX\x1b[HY", "Y X||| 1,0");
    DRAWS("\x1b[99;99HX", "|||       X 7,3w");
    DRAWS("\x1b[0;0HX", "X||| 1,0");
    DRAWS("ab\x1b[sc\x1b[4;4Hd\x1b[uE", "abE|||   d 3,0");
    DRAWS("ab\x1b"
          "7c\x1b[3;3H\x1b"
          "8E",
          "abE||| 3,0");
}

static void rows_go(void **state) {
    (void)state;
    DRAWS(FULL "\x1b[2;1H\x1b[L", "1||2|3 0,1");
    DRAWS(FULL "\x1b[2;1H\x1b[2L", "1|||2 0,1");
    DRAWS(FULL "\x1b[2;1H\x1b[9L", "1||| 0,1");
    DRAWS(FULL "\x1b[2;1H\x1b[M", "1|3|4| 0,1");
    DRAWS(FULL "\x1b[2;1H\x1b[9M", "1||| 0,1");
    DRAWS(FULL "\x1b[1;1H\x1b[2M", "3|4|| 0,0 gone 1;2;");
    DRAWS(FULL "\x1b[S", "2|3|4| 1,3 gone 1;");
    DRAWS(FULL "\x1b[9S", "||| 1,3 gone 1;2;3;4;");
    DRAWS(FULL "\x1b[T", "|1|2|3 1,3");
    DRAWS(FULL "\x1b[9T", "||| 1,3");
    DRAWS(FULL "\x1b[2;3r", "1|2|3|4 0,0");
    DRAWS(FULL "\x1b[2;3r\x1b[S", "1|3||4 0,0");
    DRAWS(FULL "\x1b[2;3r\x1b[T", "1||2|4 0,0");
    DRAWS(FULL "\x1b[2;3r\x1b[3;1H\nX", "1|3|X|4 1,2");
    DRAWS(FULL "\x1b[2;3r\x1b[4;1H\nX", "1|2|3|X 1,3"); /* below it nothing scrolls */
    DRAWS(FULL "\x1b[2;3r\x1b[2;1H\x1bMX", "1|X|2|4 1,1");
    DRAWS(FULL "\x1b[2;3r\x1b[1;1H\x1bMX", "X|2|3|4 1,0");
    DRAWS(FULL "\x1b[2;3r\x1b[2;1H\x1b[L", "1||2|4 0,1");
    DRAWS(FULL "\x1b[2;3r\x1b[3;1H\x1b[M", "1|2||4 0,2");
    DRAWS(FULL "\x1b[2;3r\x1b[1;1H\x1b[L", "1|2|3|4 0,0"); /* nor above it */
    DRAWS(FULL "\x1b[2;3r\x1b[4;1H\x1b[M", "1|2|3|4 0,3");
    DRAWS(FULL "\x1b[2;3r\x1b[r\x1b[S", "2|3|4| 0,0 gone 1;");
    DRAWS(FULL "\x1b[3;3r\x1b[3;2r\x1b[S", "2|3|4| 1,3 gone 1;"); /* no such part */
    DRAWS(FULL "\x1b[3;99r\x1b[S", "1|2|4| 0,0");
    DRAWS("ab\x1b"
          "Dc\x1b"
          "Ed",
          "ab|  c|d| 1,2");
    DRAWS("ab\r\ncd\x1bMe", "abe|cd|| 3,0");
    DRAWS(FULL "\x1b[2;3r\x1b"
               "cx",
          "x||| 1,0");
}

static void what_is_erased(void **state) {
    (void)state;
    DRAWS("abc\r\ndef\r\nghi\x1b[2;2H\x1b[J", "abc|d|| 1,1");
    DRAWS("abc\r\ndef\r\nghi\x1b[2;2H\x1b[1J", "|  f|ghi| 1,1");
    DRAWS("abc\r\ndef\r\nghi\x1b[2;2H\x1b[2J", "||| 1,1");
    DRAWS("abc\r\ndef\r\nghi\x1b[2;2H\x1b[3J", "abc|def|ghi| 1,1");
    DRAWS("abcdef\x1b[1;3H\x1b[K", "ab||| 2,0");
    DRAWS("abcdef\x1b[1;3H\x1b[1K", "   def||| 2,0");
    DRAWS("abcdef\x1b[1;3H\x1b[2K", "||| 2,0");
    DRAWS("abcdef\x1b[1;3H\x1b[X", "ab def||| 2,0");
    DRAWS("abcdef\x1b[1;3H\x1b[2X", "ab  ef||| 2,0");
    DRAWS("abcdef\x1b[1;3H\x1b[99X", "ab||| 2,0");
    DRAWS("abcdef\x1b[1;3H\x1b[?K", "ab||| 2,0");
    DRAWS("abcdef\x1b[1;3H\x1b[>K\x1b[?2D\x1b[?X", "abcdef||| 2,0"); /* others' */
    DRAWS("abcdefghi\x1b[1;1H\x1b[K", "|i|| 0,0");
    DRAWS("abcdef\x1b[1;3H\x1b[@X", "abXcdef||| 3,0");
    DRAWS("abcdefgh\x1b[1;3H\x1b[2@", "ab  cdef||| 2,0");
    DRAWS("abcdef\x1b[1;3H\x1b[99@X", "abX||| 3,0");
    DRAWS("ab\x1b[1;5H\x1b[@", "ab||| 4,0");
    DRAWS("abcdef\x1b[1;3H\x1b[P", "abdef||| 2,0");
    DRAWS("abcdef\x1b[1;3H\x1b[3P", "abf||| 2,0");
    DRAWS("abcdef\x1b[1;3H\x1b[99P", "ab||| 2,0");
    DRAWS("ab\x1b[1;5H\x1b[P", "ab||| 4,0");
}

static void what_is_repeated(void **state) {
    (void)state;
    DRAWS("a\x1b[3b", "aaaa||| 4,0");
    DRAWS("a\x1b[b", "aa||| 2,0");
    DRAWS("a\x1b[9999b", "aaaaaaaa+|a|| 1,1"); /* no more than a row of them */
    DRAWS("\x1b[3b", "||| 0,0");
}

static void how_sequences_are_read(void **state) {
    (void)state;
    DRAWS("\x1b[12Cx", "       x||| 7,0w");
    DRAWS("\x1b[012;3Hx", "|||  x 3,3");
    DRAWS("\x1b[2:3Hx", "|  x|| 3,1");
    DRAWS("\x1b[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;2Hx", "x||| 1,0");
    DRAWS("\x1b[99999999999Bx", "|||x 1,3");
    DRAWS("\x1b[3\x1b[2Cx", "  x||| 3,0");
    DRAWS("\x1b[3\rx", "x||| 1,0");
    DRAWS("\x1b[ Cx\x1b[!Cy\x1b[<Cz", "xyz||| 3,0");
    DRAWS("a\x1b\x1b[Cb", "a b||| 3,0");
    DRAWS("a\x1b(0qx\x1b(Bq", "a\xE2\x94\x80\xE2\x94\x82q||| 4,0");
    DRAWS("a\x1b(0l\x1b[Cm", "a+ +||| 4,0");
    DRAWS("a\x1b#8b\x1b %Gc", "abc||| 3,0");
    DRAWS("a\x1b]0;t\x07"
          "b\x1bPq\x1b\\c\x1b_x\x18"
          "d\x1b^y\x1a"
          "e\x1bXz\x1b[Cf",
          "abcde f||| 7,0");
}

struct asked {
    struct drawing drawing;
    bool clears, scrolls;
};

static void ask(void *context, const struct panelog_token *token) {
    struct asked *asked = context;
    asked->clears = panelog_clears(&asked->drawing.screen, token);
    asked->scrolls = panelog_scrolls(&asked->drawing.screen, token);
}

static void does(const char *before, const char *bytes, bool clears, bool scrolls) {
    struct asked asked = {.clears = false};
    begin(&asked.drawing, WIDTH, HEIGHT);
    panelog_parse_add(&asked.drawing.parse, before, strlen(before));
    asked.drawing.parse.take = ask;
    asked.drawing.parse.context = &asked;
    panelog_parse_add(&asked.drawing.parse, bytes, strlen(bytes));
    if (asked.clears != clears || asked.scrolls != scrolls)
        fail_msg("%s after %s: clears %d, scrolls %d", bytes, before, asked.clears, asked.scrolls);
    end(&asked.drawing);
}

/* What takes rows away is known before it does. */
static void what_clears_and_what_scrolls(void **state) {
    (void)state;
    does("", "\x1b[J", true, false);
    does("\x1b[1;2H", "\x1b[J", false, false);
    does("\x1b[2;1H", "\x1b[J", false, false);
    does("\x1b[2;1H", "\x1b[1J", false, false);
    does("\x1b[2;1H", "\x1b[2J", true, false);
    does("\x1b[2;1H", "\x1b[3J", true, false);
    does("", "\x1b[1J", false, false);
    does("", "\x1b[K", false, false);
    does("",
         "\x1b"
         "c",
         true, false);
    does("",
         "\x1b"
         "7",
         false, false);
    does("",
         "\x1b"
         "D",
         false, true);
    does("",
         "\x1b"
         "E",
         false, true);
    does("", "\x1bM", false, true);
    does("", "\x1b[L", false, true);
    does("", "\x1b[M", false, true);
    does("", "\x1b[S", false, true);
    does("", "\x1b[T", false, true);
    does("", "\x1b[C", false, false);
    does("", "x", false, false);
    does("\x1b[4;1H", "x", false, false);
    does("\x1b[4;1Habcdefgh", "x", false, true);
    does("\x1b[3;1Habcdefgh", "x", false, false);
    does("\x1b[3;1H", "\n", false, false);
    does("\x1b[4;1H", "\n", false, true);
    does("\x1b[4;1H", "\r", false, false);
    does("\x1b[4;1H", "\b", false, false);
    does("\x1b[4;1H", "\t", false, false);
}

static void sizes(void **state) {
    (void)state;
    static const struct {
        size_t width, height, wide, high;
    } cases[] = {{0, 0, 1, 1}, {1, 1, 1, 1}, {2, 3, 2, 3}, {500, 500, 500, 500}, {501, 9999, 500, 500}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct panelog_screen screen;
        panelog_screen_init(&screen, cases[i].width, cases[i].height);
        assert_int_equal(screen.width, cases[i].wide);
        assert_int_equal(screen.height, cases[i].high);
        assert_int_equal(screen.bottom, cases[i].high - 1);
        panelog_screen_release(&screen);
        panelog_screen_release(&screen);
    }
    struct drawing narrow;
    struct text out = {0};
    begin(&narrow, 1, 2);
    panelog_parse_add(&narrow.parse, "a\xE4\xBD\xA0", 4); /* it has one column there */
    show(&narrow, &out);
    assert_string_equal(text_str(&out), "a+|\xE4\xBD\xA0 0,1w");
    assert_int_equal(panelog_screen_rows(&narrow.screen), 2);
    text_release(&out);
    end(&narrow);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters),
        cmocka_unit_test(wide_ones_and_marks),
        cmocka_unit_test(how_wide_a_character_is),
        cmocka_unit_test(bytes_of_characters),
        cmocka_unit_test(the_cursor_goes),
        cmocka_unit_test(rows_go),
        cmocka_unit_test(what_is_erased),
        cmocka_unit_test(what_is_repeated),
        cmocka_unit_test(how_sequences_are_read),
        cmocka_unit_test(what_clears_and_what_scrolls),
        cmocka_unit_test(sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
