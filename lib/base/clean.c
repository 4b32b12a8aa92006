#include "base/clean.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

/* SAID_END: of SAID_MAX bytes, those of its end. */
enum { SAID_MAX = 2000, SAID_END = 500 };

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* What the first byte of a sequence says: its length, its own bits, and the range of the second byte, which is what
 * shuts out overlong forms, surrogates and everything beyond U+10FFFF (Unicode 15, table 3-7). */
struct lead {
    size_t len;
    unsigned bits;
    unsigned char low, high;
};

static struct lead lead_of(unsigned char byte) {
    if (byte < 0x80)
        return (struct lead){1, byte, 0, 0};
    if (byte >= 0xC2 && byte <= 0xDF)
        return (struct lead){2, byte & 0x1FU, 0x80, 0xBF};
    if (byte >= 0xE0 && byte <= 0xEF)
        return (struct lead){3, byte & 0x0FU, byte == 0xE0 ? 0xA0 : 0x80, byte == 0xED ? 0x9F : 0xBF};
    if (byte >= 0xF0 && byte <= 0xF4)
        return (struct lead){4, byte & 0x07U, byte == 0xF0 ? 0x90 : 0x80, byte == 0xF4 ? 0x8F : 0xBF};
    return (struct lead){0};
}

size_t clean_character(const char *bytes, size_t n, bool *valid, uint32_t *point) {
    struct lead lead = lead_of((unsigned char)bytes[0]);
    uint32_t value = lead.bits;
    *valid = false;
    *point = 0xFFFD;
    if (lead.len == 0)
        return 1;
    for (size_t i = 1; i < lead.len; i++) {
        unsigned char low = i == 1 ? lead.low : 0x80;
        unsigned char high = i == 1 ? lead.high : 0xBF;
        if (i >= n || (unsigned char)bytes[i] < low || (unsigned char)bytes[i] > high)
            return i;
        value = value << 6 | ((unsigned char)bytes[i] & 0x3FU);
    }
    *valid = true;
    *point = value;
    return lead.len;
}

bool clean_is_utf8(const char *bytes, size_t n) {
    bool valid = true;
    uint32_t point;
    for (size_t at = 0; at < n && valid;)
        at += clean_character(bytes + at, n - at, &valid, &point);
    return valid;
}

static bool is_control(uint32_t point) {
    return point < 0x20 || (point >= 0x7F && point <= 0x9F);
}

void clean_text(struct text *out, const char *bytes, size_t n) {
    for (size_t at = 0; at < n;) {
        bool valid;
        uint32_t point;
        size_t len = clean_character(bytes + at, n - at, &valid, &point);
        if (!valid)
            text_add(out, replacement);
        else if (point == '\r')
            text_add(out, at + 1 < n && bytes[at + 1] == '\n' ? "" : "\n");
        else if (point == '\n' || point == '\t' || !is_control(point))
            text_addn(out, bytes + at, len);
        at += len;
    }
}

static size_t border_before(const struct text *text, size_t at) {
    while (at > 0 && ((unsigned char)text->data[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* Newlines, tabs and runs of blanks become one blank; none at either end. */
static void join_lines(struct text *line, const char *s, size_t n) {
    bool blank = false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == ' ' || s[i] == '\n' || s[i] == '\t') {
            blank = true;
            continue;
        }
        if (blank && line->len > 0)
            text_addc(line, ' ');
        blank = false;
        text_addc(line, s[i]);
    }
}

void clean_line(struct text *out, const char *bytes, size_t n, size_t max) {
    static const char ellipsis[] = "\xE2\x80\xA6";
    size_t mark = sizeof ellipsis - 1;
    struct text cleaned = {0};
    struct text line = {0};
    clean_text(&cleaned, bytes, n);
    join_lines(&line, text_str(&cleaned), cleaned.len);
    if (max == 0 || line.len <= max) {
        text_addn(out, text_str(&line), line.len);
    } else {
        text_addn(out, line.data, border_before(&line, max > mark ? max - mark : 0));
        if (max >= mark)
            text_add(out, ellipsis);
    }
    out->over = out->over || cleaned.over || line.over;
    text_release(&cleaned);
    text_release(&line);
}

bool clean_is_hidden(uint32_t point) {
    return is_control(point) || point == 0x200E || point == 0x200F || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

void clean_shown(struct text *out, const char *clean, size_t n) {
    for (size_t at = 0; at < n;) {
        bool valid;
        uint32_t point;
        size_t len = clean_character(clean + at, n - at, &valid, &point);

        if (point == '\n' || point == '\t' || !clean_is_hidden(point))
            text_addn(out, clean + at, len);
        at += len;
    }
}

void clean_escape(struct text *out, const char *bytes, size_t n) {
    for (size_t at = 0; at < n;) {
        bool valid;
        uint32_t point;
        size_t len = clean_character(bytes + at, n - at, &valid, &point);
        if (valid && point == '\n')
            text_add(out, "\\n");
        else if (valid && point == '\t')
            text_add(out, "\\t");
        else if (valid && point == '\\')
            text_add(out, "\\\\");
        else if (valid && !clean_is_hidden(point))
            text_addn(out, bytes + at, len);
        else
            for (size_t i = 0; i < len; i++)
                text_addf(out, "\\x%02X", (unsigned)(unsigned char)bytes[at + i]);
        at += len;
    }
}

void clean_said(struct text *out, const char *s) {
    size_t n = strlen(s), rest = n > SAID_MAX ? n - SAID_END : n;

    clean_escape(out, s, n > SAID_MAX ? SAID_MAX - SAID_END : n);
    if (rest == n)
        return;
    while (((unsigned char)s[rest] & 0xC0) == 0x80)
        rest++;
    text_add(out, " … ");
    clean_escape(out, s + rest, n - rest);
}
