#ifndef MC_TEST_REWRAP_H
#define MC_TEST_REWRAP_H

#include <string.h>

#include "base/text.h"

/* A capture as its agent would have drawn it in another width, as far as that can be told from one. A rule stays one
 * line, as wide as the screen. Of a longer line first the gaps in it (columns, right-aligned hints) shrink to two
 * blanks; claude cuts its lowest line short, opencode its ghost text; then it is broken between words, a longer word
 * within, and goes on under its own text: behind its blanks, behind its frame, which is repeated, or behind its bullet.
 */

static inline bool sign_starts(const char *s) {
    return ((unsigned char)*s & 0xC0) != 0x80;
}

static inline size_t sign_bytes(const char *s) {
    size_t n = 1;
    while (!sign_starts(s + n))
        n++;
    return n;
}

static inline int signs(const char *s, size_t n) {
    int count = 0;
    for (size_t i = 0; i < n; i++)
        count += sign_starts(s + i);
    return count;
}

/* ────, ▀▀▀▀, with blanks and one sign of another kind before. Where the repeated sign begins; NULL: none. */
static inline const char *rule_begins(const char *line) {
    static const char *const rules[] = {"─", "╌", "▀", "▄"};
    const char *at = line + strspn(line, " ");
    for (int skip = 0; skip < 2 && *at; skip++, at += sign_bytes(at))
        for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
            const char *end = at;
            while (strncmp(end, rules[i], 3) == 0)
                end += 3;
            if (end - at >= 12 && (*end == '\0' || strlen(end) == 3))
                return at;
        }
    return NULL;
}

static inline void shrink_gaps(char *line, int width) {
    for (int over = signs(line, strlen(line)) - width; over > 0; over--) {
        char *widest = NULL;
        size_t most = 2;
        for (char *at = line + (strspn(line, " ") > 12 ? 0 : strspn(line, " ")); *at; at++) {
            size_t n = strspn(at, " ");
            if (n > most) {
                most = n;
                widest = at;
            }
            at += n > 0 ? n - 1 : 0;
        }
        if (!widest)
            return;
        memmove(widest, widest + 1, strlen(widest));
    }
}

/* What stands before the second and later pieces. */
static inline char *margin_of(const char *line) {
    static const char *const frames[] = {"┃", "│"};
    size_t blanks = strspn(line, " ");
    const char *at = line + blanks;
    for (size_t i = 0; i < 2; i++)
        if (strncmp(at, frames[i], 3) == 0)
            return xasprintf("%.*s%s%.*s", (int)blanks, line, frames[i], (int)strspn(at + 3, " "), at + 3);
    if (*at && (!sign_starts(at + 1) || strchr("*>", *at)) && at[sign_bytes(at)] == ' ')
        blanks += 1 + strspn(at + sign_bytes(at), " ");
    return xasprintf("%*s", (int)(blanks < 12 ? blanks : 12), "");
}

static inline size_t piece_bytes(const char *at, int width, size_t head) {
    size_t n = 0, blank = 0;
    for (int i = 0; i < width && at[n]; i++, n += sign_bytes(at + n))
        if (at[n] == ' ' && n > head)
            blank = n;
    return !at[n] || at[n] == ' ' || blank == 0 ? n : blank;
}

static inline void add_broken(struct text *out, const char *line, int width) {
    char *margin = margin_of(line);
    const char *at = line;
    bool first = true;
    while (*at) {
        int room = first ? width : width - signs(margin, strlen(margin));
        size_t n = piece_bytes(at, room, first ? strlen(margin) + 2 : 0);
        text_addf(out, "%s%.*s\n", first ? "" : margin, (int)n, at);
        at += n;
        at += strspn(at, " ");
        first = false;
    }
    free(margin);
}

static inline void add_rewrapped(struct text *out, char *line, int width) {
    const char *rule = rule_begins(line);
    if (rule) {
        int before = signs(line, (size_t)(rule - line));
        text_addn(out, line, (size_t)(rule - line));
        for (int i = before; i < width; i++)
            text_addn(out, rule, 3);
        text_addc(out, '\n');
        return;
    }
    shrink_gaps(line, width);
    if (signs(line, strlen(line)) > width && (strstr(line, "⏵⏵") || strstr(line, "Ask anything"))) {
        size_t n = 0;
        for (int i = 1; i < width; i++)
            n += sign_bytes(line + n);
        text_addf(out, "%.*s…\n", (int)n, line);
    } else if (*line) {
        add_broken(out, line, width);
    } else {
        text_addc(out, '\n');
    }
}

static inline char *rewrapped(const char *screen, int width) {
    struct text out = {0};
    char *copy = xstrdup(screen);
    for (char *line = copy; *line;) {
        size_t n = strcspn(line, "\n");
        bool more = line[n] != '\0';
        line[n] = '\0';
        add_rewrapped(&out, line, width);
        line += n + more;
    }
    free(copy);
    return text_take(&out);
}

#endif
