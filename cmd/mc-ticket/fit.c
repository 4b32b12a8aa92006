#include "fit.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/text.h"

size_t fit_columns(void) {
    struct winsize size = {0};

    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

struct range {
    uint32_t first, last;
};

static bool in(uint32_t point, const struct range *ranges, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    return false;
}

/* Marks that stand on the character before them, and what Unicode's East Asian Width calls wide: their blocks. */
static size_t width_of(uint32_t point) {
    static const struct range marks[] = {{0x300, 0x36F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}};
    static const struct range wide[] = {{0x1100, 0x115F},   {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},
                                        {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                                        {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD}};

    if (in(point, marks, sizeof marks / sizeof *marks))
        return 0;
    return in(point, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

/* The bytes of a clean text that take at most `columns`, and how many these take. */
static size_t measure(const struct text *text, size_t columns, size_t *taken) {
    const char *s = text_str(text);
    size_t at = 0;

    *taken = 0;
    while (at < text->len) {
        uint32_t point;
        bool valid;
        size_t n = clean_character(s + at, text->len - at, &valid, &point);

        if (columns && *taken + width_of(point) > columns)
            break;
        *taken += width_of(point);
        at += n;
    }
    return at;
}

size_t fit_width(const char *line) {
    struct text clean = {0};
    size_t taken;

    clean_line(&clean, line, strlen(line), 0);
    measure(&clean, 0, &taken);
    text_release(&clean);
    return taken;
}

size_t fit_print(const char *line, size_t columns) {
    struct text clean = {0};
    size_t taken, n;

    clean_line(&clean, line, strlen(line), 0);
    n = measure(&clean, columns, &taken);
    if (n < clean.len)
        n = columns > 1 ? measure(&clean, columns - 1, &taken) : 0;
    fwrite(text_str(&clean), 1, n, stdout);
    if (n < clean.len) {
        fputs("…", stdout);
        taken++;
    }
    text_release(&clean);
    return taken;
}
