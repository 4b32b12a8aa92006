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

/* What a pure function makes of foreign bytes, written down: tests/samples/NAME.txt has blocks of a line "< INPUT" and
 * the lines "> OUTPUT" that belong to it, with C's escapes. The samples are few and were chosen for what they tell
 * apart (tests/mutate finds what they do not). Where what is said changes by intent, the program prints the file anew:
 *
 *     unit_samples_NAME --write >tests/samples/NAME.txt
 *
 * and the difference is there to be read. */
typedef void sample_fn(const char *bytes, size_t n, struct text *out);

/* As it stands in what is said; - where there is none. */
static inline const char *sample_word(const char *s) {
    return s ? s : "-";
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

/* One block at *at, which moves behind it: its input decoded, what is said of it now and what stood there. */
static inline bool sample_next(const char **at, sample_fn *sample, struct text *now, struct text *then) {
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
    text_release(&in);
    text_release(&out);
    return true;
}

/* As a program of its own: 1 where anything is said otherwise than it was. */
static inline int samples(int argc, char **argv, const char *name, sample_fn *sample) {
    const bool writes = argc > 1 && strcmp(argv[1], "--write") == 0;
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
    at = text_str(&file);
    for (struct text now = {0}, then = {0}; sample_next(&at, sample, &now, &then); count++) {
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
    if (!writes && count == 0)
        return 2;
    return writes ? 0 : differ > 0;
}

#endif
