#include "table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/width.h"
#include "fit.h"

/* LEAST: what a column that gives keeps as long as there are spare ones, and STUMP after that. WIDE: where nothing is
 * cut, a longer cell does not widen its column, but moves what stands behind it in its row. */
enum { LOT = 500, GAP = 2, LEAST = 12, STUMP = 4, WIDE = 64, NOTE_INDENT = 4 };

struct table_cell {
    char *s;
    size_t width;
    enum paint paint;
};

struct table_row {
    struct table_cell cells[TABLE_COLUMNS_MAX];
    char *notes; /* lines; NULL: none */
};

void table_begin(struct table *table, const struct table_column *columns, size_t count) {
    *table = (struct table){.columns = columns, .count = count, .next = count, .terminal = fit_columns()};
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static size_t name_width(const struct table *table, size_t column) {
    return width_of(table->columns[column].name);
}

/* As wide as their widest cell; those of an earlier lot do not get narrower. */
static void widths_wanted(struct table *table) {
    for (size_t c = 0; c < table->count; c++) {
        size_t widest = table->widths[c];

        for (size_t r = 0; r < table->used; r++) {
            size_t width = table->rows[r].cells[c].width;

            widest = larger(widest, !table->terminal && width > WIDE ? WIDE : width);
        }
        table->widths[c] = widest ? larger(widest, name_width(table, c)) : 0;
    }
}

static size_t total(const struct table *table) {
    size_t sum = 0;

    for (size_t c = 0; c < table->count; c++)
        sum += table->widths[c] ? table->widths[c] + (sum ? GAP : 0) : 0;
    return sum;
}

/* The widest that can still give; count: none. */
static size_t widest_giving(const struct table *table, size_t least) {
    size_t found = table->count;

    for (size_t c = 0; c < table->count; c++)
        if (table->columns[c].room == TABLE_GIVES && table->widths[c] > least &&
            (found == table->count || table->widths[c] > table->widths[found]))
            found = c;
    return found;
}

static void give(struct table *table, size_t least) {
    size_t c;

    while (total(table) > table->terminal && (c = widest_giving(table, least)) < table->count)
        table->widths[c]--;
}

static size_t last_spare(const struct table *table) {
    for (size_t c = table->count; c > 0; c--)
        if (table->columns[c - 1].room == TABLE_SPARE && table->widths[c - 1])
            return c - 1;
    return table->count;
}

static void widths_fit(struct table *table) {
    size_t c;

    give(table, LEAST);
    while (total(table) > table->terminal && (c = last_spare(table)) < table->count)
        table->widths[c] = 0;
    give(table, STUMP);
}

static void blanks(size_t n) {
    static const char some[] = "                                ";

    for (; n >= sizeof some - 1; n -= sizeof some - 1)
        fputs(some, stdout);
    fwrite(some, 1, n, stdout);
}

static void print_cell(const struct table *table, size_t column, const struct table_cell *cell, bool last) {
    size_t room = table->widths[column], width = cell->width, n = strlen(cell->s);
    bool cut = table->terminal && width > room;

    if (cut)
        n = width_cut(cell->s, room - 1, &width);
    for (; cut && n && cell->s[n - 1] == ' '; n--)
        width--;
    width += cut;
    if (table->columns[column].right && width < room)
        blanks(room - width);
    if (width) {
        fputs(paint(cell->paint), stdout);
        fwrite(cell->s, 1, n, stdout);
        fputs(cut ? "…" : "", stdout);
        fputs(cell->paint == PAINT_PLAIN ? "" : paint_end(), stdout);
    }
    if (!last && !table->columns[column].right && width < room)
        blanks(room - width);
}

/* Up to the last that has something in it. */
static size_t count_filled(const struct table *table, const struct table_cell *cells) {
    size_t n = table->count;

    while (n && !(table->widths[n - 1] && cells[n - 1].width))
        n--;
    return n;
}

static void print_cells(const struct table *table, const struct table_cell *cells) {
    size_t n = count_filled(table, cells);
    bool first = true;

    for (size_t c = 0; c < n; c++) {
        if (!table->widths[c])
            continue;
        blanks(first ? 0 : GAP);
        print_cell(table, c, &cells[c], c + 1 == n);
        first = false;
    }
    putchar('\n');
}

static void print_header(const struct table *table) {
    struct table_cell cells[TABLE_COLUMNS_MAX] = {0};

    for (size_t c = 0; c < table->count; c++) {
        cells[c] = (struct table_cell){xstrdup(table->columns[c].name), name_width(table, c), PAINT_DIM};
    }
    print_cells(table, cells);
    for (size_t c = 0; c < table->count; c++)
        free(cells[c].s);
}

static void print_lot(struct table *table) {
    if (!table->used)
        return;
    widths_wanted(table);
    if (table->terminal)
        widths_fit(table);
    if (!table->begun)
        print_header(table);
    table->begun = true;
    for (size_t r = 0; r < table->used; r++) {
        struct table_row *row = &table->rows[r];

        print_cells(table, row->cells);
        fputs(row->notes ? row->notes : "", stdout);
        for (size_t c = 0; c < table->count; c++)
            free(row->cells[c].s);
        free(row->notes);
    }
    table->used = 0;
}

static struct table_row *row_begin(struct table *table) {
    if (table->used == LOT)
        print_lot(table);
    table->rows = xgrow(table->rows, table->used, &table->cap, sizeof *table->rows);
    table->rows[table->used] = (struct table_row){0};
    for (size_t c = 0; c < table->count; c++)
        table->rows[table->used].cells[c].s = xstrdup("");
    table->next = 0;
    return &table->rows[table->used++];
}

void table_cell(struct table *table, enum paint paint, const char *s) {
    struct table_row *row = table->next < table->count ? &table->rows[table->used - 1] : row_begin(table);
    struct table_cell *cell = &row->cells[table->next++];

    if (!s)
        return;
    free(cell->s);
    cell->s = fit_line(s);
    cell->width = width_of(cell->s);
    cell->paint = paint;
}

void table_cellf(struct table *table, enum paint paint, const char *format, ...) {
    va_list args;
    char *s;

    va_start(args, format);
    s = xvasprintf(format, args);
    va_end(args);
    table_cell(table, paint, s);
    free(s);
}

void table_note(struct table *table, const char *s) {
    struct table_row *row = &table->rows[table->used - 1];
    char *line, *notes;

    if (!s)
        return;
    line = fit_line(s);
    notes = xasprintf("%s%*s%s\n", row->notes ? row->notes : "", NOTE_INDENT, "", line);
    free(line);
    free(row->notes);
    row->notes = notes;
}

void table_end(struct table *table) {
    print_lot(table);
    free(table->rows);
    *table = (struct table){0};
}
