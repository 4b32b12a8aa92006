#include "rules/report_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/report_event.h"

enum { ESCAPE = 6 }; /* \uXXXX */

static long hex4(const char *at) {
    long number = 0;

    for (int i = 0; i < 4; i++) {
        char c = at[i];
        long nibble = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;

        if (nibble < 0)
            return -1;
        number = number * 16 + nibble;
    }
    return number;
}

/* The unit of a \uXXXX at `at`, or -1. */
static long unit_at(const char *at, const char *end) {
    return end - at >= ESCAPE && at[0] == '\\' && at[1] == 'u' ? hex4(at + 2) : -1;
}

/* Mends the escape that begins at `at`; its length. */
static size_t mend(char *at, const char *end) {
    long unit = unit_at(at, end), next;

    if (unit < 0)
        return 2;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        next = unit_at(at + ESCAPE, end);
        if (next >= 0xDC00 && next <= 0xDFFF)
            return (size_t)ESCAPE * 2;
    } else if (unit != 0 && (unit < 0xDC00 || unit > 0xDFFF)) {
        return ESCAPE;
    }
    memcpy(at, "\\ufffd", ESCAPE);
    return ESCAPE;
}

struct json *report_parse(const char *bytes, size_t n) {
    char *copy = xmalloc(n + 1);
    struct json *json;

    memcpy(copy, bytes, n);
    copy[n] = '\0';
    for (size_t i = 0; i < n;)
        i += copy[i] == '\\' ? mend(copy + i, copy + n) : 1;
    json = json_parse(copy, n);
    free(copy);
    return json;
}

char *report_json_string(const struct json *json, const char *path) {
    const struct json *found = path ? json_path(json, path) : NULL;

    return found ? xstrdup(json_string(found)) : NULL;
}

char *report_json_line(const struct json *json, const char *path) {
    const struct json *found = path ? json_path(json, path) : NULL;
    const char *s = json_string(found);
    struct text line = {0};
    char *taken = NULL;

    if (s)
        clean_line(&line, s, strlen(s), REPORT_DETAIL_MAX);
    if (line.len > 0)
        taken = text_take(&line);
    text_release(&line);
    return taken;
}
