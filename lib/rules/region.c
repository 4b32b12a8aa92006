#include "rules/region.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "rules/profile.h"

enum {
    LOW_BYTES = 32 * 1024,
    LOW_ROWS = 1000, /* no screen is taller */
    LOW_LINES = 120, /* and no box */
    NEAR_LINES = 3,
    BELOW_MAX = 5 /* footers and hints of the agents measured */
};

static const char blanks[] = " \t\r";

/* The sides of a frame alone show nothing. */
static bool blank_line(const char *line, const char *end) {
    for (line += strspn(line, blanks); strncmp(line, "│", 3) == 0 || strncmp(line, "┃", 3) == 0;)
        line += 3 + strspn(line + 3, blanks);
    return line >= end || *line == '\n';
}

/* The line that ends just before `at` (or before the newline there). */
static const char *line_up(const char *start, const char *at) {
    if (at > start && at[-1] == '\n')
        at--;
    while (at > start && at[-1] != '\n')
        at--;
    return at;
}

static const char *line_down(const char *at, const char *end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline + 1 : end;
}

const char *region_lowest(const char *start, const char *end, int lines) {
    const char *bottom = end - start > LOW_BYTES ? end - LOW_BYTES : start;
    const char *at = end;

    for (int rows = 0; lines > 0 && rows < LOW_ROWS && at > bottom; rows++) {
        const char *line = line_up(bottom, at);

        if (!blank_line(line, at))
            lines--;
        at = line;
    }
    /* Half a line is none. */
    return at > start && at[-1] != '\n' ? line_down(at, end) : at;
}

bool region_matches(const char *pattern, const char *start, const char *end) {
    regex_t regex;
    if (!pattern || !*pattern || start >= end || regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB | REG_NEWLINE) != 0)
        return false;
    char *text = xstrndup(start, (size_t)(end - start));
    bool found = regexec(&regex, text, 0, NULL, 0) == 0;
    free(text);
    regfree(&regex);
    return found;
}

/* Of matches that end at the same place the first is whole; one that ends lower is the box. */
static bool lowest_match(const char *pattern, const char *at, const char **start, const char **end) {
    regex_t regex;
    regmatch_t match;
    *end = NULL;
    if (!pattern || !*pattern || regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE) != 0)
        return false;
    while (*at && regexec(&regex, at, 1, &match, 0) == 0) {
        const char *from = at + match.rm_so;
        const char *to = at + match.rm_eo;
        if (to > from && (!*end || to > *end)) {
            *start = from;
            *end = to;
        }
        at = from + strcspn(from, "\n");
        at += *at == '\n';
    }
    regfree(&regex);
    return *end != NULL;
}

static int shown_lines(const char *at, const char *end) {
    int lines = 0;
    for (; at < end; at = line_down(at, end))
        lines += !blank_line(at, end);
    return lines;
}

bool region_find(struct region *region, const struct profile *profile, const char *screen) {
    const char *bottom = screen + strlen(screen);
    const char *low = region_lowest(screen, bottom, LOW_LINES);
    const char *pattern = profile->box && *profile->box ? profile->box : profile->ready;
    const char *start, *end;

    *region = (struct region){0};
    if (!lowest_match(pattern, low, &start, &end))
        return false;
    while (end > start + 1 && end[-1] == '\n')
        end--;
    region->box = start > low && start[-1] != '\n' ? line_up(low, start) : start;
    region->last = end[-1] != '\n' ? line_up(low, end) : end - 1;
    region->inner = line_down(region->box, bottom);
    region->below = line_down(end, bottom);
    region->above = region->box;
    region->end = region->below;
    for (int i = 0; i < NEAR_LINES; i++) {
        region->above = line_up(low, region->above);
        region->end = line_down(region->end, bottom);
    }
    return shown_lines(region->below, bottom) <= BELOW_MAX && !region_matches(profile->dialog, region->below, bottom);
}

void region_print_steady(struct text *out, const char *start, const char *end) {
    static const char digits[] = "0123456789";

    while (start < end) {
        const char *kind = strchr(digits, *start) ? digits : strchr(" \t", *start) ? " \t" : NULL;
        char shown = kind == digits ? '0' : kind ? ' ' : *start;

        text_addc(out, shown);
        start++;
        while (kind && start < end && strchr(kind, *start))
            start++;
    }
}

void region_print(struct text *out, const struct region *region) {
    region_print_steady(out, region->above, region->box);
    text_addn(out, region->box, (size_t)(region->below - region->box));
    region_print_steady(out, region->below, region->end);
}
