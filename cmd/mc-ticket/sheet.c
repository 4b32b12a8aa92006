#include "sheet.h"

#include <string.h>

#include "base/age.h"
#include "base/clean.h"
#include "base/clock.h"
#include "base/text.h"

void sheet_words(struct text *out, const char *s, size_t max) {
    if (s)
        clean_line(out, s, strlen(s), max);
}

void sheet_field(struct text *out, const char *name, const char *value) {
    if (!value || !*value)
        return;
    text_addf(out, "%-10s ", name);
    sheet_words(out, value, 0);
    text_addc(out, '\n');
}

/* A pager takes colours for each line's own. */
static void add_lines(struct text *out, const char *s, const char *indent, enum paint colour) {
    for (const char *line = s; *line;) {
        size_t n = strcspn(line, "\n");

        if (line > s && n)
            text_add(out, indent);
        text_add(out, n ? paint(colour) : "");
        text_addn(out, line, n);
        text_add(out, n && colour != PAINT_PLAIN ? paint_end() : "");
        text_addc(out, '\n');
        line += n + (line[n] == '\n');
    }
}

void sheet_whole(struct text *out, const char *name, const char *value, enum paint colour) {
    struct text clean = {0};

    if (!value || !*value)
        return;
    clean_text(&clean, value, strlen(value));
    text_addf(out, "%-10s ", name);
    add_lines(out, text_str(&clean), "           ", colour);
    text_release(&clean);
}

void sheet_block(struct text *out, const char *s, const char *indent) {
    struct text clean = {0};

    if (s)
        clean_text(&clean, s, strlen(s));
    if (clean.len && *text_str(&clean) != '\n')
        text_add(out, indent);
    add_lines(out, text_str(&clean), indent, PAINT_PLAIN);
    text_release(&clean);
}

void sheet_stamp(struct text *out, int64_t ms) {
    char stamp[CLOCK_STAMP] = "-";

    if (ms)
        clock_local(ms, stamp);
    text_add(out, stamp);
}

void sheet_age(struct text *out, int64_t now, int64_t ms) {
    char age[AGE_SIZE];

    age_words(now - ms, age);
    text_add(out, age);
}
