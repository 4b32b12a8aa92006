#include "rules/panelog_screen.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/fnv.h"
#include "base/mem.h"

enum { CELLS_MAX = 500 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

void panelog_screen_init(struct panelog_screen *screen, size_t width, size_t height) {
    *screen = (struct panelog_screen){.width = least(width ? width : 1, CELLS_MAX),
                                      .height = least(height ? height : 1, CELLS_MAX)};
    screen->bottom = screen->height - 1;
    screen->rows = xcalloc(screen->height, sizeof(struct panelog_row *));
    for (size_t i = 0; i < screen->height; i++) {
        screen->rows[i] = xcalloc(1, sizeof **screen->rows);
        screen->rows[i]->cells = xcalloc(screen->width, sizeof(struct panelog_cell));
    }
}

void panelog_screen_release(struct panelog_screen *screen) {
    for (size_t i = 0; screen->rows && i < screen->height; i++) {
        free(screen->rows[i]->cells);
        text_release(&screen->rows[i]->text);
        free(screen->rows[i]);
    }
    free(screen->rows);
    *screen = (struct panelog_screen){0};
}

/* Unicode's East Asian Width by its blocks, and marks that stand on the character before them. */
static size_t columns_of(uint32_t point) {
    static const struct {
        uint32_t first, last;
        size_t columns;
    } blocks[] = {{0x300, 0x36F, 0},     {0x483, 0x489, 0},     {0x591, 0x5BD, 0},     {0x610, 0x61A, 0},
                  {0x64B, 0x65F, 0},     {0x1100, 0x115F, 2},   {0x1AB0, 0x1AFF, 0},   {0x200B, 0x200F, 0},
                  {0x20D0, 0x20FF, 0},   {0x2E80, 0x303E, 2},   {0x3041, 0xA4CF, 2},   {0xAC00, 0xD7A3, 2},
                  {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},   {0xFE30, 0xFE6F, 2},   {0xFF00, 0xFF60, 2},
                  {0xFFE0, 0xFFE6, 2},   {0x1F300, 0x1F64F, 2}, {0x1F680, 0x1F6FF, 2}, {0x1F900, 0x1FAFF, 2},
                  {0x20000, 0x3FFFD, 2}, {0xE0100, 0xE01EF, 0}};

    for (size_t i = 0; point >= blocks[0].first && i < sizeof blocks / sizeof *blocks; i++)
        if (point >= blocks[i].first && point <= blocks[i].last)
            return blocks[i].columns;
    return 1;
}

static void set_cell(struct panelog_row *row, size_t x, uint32_t point) {
    for (; row->used < x; row->used++)
        row->cells[row->used] = (struct panelog_cell){.point = ' '};
    row->cells[x] = (struct panelog_cell){.point = point};
    row->used = row->used > x ? row->used : x + 1;
    row->changed = true;
}

static void put_mark(struct panelog_screen *screen, uint32_t point) {
    struct panelog_row *row = screen->rows[screen->y];
    size_t x = screen->wraps ? screen->x + 1 : screen->x;

    while (x > 0 && x <= row->used && row->cells[x - 1].point == PANELOG_CELL_TAIL)
        x--;
    if (x == 0 || x > row->used)
        return;
    row->cells[x - 1].mark = point;
    row->changed = true;
}

void panelog_screen_put(struct panelog_screen *screen, uint32_t point) {
    size_t columns = columns_of(point);
    struct panelog_row *row;

    if (clean_is_hidden(point))
        return;
    if (columns == 0) {
        put_mark(screen, point);
        return;
    }
    columns = least(columns, screen->width);
    if (screen->wraps || screen->x + columns > screen->width) {
        screen->rows[screen->y]->goes_on = true;
        screen->rows[screen->y]->changed = true;
        screen->x = 0;
        screen->wraps = false;
        panelog_screen_down(screen);
    }
    row = screen->rows[screen->y];
    set_cell(row, screen->x, point);
    if (columns == 2)
        set_cell(row, screen->x + 1, PANELOG_CELL_TAIL);
    if (screen->x + columns == screen->width) {
        row->goes_on = false; /* until something follows */
        screen->wraps = true;
        screen->x = screen->width - 1;
    } else {
        screen->x += columns;
    }
}

static void blank(struct panelog_row *row) {
    row->changed = row->changed || row->used;
    row->used = 0;
    row->goes_on = false;
}

void panelog_screen_clear(struct panelog_screen *screen, size_t from, size_t to) {
    for (size_t i = from; i < to && i < screen->height; i++)
        blank(screen->rows[i]);
}

void panelog_screen_scroll(struct panelog_screen *screen, size_t from, size_t rows) {
    rows = least(rows, screen->bottom + 1 - from);
    for (; rows > 0; rows--) {
        struct panelog_row *first = screen->rows[from];

        if (from == 0 && screen->off)
            screen->off(screen->context, first);
        memmove(screen->rows + from, screen->rows + from + 1, (screen->bottom - from) * sizeof(struct panelog_row *));
        screen->rows[screen->bottom] = first;
        blank(first);
    }
}

void panelog_screen_scroll_back(struct panelog_screen *screen, size_t from, size_t rows) {
    rows = least(rows, screen->bottom + 1 - from);
    for (; rows > 0; rows--) {
        struct panelog_row *last = screen->rows[screen->bottom];

        memmove(screen->rows + from + 1, screen->rows + from, (screen->bottom - from) * sizeof(struct panelog_row *));
        screen->rows[from] = last;
        blank(last);
    }
}

void panelog_screen_down(struct panelog_screen *screen) {
    if (screen->y == screen->bottom)
        panelog_screen_scroll(screen, screen->top, 1);
    else if (screen->y + 1 < screen->height)
        screen->y++;
    screen->wraps = false;
}

void panelog_screen_up(struct panelog_screen *screen) {
    if (screen->y == screen->top)
        panelog_screen_scroll_back(screen, screen->top, 1);
    else if (screen->y > 0)
        screen->y--;
    screen->wraps = false;
}

void panelog_screen_to(struct panelog_screen *screen, size_t x, size_t y) {
    screen->x = least(x, screen->width - 1);
    screen->y = least(y, screen->height - 1);
    screen->wraps = false;
}

void panelog_screen_erase(struct panelog_screen *screen, size_t row, size_t from, size_t to) {
    struct panelog_row *at = screen->rows[row];

    if (to >= at->used) {
        at->changed = at->changed || from < at->used;
        at->used = least(at->used, from);
        at->goes_on = false;
        return;
    }
    for (size_t x = from; x < to; x++)
        set_cell(at, x, ' ');
}

void panelog_screen_reset(struct panelog_screen *screen) {
    panelog_screen_clear(screen, 0, screen->height);
    screen->top = 0;
    screen->bottom = screen->height - 1;
    panelog_screen_to(screen, 0, 0);
}

void panelog_screen_insert(struct panelog_screen *screen, size_t columns) {
    struct panelog_row *row = screen->rows[screen->y];
    size_t x = screen->x, room = screen->width - x;

    if (x >= row->used)
        return;
    columns = least(columns, room);
    memmove(row->cells + x + columns, row->cells + x,
            least(row->used - x, room - columns) * sizeof(struct panelog_cell));
    row->used = least(row->used + columns, screen->width);
    for (size_t i = x; i < x + columns; i++)
        set_cell(row, i, ' ');
}

void panelog_screen_remove(struct panelog_screen *screen, size_t columns) {
    struct panelog_row *row = screen->rows[screen->y];
    size_t x = screen->x;

    if (x >= row->used)
        return;
    columns = least(columns, row->used - x);
    memmove(row->cells + x, row->cells + x + columns, (row->used - x - columns) * sizeof(struct panelog_cell));
    row->used -= columns;
    row->changed = true;
}

/* Returns how many bytes it takes. */
static size_t put_point(char bytes[4], uint32_t point) {
    size_t n = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};

    for (size_t i = n; i-- > 1; point >>= 6)
        bytes[i] = (char)(0x80 | (point & 0x3F));
    bytes[0] = (char)(lead[n == 1 ? 0 : n] | point);
    return n;
}

/* Never 0 where there is something. */
uint64_t panelog_hash(const char *text, size_t n) {
    return n ? fnv_add(FNV_BEGIN, text, n) | 1 : 0;
}

const char *panelog_row_text(struct panelog_row *row) {
    char bytes[CELLS_MAX * sizeof(struct panelog_cell)];
    size_t end = row->used, n = 0;

    if (!row->changed)
        return text_str(&row->text);
    text_clear(&row->text);
    while (end > 0 && row->cells[end - 1].point == ' ' && !row->cells[end - 1].mark && !row->goes_on)
        end--;
    for (size_t x = 0; x < end; x++) {
        if (row->cells[x].point != PANELOG_CELL_TAIL)
            n += put_point(bytes + n, row->cells[x].point);
        if (row->cells[x].mark)
            n += put_point(bytes + n, row->cells[x].mark);
    }
    text_addn(&row->text, bytes, n);
    row->hash = panelog_hash(text_str(&row->text), row->text.len);
    row->changed = false;
    return text_str(&row->text);
}

size_t panelog_screen_rows(struct panelog_screen *screen) {
    size_t rows = screen->height;

    while (rows > 0 && !*panelog_row_text(screen->rows[rows - 1]))
        rows--;
    return rows;
}
