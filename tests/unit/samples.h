#ifndef MC_SAMPLES_H
#define MC_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "samples_edge.h"
#include "share.h"

/* What a pure function makes of foreign bytes, written down: tests/samples/NAME.txt has blocks of a line "< INPUT" and
 * the lines "> OUTPUT" that belong to it, with C's escapes. The samples are few and were chosen for what they tell
 * apart (tests/mutate finds what they do not). Where what is said changes by intent, the program writes the file anew:
 *
 *     unit_samples_NAME --write
 *
 * and the difference is there to be read. */
typedef void sample_fn(const char *bytes, size_t n, struct text *out);

/* As it stands in what is said; - where there is none. */
static inline const char *sample_word(const char *s) {
    return s ? s : "-";
}

/* What an input can name; the last of a table has no name. */
struct sample_part {
    const char *name;
    void (*tell)(struct text *out);
};

/* NULL: it names none of them. */
static inline const struct sample_part *sample_named(const struct sample_part *parts, const char *bytes, size_t n) {
    for (; parts->name; parts++)
        if (n == strlen(parts->name) && memcmp(bytes, parts->name, n) == 0)
            return parts;
    return NULL;
}

/* A line for each. */
static inline void sample_list(struct text *out, const char *name, const struct argv *words) {
    for (size_t i = 0; i < words->count; i++)
        text_addf(out, "%s [%s]\n", name, words->items[i]);
}

static inline void sample_put(struct text *out, const char *s, size_t n, const char *mark) {
    text_add(out, mark);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c == '\n' && *mark == '>' && i + 1 < n)
            text_addf(out, "\n%s", mark);
        else if (c == '\n' && *mark == '>')
            break;
        else if (c == '\\' || c < ' ' || c >= 127)
            text_addf(out, c == '\n' ? "\\n" : "\\%03o", c);
        else
            text_addc(out, (char)c);
    }
    text_addc(out, '\n');
}

static inline void sample_get(struct text *out, const char *s, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (s[i] != '\\')
            text_addc(out, s[i]);
        else if (s[i + 1] == 'n')
            text_addc(out, '\n'), i++;
        else
            text_addc(out, (char)((s[i + 1] - '0') << 6 | (s[i + 2] - '0') << 3 | (s[i + 3] - '0'))), i += 3;
    }
}

/* What is made of inputs near to this one, in two numbers, of the first some and of all: the places at which something
 * is decided are bytes that chance does not bring. A program that wants it says before this file of how many. */
#ifndef SAMPLES_NEAR
#define SAMPLES_NEAR 0
#endif

enum { SAMPLES_SHARE = SAMPLES_NEAR / 4 }; /* that is what the suite looks at */

#ifndef SAMPLES_WORDS
#define SAMPLES_WORDS "error" /* more that it may meet, of its own language */
#endif

/* Letters at the edges of ranges, and what ends, quotes, draws or begins something. */
static const char sample_edges[] =
    "\0\1\t\n\r\x1b\x1f !\"#$%&'()*+,-./0123456789:;<=>?@AEFGZ[\\]^_`aefgz{|}~\x7f\x80\xbf\xc2\xa0"
    "\xe2\x94\x80\xef\xff";
static const char *const sample_words[] = {"\r\n",
                                           "\n\n",
                                           "  ",
                                           "    ",
                                           "\x1b[",
                                           "\x1b]",
                                           "\x1b\\",
                                           "\xc2\xa0",
                                           "\xe2\x94\x82",
                                           "\xe2\x97\x8f",
                                           "\xe2\x96\x9f",
                                           "\xe2\x8e\xbf",
                                           "\xe2\xba\x80",
                                           "\xe2\x80\x80",
                                           "\xcc\x81",
                                           "\xf0\x9f\x98\x80",
                                           "\\u00e9",
                                           "\\ud83d\\ude00",
                                           "\\\"",
                                           "DONE: ",
                                           "REVIEW:",
                                           "QUESTION: x",
                                           "{\"",
                                           "\":\"",
                                           "\"}",
                                           "null",
                                           "true",
                                           "-1",
                                           "0",
                                           "99999999999999999999",
                                           "MC-1",
                                           "http://",
                                           "%20",
                                           "a:b@",
                                           "[[:alpha:]]",
                                           "{2,9}",
                                           "*/5",
                                           "12:30",
                                           "2026-02-29",
                                           "am",
                                           "$HOME",
                                           "${X}",
                                           "{{body}}",
                                           SAMPLES_WORDS};

static inline uint32_t sample_draw(uint32_t *chance, size_t count) {
    *chance ^= *chance << 13;
    *chance ^= *chance >> 17;
    *chance ^= *chance << 5;
    return count ? (uint32_t)(*chance % count) : 0;
}

/* Its bytes from `at` on, in another way; how many of them are to be left out. */
static inline size_t sample_put_other(struct text *now, const struct text *was, size_t at, uint32_t *chance) {
    const char *bytes = was->len ? was->data : "";
    const uint32_t how = sample_draw(chance, 10);
    size_t left = was->len - at, n = 1 + sample_draw(chance, 6), from = sample_draw(chance, was->len + 1);

    n = n < left ? n : left;
    if (how < 2 && left > 0)
        text_addc(now, (char)(bytes[at] + (how ? 1 : -1)));
    else if (how == 2)
        text_addn(now, bytes + at, n);
    else if (how < 5)
        text_addc(now, sample_edges[sample_draw(chance, sizeof sample_edges - 1)]);
    else if (how == 5)
        text_add(now, sample_words[sample_draw(chance, sizeof sample_words / sizeof *sample_words)]);
    else if (how == 6)
        text_addn(now, bytes + from, was->len - from < 24 ? was->len - from : 24);
    return how == 7 ? n : how == 8 ? left : how == 9 ? 0 : (how < 2 || how == 3) && left > 0;
}

static inline void sample_change(struct text *in, uint32_t *chance) {
    const struct text was = *in;
    size_t at = sample_draw(chance, was.len + 1), skipped;
    struct text now = {0};

    text_addn(&now, text_str(&was), at);
    skipped = sample_put_other(&now, &was, at, chance);
    if (at + skipped < was.len)
        text_addn(&now, was.data + at + skipped, was.len - at - skipped);
    *in = now;
}

static inline uint32_t sample_sum(uint32_t sum, const char *s, size_t n) {
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ (unsigned char)s[i]) * 16777619;
    return sum;
}

static inline void sample_near(const struct text *in, sample_fn *sample, bool whole, struct text *now) {
    uint32_t chance = sample_sum(2166136261, text_str(in), in->len) | 1, sum = 7;

    for (int i = 0; i < (whole ? SAMPLES_NEAR : SAMPLES_SHARE); i++) {
        struct text near = {0}, out = {0};

        text_addn(&near, text_str(in), in->len);
        for (uint32_t k = sample_draw(&chance, 3) + 1; k > 0; k--) {
            const struct text was = near;

            sample_change(&near, &chance);
            free(was.data);
        }
        edges.front = i % 2;
        sample(edge_of(text_str(&near), near.len), near.len, &out);
        edges.front = false;
        sum = sample_sum(sum, text_str(&out), out.len);
        text_release(&out);
        text_release(&near);
        if (i + 1 == SAMPLES_SHARE)
            text_addf(now, "> ~ %08x", sum);
    }
    if (SAMPLES_NEAR)
        text_addf(now, whole ? " %08x\n" : "\n", sum);
}

/* Without the second number: of what was not looked at. */
static inline void sample_forget_whole(struct text *then) {
    const size_t n = sizeof " 89abcdef\n" - 1;

    if (SAMPLES_NEAR && then->len > n) {
        then->len -= n;
        text_addc(then, '\n');
    }
}

/* One block at *at, which moves behind it: its input decoded, what is said of it now and what stood there. */
static inline bool sample_next(const char **at, sample_fn *sample, bool whole, struct text *now, struct text *then) {
    struct text in = {0}, out = {0};
    const char *line = *at, *end;

    while (*line && *line != '<')
        line = strchr(line, '\n') ? strchr(line, '\n') + 1 : line + strlen(line);
    if (!*line)
        return false;
    end = line + strcspn(line, "\n");
    sample_get(&in, line + 2, (size_t)(end - line) - 2);
    text_addn(now, line, (size_t)(end - line));
    text_addc(now, '\n');
    line = end + (*end == '\n');
    while (*line == '>') {
        size_t n = strcspn(line, "\n");

        text_addn(then, line, n);
        text_addc(then, '\n');
        line += n + (line[n] == '\n');
    }
    *at = line;
    sample(edge_of(text_str(&in), in.len), in.len, &out);
    sample_put(now, text_str(&out), out.len, "> ");
    sample_near(&in, sample, whole, now);
    if (!whole)
        sample_forget_whole(then);
    text_release(&in);
    text_release(&out);
    return true;
}

/* As a program of its own: 1 where anything is said otherwise than it was. */
static inline int samples(int argc, char **argv, const char *name, sample_fn *sample) {
    const bool writes = argc > 1 && strcmp(argv[1], "--write") == 0, whole = writes || share_is_whole();
    char *path = xasprintf("%s/samples/%s.txt", MC_TESTS, name);
    struct text file = {0};
    struct err err = {0};
    const char *at;
    size_t count = 0;
    int differ = 0;

    if (!files_read(&file, path, 64 << 20, &err)) {
        fprintf(stderr, "%s: %s\n", path, err.text);
        return 2;
    }
    if (writes && (file.len == 0 || !freopen(path, "w", stdout)))
        return 2;
    at = text_str(&file);
    for (struct text now = {0}, then = {0}; sample_next(&at, sample, whole, &now, &then); count++) {
        bool same = strcmp(strchr(text_str(&now), '\n') + 1, text_str(&then)) == 0;

        if (writes)
            printf("%s\n", text_str(&now));
        else if (!same)
            printf("%s\n     where it was\n%s\n", text_str(&now), text_str(&then));
        differ += !same;
        text_release(&now);
        text_release(&then);
    }
    text_release(&file);
    free(path);
    if (count == 0)
        return 2;
    return writes ? 0 : differ > 0;
}

#endif
