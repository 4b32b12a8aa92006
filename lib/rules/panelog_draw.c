#include "rules/panelog_draw.h"

#include <string.h>

#include "rules/panelog_parse.h"
#include "rules/panelog_screen.h"

enum { TAB = 8 };

/* A parameter; 0 and one that is not given mean 1. */
static size_t number(const struct panelog_token *token, size_t which) {
    return which < token->count && token->numbers[which] > 0 ? (size_t)token->numbers[which] : 1;
}

static size_t less(size_t a, size_t b) {
    return a > b ? a - b : 0;
}

static void control(struct panelog_screen *screen, unsigned byte) {
    switch (byte) {
    case '\b':
        panelog_screen_to(screen, less(screen->x, 1), screen->y);
        return;
    case '\t':
        panelog_screen_to(screen, screen->x / TAB * TAB + TAB, screen->y);
        return;
    case '\r':
        panelog_screen_to(screen, 0, screen->y);
        return;
    default:
        panelog_screen_down(screen);
    }
}

static void restore(struct panelog_screen *screen) {
    panelog_screen_to(screen, screen->saved_x, screen->saved_y);
}

static void save(struct panelog_screen *screen) {
    screen->saved_x = screen->x;
    screen->saved_y = screen->y;
}

static void escape(struct panelog_screen *screen, char final) {
    switch (final) {
    case '7':
        save(screen);
        return;
    case '8':
        restore(screen);
        return;
    case 'E':
        screen->x = 0;
        panelog_screen_down(screen);
        return;
    case 'D':
        panelog_screen_down(screen);
        return;
    case 'M':
        panelog_screen_up(screen);
        return;
    case 'c':
        panelog_screen_reset(screen);
        return;
    default:
        return;
    }
}

static void erase_screen(struct panelog_screen *screen, int what) {
    if (what == 0) {
        panelog_screen_erase(screen, screen->y, screen->x, screen->width);
        panelog_screen_clear(screen, screen->y + 1, screen->height);
    } else if (what == 1) {
        panelog_screen_clear(screen, 0, screen->y);
        panelog_screen_erase(screen, screen->y, 0, screen->x + 1);
    } else if (what == 2) {
        panelog_screen_clear(screen, 0, screen->height);
    }
}

static void erase_line(struct panelog_screen *screen, int what) {
    panelog_screen_erase(screen, screen->y, what == 0 ? screen->x : 0, what == 1 ? screen->x + 1 : screen->width);
}

static void set_region(struct panelog_screen *screen, const struct panelog_token *token) {
    size_t top = number(token, 0) - 1;
    size_t bottom = token->count > 1 && token->numbers[1] > 0 ? (size_t)token->numbers[1] - 1 : screen->height - 1;

    if (bottom >= screen->height)
        bottom = screen->height - 1;
    if (top >= bottom)
        return;
    screen->top = top;
    screen->bottom = bottom;
    panelog_screen_to(screen, 0, 0);
}

static void repeat(struct panelog_screen *screen, size_t times, unsigned last) {
    for (; last && times > 0; times--)
        panelog_screen_put(screen, last);
}

/* Where the cursor goes. False: nowhere by this. */
static bool move(struct panelog_screen *screen, const struct panelog_token *token) {
    size_t n = number(token, 0), x = screen->x, y = screen->y;

    switch (token->final) {
    case 'A':
        y = less(y, n);
        break;
    case 'B':
    case 'e':
        y += n;
        break;
    case 'C':
    case 'a':
        x += n;
        break;
    case 'D':
        x = less(x, n);
        break;
    case 'E':
        x = 0;
        y += n;
        break;
    case 'F':
        x = 0;
        y = less(y, n);
        break;
    case 'G':
    case '`':
        x = n - 1;
        break;
    case 'd':
        y = n - 1;
        break;
    case 'H':
    case 'f':
        y = n - 1;
        x = number(token, 1) - 1;
        break;
    default:
        return false;
    }
    panelog_screen_to(screen, x, y);
    return true;
}

static bool in_region(const struct panelog_screen *screen) {
    return screen->y >= screen->top && screen->y <= screen->bottom;
}

static void change(struct panelog_screen *screen, const struct panelog_token *token) {
    size_t n = number(token, 0);

    switch (token->final) {
    case 'J':
        erase_screen(screen, token->numbers[0]);
        return;
    case 'K':
        erase_line(screen, token->numbers[0]);
        return;
    case 'L':
        if (in_region(screen))
            panelog_screen_scroll_back(screen, screen->y, n);
        return;
    case 'M':
        if (in_region(screen))
            panelog_screen_scroll(screen, screen->y, n);
        return;
    case 'S':
        panelog_screen_scroll(screen, screen->top, n);
        return;
    case 'T':
        panelog_screen_scroll_back(screen, screen->top, n);
        return;
    case '@':
        panelog_screen_insert(screen, n);
        return;
    case 'P':
        panelog_screen_remove(screen, n);
        return;
    case 'X':
        panelog_screen_erase(screen, screen->y, screen->x,
                             screen->x + n < screen->width ? screen->x + n : screen->width);
        return;
    case 'r':
        set_region(screen, token);
        return;
    case 's':
        save(screen);
        return;
    case 'u':
        restore(screen);
        return;
    default:
        return;
    }
}

void panelog_draw(struct panelog_screen *screen, const struct panelog_token *token, unsigned *last) {
    switch (token->word) {
    case PANELOG_POINT:
        *last = token->point;
        panelog_screen_put(screen, token->point);
        return;
    case PANELOG_CONTROL:
        control(screen, token->point);
        return;
    case PANELOG_ESCAPE:
        escape(screen, token->final);
        return;
    case PANELOG_CSI:
        if (token->private && !(token->private == '?' && strchr("JK", token->final)))
            return;
        if (token->final == 'b')
            repeat(screen, number(token, 0) < screen->width ? number(token, 0) : screen->width, *last);
        else if (!move(screen, token))
            change(screen, token);
        return;
    }
}

bool panelog_clears(const struct panelog_screen *screen, const struct panelog_token *token) {
    if (token->word == PANELOG_ESCAPE)
        return token->final == 'c';
    if (token->word != PANELOG_CSI || token->final != 'J')
        return false;
    return token->numbers[0] >= 2 || (token->numbers[0] == 0 && screen->x == 0 && screen->y == 0);
}

bool panelog_scrolls(const struct panelog_screen *screen, const struct panelog_token *token) {
    switch (token->word) {
    case PANELOG_POINT:
        return screen->wraps && screen->y == screen->bottom;
    case PANELOG_CONTROL:
        return screen->y == screen->bottom && token->point != '\r' && token->point != '\b' && token->point != '\t';
    case PANELOG_ESCAPE:
        return strchr("DEM", token->final) != NULL;
    case PANELOG_CSI:
        return strchr("LMST", token->final) != NULL;
    }
    return false;
}
