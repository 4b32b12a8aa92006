/* Columns of what stands in titles, as terminals draw it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/width.h"

static void each_kind_of_character_has_its_width(void **state) {
    static const struct {
        const char *line;
        size_t columns;
    } rows[] = {
        {"", 0},
        {"plain", 5},
        {"Grüße", 5},
        {"e\xCC\x81t\xCC\xA3\xCC\x81", 2},           /* marks on the letter before them */
        {"\xE6\x97\xA5\xE6\x9C\xAC", 4},             /* 日本 */
        {"\xED\x95\x9C", 2},                         /* 한, one piece */
        {"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 2}, /* the same of three letters */
        {"\xEF\xBD\xB1", 1},                         /* ｱ, half width */
        {"\xEF\xBC\xA1", 2},                         /* Ａ, full width */
        {"a\xE2\x80\x8B"
         "b",
         2},                                                 /* nothing in between is drawn */
        {"\xF0\x9F\x98\x80", 2},                             /* 😀 */
        {"\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD", 2},             /* a thumb of some colour */
        {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7", 2}, /* a family of two */
        {"\xE2\x9D\xA4\xEF\xB8\x8F", 2},                     /* a heart, as a picture */
        {"\xE2\x9D\xA4", 1},                                 /* and as text */
        {"\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA", 2},             /* a flag of two letters */
        {"\xF0\x9F\xAB\xA8", 2},                             /* newer than the table */
        {"\xD8\xA7\xE2\x80\x8D\xD9\x87", 2},                 /* a joiner between letters */
        {"\xEF\xBF\xBD", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (width_of(rows[i].line) != rows[i].columns)
            fail_msg("row %zu takes %zu", i, width_of(rows[i].line));
}

static void a_cut_takes_whole_characters_with_their_marks(void **state) {
    static const struct {
        const char *line;
        size_t columns, bytes, taken;
    } rows[] = {
        {"plain", 3, 3, 3},
        {"plain", 9, 5, 5},
        {"plain", 0, 0, 0},
        {"\xE6\x97\xA5\xE6\x9C\xAC", 3, 3, 2}, /* half of a character is none */
        {"ae\xCC\x81"
         "b",
         2, 4, 2}, /* the accent goes with its letter */
        {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7x", 2, 11, 2},
        {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7x", 1, 0, 0},
        {"\xCC\x81", 0, 2, 0}, /* a mark on nothing */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t taken, bytes = width_cut(rows[i].line, rows[i].columns, &taken);

        if (bytes != rows[i].bytes || taken != rows[i].taken)
            fail_msg("row %zu: %zu bytes, %zu columns", i, bytes, taken);
    }
}

/* However a line is cut, what is left takes no more than it may, and both halves together are the line. */
static void every_cut_fits(void **state) {
    static const char line[] = "a\xE6\x97\xA5"
                               "e\xCC\x81\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7\xE2\x9D\xA4\xEF\xB8\x8F.";

    (void)state;
    for (size_t columns = 0; columns < 12; columns++) {
        size_t taken, bytes = width_cut(line, columns, &taken);
        char start[sizeof line] = "";

        memcpy(start, line, bytes);
        assert_true(taken <= columns);
        assert_int_equal(width_of(start), taken);
        assert_int_equal(width_of(line + bytes) + taken, width_of(line));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_character_has_its_width),
        cmocka_unit_test(a_cut_takes_whole_characters_with_their_marks),
        cmocka_unit_test(every_cut_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
