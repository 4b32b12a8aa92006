#include "rules/screen.h"

#include <regex.h>
#include <string.h>

#include "base/clean.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/key.h"
#include "rules/profile.h"

/* How the agents show a long paste in their input: "[Pasted text #1 +20 lines]", "[Pasted Content 1234 chars]",
 * "[Pasted Text: 20 lines]", "[Pasted ~20 lines]", "[paste #1 +20 lines]". */
static const char paste_label[] = "\\[[Pp]asted? ([A-Za-z]+:? )?[#~]?[0-9][^]]*\\]";

/* Of the marker's words; an input line that scrolls sideways may show no more of a paste. */
static const char marker_end[] = "this marker in your reply";

static const char blanks[] = " \t\r\n";

/* At most so many lines that show something stand below a paste in the input of the agents measured. */
enum { FOOTER_LINES = 5 };

static bool matches(const char *pattern, const char *s) {
    regex_t regex;
    if (!pattern || !*pattern || !s || regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB | REG_NEWLINE) != 0)
        return false;
    bool found = regexec(&regex, s, 0, NULL, 0) == 0;
    regfree(&regex);
    return found;
}

static bool is_blank(const char *s) {
    return s[strspn(s, blanks)] == '\0';
}

enum screen_state screen_state(const struct profile *profile, const char *screen, const char *title) {
    if (is_blank(screen))
        return SCREEN_OTHER;
    if (matches(profile->dialog, screen) || matches(profile->dialog, title))
        return SCREEN_DIALOG;
    if (matches(profile->busy, screen) || matches(profile->busy_title, title))
        return SCREEN_BUSY;
    return matches(profile->ready, screen) ? SCREEN_READY : SCREEN_OTHER;
}

char *screen_pattern_error(const char *pattern) {
    regex_t regex;
    int code = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB | REG_NEWLINE);
    if (code == 0) {
        regfree(&regex);
        return NULL;
    }
    size_t size = regerror(code, &regex, NULL, 0);
    char *reason = xmalloc(size);
    regerror(code, &regex, reason, size);
    return reason;
}

/* Just behind the last paste label; NULL: none. */
static const char *label_end(const char *screen) {
    regex_t regex;
    regmatch_t match;
    const char *end = NULL;
    if (regcomp(&regex, paste_label, REG_EXTENDED | REG_NEWLINE) != 0)
        return NULL;
    while (regexec(&regex, screen, 1, &match, 0) == 0)
        end = screen += match.rm_eo;
    regfree(&regex);
    return end;
}

static const char *later(const char *a, const char *b) {
    return !a || (b && b > a) ? b : a;
}

/* Just behind the last trace of a paste, in the input or in the transcript; NULL: none. */
static const char *paste_end(const char *screen, const char *nonce) {
    const char *end = later(key_find_last(screen, nonce), key_find_last(screen, marker_end));
    return later(end, label_end(screen));
}

/* Lines that show something below the line of `at`: what stands under the input while a paste is in it (footers,
 * hints), and at least the emptied input more once the paste has become part of the transcript. */
static int lines_below(const char *at) {
    int lines = 0;
    for (at += strcspn(at, "\n"); *at; at += strcspn(at, "\n")) {
        at++;
        size_t length = strcspn(at, "\n");
        if (strspn(at, " \t\r") < length)
            lines++;
    }
    return lines;
}

bool screen_has_paste(const char *before, const char *after, const char *nonce) {
    if (strcmp(before, after) == 0)
        return false;
    if (key_marker_seen(after, nonce))
        return true;
    const char *now = paste_end(after, nonce);
    const char *then = paste_end(before, nonce);
    if (!now || !then)
        return now != NULL;
    /* A trace of an older turn stands above at least its reply and the input; one line less is a hint that went. */
    return lines_below(now) + 2 <= lines_below(then);
}

enum seen screen_in_input(const struct profile *profile, const char *screen, const char *title, const char *nonce) {
    const char *end = paste_end(screen, nonce);
    if (is_blank(screen))
        return SEEN_UNKNOWN;
    if (!end || screen_state(profile, screen, title) == SCREEN_BUSY || matches(profile->ready, end))
        return SEEN_NO;
    return lines_below(end) <= FOOTER_LINES ? SEEN_YES : SEEN_UNKNOWN;
}

bool screen_submitted(const struct profile *profile, const struct screen_paste *paste) {
    if (matches(profile->busy_title, paste->title))
        return true;
    if (is_blank(paste->after) || strcmp(paste->before, paste->after) == 0)
        return false;
    /* What the pasted text itself makes match proves nothing: only what Enter brought counts. */
    enum screen_state then = screen_state(profile, paste->before, NULL);
    enum screen_state now = screen_state(profile, paste->after, NULL);
    if (now == SCREEN_BUSY && then != SCREEN_BUSY)
        return true;
    bool emptied = now == SCREEN_READY && then != SCREEN_READY;
    const char *old = paste_end(paste->before, paste->nonce);
    const char *left = paste_end(paste->after, paste->nonce);
    if (!old || !left)
        return emptied || old;
    /* A single new line below may be a hint of the input's own. */
    return lines_below(left) >= lines_below(old) + (emptied ? 1 : 2);
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
