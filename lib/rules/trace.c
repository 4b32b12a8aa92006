#include "rules/trace.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rules/key.h"

enum { LABEL_MAX = 60 };

/* Of the marker's words; an input line that scrolls sideways may show no more of a paste. */
static const char marker_end[] = "this marker in your reply";

static const char digits[] = "0123456789";

/* How the agents show a long paste in their input: "[Pasted text #1 +20 lines]", "[Pasted Content 1234 chars]",
 * "[Pasted Text: 20 lines]", "[Pasted ~20 lines]", "[paste #1 +20 lines]". The length of the label at `s`, 0: none. */
static size_t label_length(const char *s) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *at = s + 1;

    if (strncmp(at, "Paste", 5) != 0 && strncmp(at, "paste", 5) != 0)
        return 0;
    at += 5;
    at += *at == 'd';
    if (*at++ != ' ')
        return 0;
    size_t word = strspn(at, letters);
    if (word > 0 && at[word + (at[word] == ':')] == ' ')
        at += word + (at[word] == ':') + 1;
    at += *at == '#' || *at == '~';
    if (!*at || !strchr(digits, *at))
        return 0;
    const char *end = at;
    while (*end && *end != ']' && *end != '\n' && end - at < LABEL_MAX)
        end++;
    return *end == ']' ? (size_t)(end + 1 - s) : 0;
}

/* Just behind the last paste label; NULL: none. */
static const char *label_end(const char *text) {
    const char *end = NULL;
    for (const char *at = strchr(text, '['); at; at = strchr(at + 1, '[')) {
        size_t length = label_length(at);
        if (length > 0)
            end = at + length;
    }
    return end;
}

static const char *later(const char *a, const char *b) {
    return !a || (b && b > a) ? b : a;
}

const char *trace_last(const char *text, const char *nonce) {
    const char *end = nonce ? key_find_last(text, nonce) : NULL;
    return later(later(end, key_find_last(text, marker_end)), label_end(text));
}

const char *trace_end(const char *start, const char *end, const char *nonce) {
    char *text = xstrndup(start, (size_t)(end - start));
    const char *found = trace_last(text, nonce);
    const char *at = found ? start + (found - text) : NULL;
    free(text);
    return at;
}
