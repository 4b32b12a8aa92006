#ifndef MC_TICKET_TABLE_H
#define MC_TICKET_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "paint.h"

/* A table for people on standard output: a header, columns by display width, two blanks between them. On a terminal it
 * is as wide as that: columns that give are cut with "…", the widest first, and where that is not enough spare ones are
 * left out, the last first. Elsewhere nothing is cut. A column with nothing in it is not shown. Rows are printed in
 * lots, so that a long table takes no memory. */
enum table_room { TABLE_KEEPS, TABLE_GIVES, TABLE_SPARE };

struct table_column {
    const char *name;
    enum table_room room;
    bool right; /* numbers */
};

enum { TABLE_COLUMNS_MAX = 16 };

struct table {
    const struct table_column *columns;
    size_t count, terminal;
    struct table_row *rows;
    size_t used, cap;
    size_t widths[TABLE_COLUMNS_MAX]; /* 0: not shown */
    size_t next;                      /* the cell of the last row that is filled next */
    bool begun;                       /* the header is printed */
};

void table_begin(struct table *table, const struct table_column *columns, size_t count);

/* The next cell, from left to right; behind the last one a new row begins. What came from the board is made safe; NULL
 * is empty. */
void table_cell(struct table *table, enum paint paint, const char *s);
void table_cellf(struct table *table, enum paint paint, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* A line of its own below the row that was filled last, whole; NULL prints nothing. */
void table_note(struct table *table, const char *s);

/* Prints what is left, and releases. Where there was no row, it prints nothing. */
void table_end(struct table *table);

#endif
