#include "rules/word.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/json.h"
#include "base/text.h"

static const char space[] = " \t\r\n";

void word_release(struct word_found *found) {
    free(found->payload);
    *found = (struct word_found){0};
}

void word_set(struct word_found *found, enum signal_word word, const char *payload, size_t n) {
    struct text line = {0};
    clean_line(&line, payload, n, WORD_PAYLOAD_MAX);
    *found = (struct word_found){.word = word, .payload = text_take(&line)};
}

size_t word_prefix(const char *text, size_t n, enum signal_word *word) {
    for (int i = 0; i < SIGNAL_WORD_COUNT; i++) {
        const char *name = signal_word_name((enum signal_word)i);
        if (n == 0 || text[0] != name[0])
            continue;
        size_t length = strlen(name);
        if (n > length && memcmp(text, name, length) == 0 && text[length] == ':') {
            *word = (enum signal_word)i;
            return length + 1;
        }
    }
    return 0;
}

static size_t skip_space(const char *s, size_t at, size_t n) {
    while (at < n && s[at] && strchr(space, s[at]))
        at++;
    return at;
}

/* Just behind the string whose quote is at `at`; 0 when it does not end in its line. */
static size_t string_end(const char *s, size_t at, size_t n) {
    if (at >= n || s[at] != '"')
        return 0;
    for (at++; at < n && s[at] != '\n'; at++) {
        if (s[at] == '"')
            return at + 1;
        at += s[at] == '\\';
    }
    return 0;
}

static size_t value_end(const char *s, size_t at, size_t n) {
    size_t start = at;
    if (at < n && s[at] == '"')
        return string_end(s, at, n);
    while (at < n && s[at] && strchr("+-.0123456789aeflnrstuE", s[at]))
        at++;
    return at > start ? at : 0;
}

/* Just behind the flat object whose brace is at `at`; 0 when there is none. Trying this at every brace is linear: a
 * brace that one try passes stands in a string of it, so it ends a try that began within that string. */
static size_t object_end(const char *s, size_t at, size_t n) {
    for (;;) {
        at = string_end(s, skip_space(s, at + 1, n), n);
        at = at ? skip_space(s, at, n) : n;
        if (at >= n || s[at] != ':')
            return 0;
        at = value_end(s, skip_space(s, at + 1, n), n);
        at = at ? skip_space(s, at, n) : n;
        if (at < n && s[at] == '}')
            return at + 1;
        if (at >= n || s[at] != ',')
            return 0;
    }
}

static bool holds(const char *s, size_t n, const char *what) {
    size_t length = strlen(what);
    for (const char *end = s + n; (size_t)(end - s) >= length; s++) {
        s = memchr(s, what[0], (size_t)(end - s) - length + 1);
        if (!s)
            return false;
        if (memcmp(s, what, length) == 0)
            return true;
    }
    return false;
}

/* An object that is the word takes the place of the one that was found before. */
static void object_read(struct word_found *found, const char *s, size_t n, const struct word_of *of) {
    struct json *json = holds(s, n, of->nonce) ? json_parse(s, n) : NULL;
    int word = signal_word_from(json_string(json_get(json, "mc_signal")));
    const char *key = json_string(json_get(json, "ticket"));
    bool ours =
        word >= 0 && text_same(json_string(json_get(json, "nonce")), of->nonce) && (!key || text_same(key, of->key));
    if (ours) {
        const char *payload = json_string(json_get(json, "payload"));
        word_release(found);
        word_set(found, (enum signal_word)word, payload ? payload : "", payload ? strlen(payload) : 0);
    }
    json_free(json);
}

static bool reply_prefix(struct word_found *found, const char *reply, size_t n) {
    size_t at = skip_space(reply, 0, n);
    enum signal_word word;
    size_t length = word_prefix(reply + at, n - at, &word);
    if (length == 0)
        return false;
    const char *payload = reply + at + length;
    size_t rest = n - at - length;
    const char *newline = memchr(payload, '\n', rest);
    word_set(found, word, payload, newline ? (size_t)(newline - payload) : rest);
    return true;
}

bool word_in_reply(struct word_found *found, const char *reply, size_t n, const struct word_of *of) {
    *found = (struct word_found){0};
    for (size_t at = 0; at < n;) {
        const char *brace = memchr(reply + at, '{', n - at);
        if (!brace)
            break;
        at = (size_t)(brace - reply);
        size_t end = object_end(reply, at, n);
        if (end)
            object_read(found, brace, end - at, of);
        at = end ? end : at + 1;
    }
    return found->payload || reply_prefix(found, reply, n);
}
