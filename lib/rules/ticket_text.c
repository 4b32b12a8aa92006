#include "rules/ticket_text.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/argv.h"
#include "base/clean.h"
#include "base/err.h"
#include "base/text.h"

static const struct {
    const char *name;
    const char *several; /* lines: what to do with them */
    size_t max;
    bool comma; /* allowed */
} lines[] = {
    [TICKET_TITLE] = {"title", "give the first as it, and the rest as the body", 1000, true},
    [TICKET_LABEL] = {"label", "give one", 200, false},
    [TICKET_DEDUPE_KEY] = {"dedupe key", "give one", 200, true},
    [TICKET_REASON] = {"reason", "give one", 1000, true},
};
static_assert(sizeof lines / sizeof lines[0] == TICKET_LINE_COUNT, "a row for every line");
static const char several_lines[] = "has several lines";

struct range {
    uint32_t low, high;
};

/* Unicode's White_Space and the two separators; the control characters among them are told apart before. */
static const struct range blanks[] = {{0x09, 0x09},     {0x20, 0x20},     {0xA0, 0xA0},
                                      {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029},
                                      {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}};

/* Format characters that turn, hide or carry text which nobody sees. */
static const struct range hidden[] = {{0xAD, 0xAD},     {0x061C, 0x061C}, {0x180E, 0x180E},  {0x200B, 0x200B},
                                      {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064},  {0x2066, 0x206F},
                                      {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};

/* Part of what they stand beside (emoji, Persian, Hangul), and nothing alone. */
static const struct range joiners[] = {{0x034F, 0x034F}, {0x115F, 0x1160},  {0x17B4, 0x17B5}, {0x180B, 0x180D},
                                       {0x200C, 0x200D}, {0x2800, 0x2800},  {0x3164, 0x3164}, {0xFE00, 0xFE0F},
                                       {0xFFA0, 0xFFA0}, {0xE0100, 0xE01EF}};

#define IN(ranges, point) is_in(ranges, sizeof(ranges) / sizeof *(ranges), point)

static bool is_in(const struct range *ranges, size_t count, uint32_t point) {
    for (size_t i = 0; i < count; i++)
        if (point >= ranges[i].low && point <= ranges[i].high)
            return true;
    return false;
}

static bool is_break(uint32_t point) {
    return point == '\n' || point == '\r' || point == '\v' || point == '\f' || point == 0x85;
}

static bool is_control(uint32_t point) {
    return point != '\t' && (point < 0x20 || (point >= 0x7F && point <= 0x9F));
}

static bool is_seen(uint32_t point) {
    return !is_break(point) && !is_control(point) && !IN(blanks, point) && !IN(hidden, point) && !IN(joiners, point);
}

bool ticket_text_seen(const char *s) {
    size_t n = strlen(s);

    for (size_t at = 0; at < n;) {
        bool valid;
        uint32_t point;

        at += clean_character(s + at, n - at, &valid, &point);
        if (is_seen(point))
            return true;
    }
    return false;
}

/* What is wrong with it as one line; NULL: nothing. */
static const char *join(struct text *out, const char *s, size_t n) {
    bool blank = false, broken = false;

    for (size_t at = 0; at < n;) {
        bool valid;
        uint32_t point;
        size_t from = at;

        at += clean_character(s + at, n - at, &valid, &point);
        if (!valid)
            return "is no UTF-8 text";
        broken = broken || (is_break(point) && out->len > 0);
        blank = blank || is_break(point) || IN(blanks, point);
        if (is_break(point) || IN(blanks, point) || IN(hidden, point))
            continue;
        if (is_control(point))
            return "has control characters; leave them out";
        if (broken)
            return several_lines;
        if (blank && out->len > 0)
            text_addc(out, ' ');
        blank = false;
        text_addn(out, s + from, at - from);
    }
    return NULL;
}

bool ticket_line(struct text *out, enum ticket_line what, const char *s, struct err *err) {
    const char *name = lines[what].name;
    struct text line = {0};
    const char *fault = join(&line, s, strlen(s));
    bool ok = false;

    if (fault != NULL)
        err_set(err, MC_DATAERR, "the %s %s", name, fault);
    else if (!ticket_text_seen(text_str(&line)))
        err_set(err, MC_DATAERR, "the %s is empty: nothing in it can be seen; give one line of text", name);
    else if (line.len > lines[what].max)
        err_set(err, MC_DATAERR, "the %s has %zu bytes; give at most %zu", name, line.len, lines[what].max);
    else if (!lines[what].comma && strchr(text_str(&line), ',') != NULL)
        err_set(err, MC_DATAERR, "the %s \"%s\" has a comma, which stands between labels; give each by itself", name,
                text_str(&line));
    else
        ok = text_addn(out, text_str(&line), line.len);
    if (fault == several_lines)
        err_advise(err, "%s", lines[what].several);
    text_release(&line);
    return ok;
}

bool ticket_labels(struct text *out, const struct argv *labels, struct err *err) {
    struct argv once = {0};
    bool ok = true;

    for (size_t i = 0; ok && i < labels->count; i++) {
        struct text label = {0};

        ok = ticket_line(&label, TICKET_LABEL, labels->items[i], err);
        if (ok && !argv_has(&once, text_str(&label)))
            argv_add(&once, text_str(&label));
        text_release(&label);
    }
    for (size_t i = 0; ok && i < once.count; i++)
        text_addf(out, "%s%s", i > 0 ? "," : "", once.items[i]);
    argv_release(&once);
    return ok;
}

bool ticket_body(const char *bytes, size_t n, struct err *err) {
    size_t line = 1;

    if (n > TICKET_TEXT_MAX)
        return err_set(err, MC_DATAERR, "the text has more than %d bytes; put the rest into a file and name it",
                       TICKET_TEXT_MAX);
    for (size_t at = 0; at < n;) {
        bool valid;
        uint32_t point;

        line += bytes[at] == '\n';
        if (bytes[at] == '\0')
            return err_set(err, MC_DATAERR, "line %zu has a NUL byte, so it is no text", line);
        at += clean_character(bytes + at, n - at, &valid, &point);
        if (!valid)
            return err_set(err, MC_DATAERR,
                           "line %zu is no UTF-8 text, and nothing is guessed; convert it first, as with iconv -f "
                           "latin1 -t utf-8",
                           line);
    }
    return true;
}
