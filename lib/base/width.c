#include "base/width.h"

#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "base/clean.h"

enum {
    ASCII_END = 0x80,
    JOINER = 0x200D,
    AS_EMOJI = 0xFE0F, /* a text character is drawn as a picture, two wide */
    TONE_FIRST = 0x1F3FB,
    TONE_LAST = 0x1F3FF,
    PICTURES_FIRST = 0x1F300, /* where new ones are added that an older table does not know */
    PICTURES_LAST = 0x1FAFF
};

/* Whatever locale cron or the user has, the text is UTF-8. */
static size_t width_in_table(uint32_t point) {
    static locale_t utf8;
    locale_t before;
    int width;

    if (!utf8)
        utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!utf8)
        return 1;
    before = uselocale(utf8);
    width = wcwidth((wchar_t)point);
    uselocale(before);
    if (width < 0)
        return point >= PICTURES_FIRST && point <= PICTURES_LAST ? 2 : 1;
    return (size_t)width;
}

static size_t width_alone(uint32_t point) {
    return point < ASCII_END ? 1 : width_in_table(point);
}

/* One character with the marks on it and what is joined to it: its bytes and its columns. */
static size_t cluster(const char *s, size_t n, size_t *columns) {
    uint32_t point;
    bool valid, joined = false;
    size_t at;

    *columns = 1;
    if ((unsigned char)*s < ASCII_END && (n == 1 || (unsigned char)s[1] < ASCII_END))
        return 1;
    at = clean_character(s, n, &valid, &point);
    *columns = width_alone(point);
    while (at < n && (unsigned char)s[at] >= ASCII_END) {
        size_t len = clean_character(s + at, n - at, &valid, &point);
        bool tone = *columns == 2 && point >= TONE_FIRST && point <= TONE_LAST;

        if (point == AS_EMOJI && *columns == 1)
            *columns = 2;
        else if (!joined && !tone && width_alone(point) > 0)
            break;
        joined = point == JOINER && *columns == 2;
        at += len;
    }
    return at;
}

size_t width_cut(const char *line, size_t columns, size_t *taken) {
    size_t at = 0, n = strlen(line), width;

    for (*taken = 0; at < n; *taken += width) {
        size_t len = cluster(line + at, n - at, &width);

        if (width > columns - *taken)
            break;
        at += len;
    }
    return at;
}

size_t width_of(const char *line) {
    size_t taken;

    width_cut(line, SIZE_MAX, &taken);
    return taken;
}
