/* Tables for people, as a terminal and as a pipe get them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "table.h"

static const struct table_column columns[] = {
    {"KEY", TABLE_KEEPS, false}, {"N", TABLE_SPARE, true}, {"TITLE", TABLE_GIVES, false}, {"NEWS", TABLE_GIVES, false}};

/* What `fill` prints on a terminal of so many columns; 0: on none. */
static char *printed(size_t terminal, void (*fill)(struct table *table)) {
    FILE *file = tmpfile();
    int out = dup(STDOUT_FILENO);
    struct table table;
    char *s = xcalloc(1, 1 << 20);

    fflush(stdout);
    assert_int_equal(dup2(fileno(file), STDOUT_FILENO), STDOUT_FILENO);
    table_begin(&table, columns, 4);
    table.terminal = terminal;
    fill(&table);
    table_end(&table);
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    close(out);
    rewind(file);
    assert_true(fread(s, 1, (1 << 20) - 1, file) < 1 << 20);
    fclose(file);
    return s;
}

static void prints(size_t terminal, void (*fill)(struct table *table), const char *expected) {
    char *s = printed(terminal, fill);

    assert_string_equal(s, expected);
    free(s);
}

static void row(struct table *table, const char *key, const char *title, const char *news) {
    table_cell(table, PAINT_PLAIN, key);
    table_cellf(table, PAINT_PLAIN, "%zu", strlen(key));
    table_cell(table, PAINT_PLAIN, title);
    table_cell(table, PAINT_PLAIN, news);
}

static void two(struct table *table) {
    row(table, "MC-1", "one of some length and more", "says this and that, and goes on");
    row(table, "MC-10000000", "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E wide", NULL);
}

static void quiet(struct table *table) {
    row(table, "MC-1", "one", NULL);
    table_note(table, "whole,\nin a line");
    table_note(table, NULL);
    row(table, "MC-2", NULL, NULL);
}

static void hostile(struct table *table) {
    row(table, "MC-1", "\033[2Jgo\xE2\x80\xAEne\nsecond",
        "\x9b"
        "31m");
}

static void none(struct table *table) {
    (void)table;
}

static void a_pipe_gets_everything(void **state) {
    (void)state;
    prints(0, two,
           "KEY           N  TITLE                        NEWS\n"
           "MC-1          4  one of some length and more  says this and that, and goes on\n"
           "MC-10000000  11  \xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E wide\n");
}

static void a_terminal_gets_lines_that_fit(void **state) {
    (void)state;
    prints(60, two,
           "KEY           N  TITLE                 NEWS\n"
           "MC-1          4  one of some length\xE2\x80\xA6   says this and that,\xE2\x80\xA6\n"
           "MC-10000000  11  \xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E wide\n");
}

static void a_narrow_one_leaves_out_what_is_spare(void **state) {
    (void)state;
    prints(36, two,
           "KEY          TITLE       NEWS\n"
           "MC-1         one of so\xE2\x80\xA6  says this\xE2\x80\xA6\n"
           "MC-10000000  \xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E wi\xE2\x80\xA6\n");
}

static void an_empty_column_is_not_shown_and_a_note_is_whole(void **state) {
    (void)state;
    prints(0, quiet, "KEY   N  TITLE\nMC-1  4  one\n    whole, in a line\nMC-2  4\n");
    prints(20, quiet, "KEY   N  TITLE\nMC-1  4  one\n    whole, in a line\nMC-2  4\n");
}

static void what_comes_from_the_board_is_text(void **state) {
    (void)state;
    prints(0, hostile,
           "KEY   N  TITLE           NEWS\nMC-1  4  [2Jgone second  \xEF\xBF\xBD"
           "31m\n");
}

static void no_row_prints_nothing(void **state) {
    (void)state;
    prints(0, none, "");
}

static void long_cell(struct table *table) {
    char *s = xcalloc(1, 201);

    memset(s, 'x', 200);
    row(table, "MC-1", s, "behind");
    row(table, "MC-2", "short", "behind");
    free(s);
}

/* One long title does not push everything else out of sight. */
static void a_very_long_cell_moves_its_own_row_alone(void **state) {
    char *s = printed(0, long_cell), *second = strstr(s, "MC-2");

    (void)state;
    assert_non_null(strstr(s, "xx  behind\n"));
    assert_int_equal(strstr(second, "behind") - second, 4 + 2 + 1 + 2 + 64 + 2);
    free(s);
}

static void many(struct table *table) {
    for (int i = 0; i < 1200; i++) {
        char key[16];

        snprintf(key, sizeof key, "MC-%d", i);
        row(table, key, i < 600 ? "early" : "a later one is longer", NULL);
    }
}

/* Printed in lots: all of them, once, one header. */
static void a_long_table_is_whole(void **state) {
    char *s = printed(0, many);
    size_t lines = 0;

    (void)state;
    for (const char *at = s; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, 1201);
    assert_null(strstr(s + 1, "KEY"));
    assert_non_null(strstr(s, "MC-499 "));
    assert_non_null(strstr(s, "MC-1199  7  a later one is longer\n"));
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pipe_gets_everything),
        cmocka_unit_test(a_terminal_gets_lines_that_fit),
        cmocka_unit_test(a_narrow_one_leaves_out_what_is_spare),
        cmocka_unit_test(an_empty_column_is_not_shown_and_a_note_is_whole),
        cmocka_unit_test(what_comes_from_the_board_is_text),
        cmocka_unit_test(no_row_prints_nothing),
        cmocka_unit_test(a_very_long_cell_moves_its_own_row_alone),
        cmocka_unit_test(a_long_table_is_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
