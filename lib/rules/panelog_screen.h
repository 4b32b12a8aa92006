#ifndef MC_PANELOG_SCREEN_H
#define MC_PANELOG_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* The screen of a terminal, as far as its text goes: no colours, no titles. What it is told to do beyond its borders
 * stops at them. */
#define PANELOG_CELL_TAIL UINT32_MAX /* behind a character that is two columns wide */
struct panelog_cell {
    uint32_t point, mark; /* mark 0: nothing stands on it */
};
struct panelog_row {
    struct panelog_cell *cells;
    size_t used;      /* what is behind is blank */
    bool goes_on;     /* its line goes on in the next row: it was too long */
    bool changed;     /* since its text was made */
    struct text text; /* without blanks at its end */
    uint64_t hash;    /* of the text; 0: it is empty */
    uint64_t before;  /* what it was when somebody last asked (panelog_told.h) */
};
struct panelog_screen {
    size_t width, height;
    struct panelog_row **rows;
    size_t x, y;
    bool wraps;         /* the last column is full: the next character goes to the next row first */
    size_t top, bottom; /* of the part that scrolls */
    size_t saved_x, saved_y;
    void (*off)(void *context, struct panelog_row *row); /* the first row is about to scroll away; NULL: it is lost */
    void *context;
};

void panelog_screen_init(struct panelog_screen *screen, size_t width, size_t height);
void panelog_screen_release(struct panelog_screen *screen);

void panelog_screen_put(struct panelog_screen *screen, uint32_t point);
void panelog_screen_down(struct panelog_screen *screen); /* scrolls at the bottom */
void panelog_screen_up(struct panelog_screen *screen);   /* scrolls back at the top */
void panelog_screen_to(struct panelog_screen *screen, size_t x, size_t y);
void panelog_screen_scroll(struct panelog_screen *screen, size_t from, size_t rows); /* up, from a row on */
void panelog_screen_scroll_back(struct panelog_screen *screen, size_t from, size_t rows);
void panelog_screen_erase(struct panelog_screen *screen, size_t row, size_t from, size_t to);
void panelog_screen_clear(struct panelog_screen *screen, size_t from, size_t to); /* whole rows */
void panelog_screen_reset(struct panelog_screen *screen); /* empty, all of it scrolls, the cursor at its begin */
void panelog_screen_insert(struct panelog_screen *screen, size_t columns);
void panelog_screen_remove(struct panelog_screen *screen, size_t columns);

/* Its text and hash as they are now. */
const char *panelog_row_text(struct panelog_row *row);
uint64_t panelog_hash(const char *text, size_t n);

/* How many rows there are down to the last with something in it. */
size_t panelog_screen_rows(struct panelog_screen *screen);

#endif
