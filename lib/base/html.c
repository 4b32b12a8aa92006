#include "base/html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/clean.h"
#include "base/text.h"

static const char replacement[] = "\xEF\xBF\xBD", cut[] = "\xE2\x80\xA6"; /* U+FFFD, "…" */

/* Not seen, or not where it stands: marks and turns of direction, separators of lines, the byte order mark, tags. The
 * joiners stay: scripts and emoji are written with them. */
static bool is_hidden(uint32_t point) {
    return (point >= 0x80 && point <= 0x9F) || point == 0xAD || point == 0x61C || point == 0x180E || point == 0x200B ||
           point == 0x200E || point == 0x200F || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF || (point >= 0xFFF9 && point <= 0xFFFB) ||
           (point >= 0xE0000 && point <= 0xE0FFF);
}

/* U+FFFE and its kin, which XML has no way to hold. */
static bool is_none(uint32_t point) {
    return (point & 0xFFFE) == 0xFFFE || (point >= 0xFDD0 && point <= 0xFDEF);
}

static const char *reference(uint32_t point) {
    switch (point) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case 0x7F:
        return "\xE2\x90\xA1"; /* U+2421 */
    }
    return NULL;
}

struct character {
    const char *bytes;
    size_t n;
    uint32_t point;
    bool valid;
};

static void add_character(struct text *out, const struct character *c) {
    const char *other = reference(c->point);

    if (!c->valid || is_none(c->point))
        text_add(out, replacement);
    else if (other)
        text_add(out, other);
    else if (c->point < 0x20 && c->point != '\n' && c->point != '\t') /* its picture, U+2400 and on */
        text_addn(out, (const char[]){'\xE2', '\x90', (char)(0x80 + c->point)}, 3);
    else if (is_hidden(c->point))
        text_addf(out, "[U+%04X]", (unsigned)c->point);
    else
        text_addn(out, c->bytes, c->n);
}

/* Most text is plain, and is taken in one piece. */
static size_t plain(const char *bytes, size_t n) {
    size_t i = 0;

    while (i < n && bytes[i] >= ' ' && bytes[i] < 0x7F && !reference((unsigned char)bytes[i]))
        i++;
    return i;
}

static size_t next(struct character *c, const char *bytes, size_t n) {
    c->bytes = bytes;
    c->n = clean_character(bytes, n, &c->valid, &c->point);
    return c->n;
}

void html_text(struct text *out, const char *bytes, size_t n) {
    size_t at = 0;

    while (at < n) {
        size_t same = plain(bytes + at, n - at);
        struct character c;

        text_addn(out, bytes + at, same);
        at += same;
        if (at == n)
            break;
        at += next(&c, bytes + at, n - at);
        if (c.point == '\r' && at < n && bytes[at] == '\n')
            continue;
        add_character(out, &c);
    }
}

void html_line(struct text *out, const char *s) {
    while (s && *s) {
        size_t n = strcspn(s, "\n\t");

        html_text(out, s, n);
        s += n;
        if (*s) {
            text_addc(out, ' ');
            s++;
        }
    }
}

static void add_cut(struct text *out, const char *line, size_t n, size_t width) {
    struct character c;
    size_t at = 0;

    for (size_t i = 0; at < n && i < width; i++)
        at += next(&c, line + at, n - at);
    html_text(out, line, at);
    if (at < n)
        text_add(out, cut);
}

/* Where the last `lines` of them begin. */
static size_t last_lines(const struct html_block *block, size_t n) {
    size_t at = n, left = block->lines;

    while (at > 0 && !(block->bytes[at - 1] == '\n' && --left == 0))
        at--;
    return at;
}

void html_block(struct text *out, const struct html_block *block) {
    size_t n = block->n, at;

    while (n && (block->bytes[n - 1] == '\n' || block->bytes[n - 1] == ' '))
        n--;
    at = last_lines(block, n);
    if (at)
        text_addf(out, "%s\n", cut);
    while (at < n) {
        const char *end = memchr(block->bytes + at, '\n', n - at);
        size_t length = end ? (size_t)(end - block->bytes) - at : n - at;

        add_cut(out, block->bytes + at, length, block->width);
        if (end)
            text_addc(out, '\n');
        at += length + 1;
    }
}

void html_add(struct text *out, const char *format, ...) {
    va_list args;

    va_start(args, format);
    while (*format) {
        size_t n = strcspn(format, "%");

        text_addn(out, format, n);
        format += n;
        if (!*format)
            break;
        format++;
        if (*format == 's')
            html_line(out, va_arg(args, const char *));
        else if (*format == 'd')
            text_addf(out, "%d", va_arg(args, int));
        else if (*format == 'z')
            text_addf(out, "%zu", va_arg(args, size_t));
        else if (*format == 'l')
            text_addf(out, "%lld", va_arg(args, long long));
        else
            text_addc(out, '%');
        format += *format == 'z' ? 2 : *format == 'l' ? 3 : 1;
    }
    va_end(args);
}
