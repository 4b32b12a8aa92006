#include "rules/screen.h"

#include <regex.h>
#include <string.h>

#include "base/clean.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/fault_until.h"
#include "rules/key.h"
#include "rules/pattern.h"
#include "rules/profile.h"
#include "rules/region.h"
#include "rules/trace.h"
#include "rules/turn_fault.h"

enum {
    READY_LINES = 8,   /* the lowest that are not blank */
    DIALOG_LINES = 24, /* a question stands below what led to it */
    BOXLESS_LINES = 3, /* where an agent draws no box while it works */
    NEAR_LINES = 12,   /* above the box: what ended the last turn */
    STOP_LINES = 4     /* above the box: its own words, where its sign stands elsewhere */
};

/* A look at a screen and what was found on it. */
struct found {
    const struct profile *profile;
    const char *text, *end, *title;
    struct region region;
    bool boxed;
};

static struct found find(const struct profile *profile, const char *text, const char *title) {
    struct found found = {.profile = profile, .text = text, .end = text + strlen(text), .title = title ? title : ""};
    found.boxed = region_find(&found.region, profile, text);
    return found;
}

static bool is_blank(const char *s) {
    return s[strspn(s, " \t\r\n")] == '\0';
}

static bool title_matches(const char *pattern, const struct found *found) {
    return region_matches(pattern, found->title, found->title + strlen(found->title));
}

static bool asks(const struct found *found) {
    const char *pattern = found->profile->dialog;
    return !found->boxed &&
           (region_matches(pattern, region_lowest(found->text, found->end, DIALOG_LINES), found->end) ||
            title_matches(pattern, found));
}

/* What stands inside the box may be ours, and says nothing. */
static bool shows_busy(const struct found *found) {
    const char *pattern = found->profile->busy;
    const struct region *region = &found->region;
    if (!found->boxed)
        return region_matches(pattern, region_lowest(found->text, found->end, BOXLESS_LINES), found->end);
    return region_matches(pattern, region->above, region->inner) || region_matches(pattern, region->last, region->end);
}

static bool works(const struct found *found) {
    return title_matches(found->profile->busy_title, found) || shows_busy(found);
}

static bool empty(const struct found *found) {
    const char *low = region_lowest(found->text, found->end, READY_LINES);
    const char *from = found->region.box > low ? found->region.box : low;
    return region_matches(found->profile->ready, from, found->end);
}

/* A cursor that is clearly above the box is where something else takes the keys. */
static bool has_focus(const struct found *found, const struct screen *screen) {
    int line = 0;
    for (const char *at = found->text; at < found->region.box; at++)
        line += *at == '\n';
    return !screen->cursor_shown || screen->cursor_y < 0 || screen->cursor_y + 1 >= line;
}

/* What the agent has said last: near the box, and below the echo of the turn where that is shown. */
static const char *last_words(const struct found *found, const char *nonce) {
    const char *near = region_lowest(found->text, found->region.box, NEAR_LINES);
    char *words = xstrndup(near, (size_t)(found->region.box - near));
    const char *echo = nonce ? key_find_last(words, nonce) : NULL;
    if (echo)
        near += (echo - words) + (long)strcspn(echo, "\n");
    free(words);
    return near < found->region.box ? near : found->region.box;
}

enum screen_state screen_state(const struct profile *profile, const struct screen *screen, const char *nonce) {
    struct found found = find(profile, screen->text, screen->title);
    if (is_blank(screen->text))
        return SCREEN_OTHER;
    if (asks(&found))
        return SCREEN_DIALOG;
    if (works(&found))
        return SCREEN_BUSY;
    if (!found.boxed)
        return SCREEN_OTHER;
    if (region_matches(profile->limit, last_words(&found, nonce), found.end))
        return SCREEN_LIMIT;
    return empty(&found) && has_focus(&found, screen) ? SCREEN_READY : SCREEN_OTHER;
}

const char *screen_key(const struct profile *profile, const struct screen *screen) {
    struct found found = find(profile, screen->text, screen->title);
    if (title_matches(profile->busy_title, &found))
        return "busy_title";
    return shows_busy(&found) ? "busy" : "ready";
}

bool screen_rests(const struct profile *profile, const struct screen *screen) {
    struct found found = find(profile, screen->text, screen->title);
    return found.boxed && !works(&found) && empty(&found) && has_focus(&found, screen);
}

/* What these lines say that it was. */
static enum turn_fault tells(struct text *out, const char *from, const char *end) {
    char *lines = xstrndup(from, (size_t)(end - from));

    text_clear(out);
    screen_tail(out, lines, NEAR_LINES);
    free(lines);
    return turn_fault_from_text(text_str(out));
}

static bool tells_end(const struct text *words) {
    struct fault_until until = fault_until_read(text_str(words));

    return fault_until_told(&until);
}

/* The lowest line from which the pattern matches; `end`: there is none. */
static const char *lowest_line(const char *pattern, const char *top, const char *end) {
    for (const char *at = end; at > top;) {
        for (at--; at > top && at[-1] != '\n';)
            at--;
        if (region_matches(pattern, at, end))
            return at;
    }
    return end;
}

void screen_stopped(struct text *out, const struct profile *profile, const char *text, const char *nonce) {
    struct found found = find(profile, text, NULL);
    const char *end = found.boxed ? found.region.end : found.end;
    const char *box = found.boxed ? found.region.box : found.end;
    const char *top = region_lowest(text, box, NEAR_LINES), *trace = trace_end(text, box, nonce), *line;
    enum turn_fault fault;

    if (trace && trace > top)
        top = trace;
    line = lowest_line(profile->limit, top, end);
    fault = tells(out, line, line + strcspn(line, "\n"));
    if ((fault == FAULT_LIMIT || fault == FAULT_BILLING) && !tells_end(out)) {
        /* A long line is broken before it says until when. */
        if (tells(out, line, end) == FAULT_LIMIT && tells_end(out))
            return;
        fault = tells(out, line, line + strcspn(line, "\n"));
    }
    if (fault == FAULT_OTHER && tells(out, line, end) == FAULT_OTHER)
        tells(out, region_lowest(top, box, STOP_LINES), end);
}

bool screen_interrupted(const struct profile *profile, const struct screen *screen, const char *nonce) {
    struct found found = find(profile, screen->text, screen->title);
    return found.boxed && region_matches(profile->interrupted, last_words(&found, nonce), found.region.inner);
}

void screen_live(struct text *out, const struct profile *profile, const struct screen *screen) {
    struct found found = find(profile, screen->text, screen->title);
    if (found.boxed)
        region_print(out, &found.region);
    else
        region_print_steady(out, found.text, found.end);
}

enum seen screen_echo(const struct profile *profile, const char *text, const char *nonce) {
    struct found found = find(profile, text, NULL);
    if (!found.boxed)
        return key_marker_seen(text, nonce) ? SEEN_UNKNOWN : SEEN_NO;
    char *above = xstrndup(text, (size_t)(found.region.box - text));
    bool seen = key_marker_seen(above, nonce);
    free(above);
    if (seen)
        return SEEN_YES;
    return trace_end(text, found.region.box, nonce) ? SEEN_UNKNOWN : SEEN_NO;
}

char *screen_pattern_error(const char *pattern) {
    regex_t regex;
    if (pattern_is_heavy(pattern))
        return xstrdup(pattern_heavy_words);
    int code = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB | REG_NEWLINE);
    if (code == 0) {
        regfree(&regex);
        return NULL;
    }
    size_t size = regerror(code, &regex, NULL, 0);
    char *why = xmalloc(size);
    regerror(code, &regex, why, size);
    char *reason = xasprintf("is not an extended regular expression: %s", why);
    free(why);
    return reason;
}

/* The line that ends before `end`: its start, and whether there is anything on it. */
static size_t line_before(const char *screen, size_t end, bool *blank) {
    size_t start = end;

    while (start > 0 && screen[start - 1] != '\n')
        start--;
    *blank = start + strspn(screen + start, " \t\r") >= end;
    return start;
}

void screen_tail(struct text *out, const char *screen, int lines) {
    size_t end = strlen(screen), start;
    struct text tail = {0};
    bool blank, gap = false;

    /* From the last line up, with what was found so far behind it; a run of blank lines is one. */
    for (; lines > 0; end = start - 1) {
        start = line_before(screen, end, &blank);
        if (!blank) {
            struct text longer = {0};

            text_addn(&longer, screen + start, end - start);
            if (tail.len)
                text_addf(&longer, gap ? "\n\n%s" : "\n%s", text_str(&tail));
            text_release(&tail);
            tail = longer;
            lines--;
        }
        gap = blank;
        if (start == 0)
            break;
    }
    clean_text(out, text_str(&tail), tail.len);
    text_release(&tail);
}
