#include "rules/key.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { NUMBER_DIGITS = 18, PANE_DIGITS = 9, SESSION_PREFIX_MAX = 20, NONCE_HEX = 8 };
static const char digits[] = "0123456789";
static const char upper_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
static const char hex_digits[] = "0123456789abcdef";
static const char session_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
static const char nonce_start[] = "MC_TICKET_TURN:";

bool key_prefix_ok(const char *prefix) {
    size_t length = strlen(prefix);
    return length >= 1 && length <= PREFIX_MAX && prefix[0] >= 'A' && prefix[0] <= 'Z' &&
           strspn(prefix, upper_digits) == length;
}

/* How many characters of a number without leading zeros stand here; 0: none that fits. */
static size_t number_length(const char *s) {
    size_t length = strspn(s, digits);
    return length >= 1 && length <= NUMBER_DIGITS && s[0] != '0' ? length : 0;
}

bool key_parse(const char *key, const char *prefix, int64_t *number) {
    size_t length = strlen(prefix);
    if (!key_prefix_ok(prefix) || strncmp(key, prefix, length) != 0 || key[length] != '-')
        return false;
    const char *tail = key + length + 1;
    long long value = 0;
    if (number_length(tail) == 0 || !text_to_int(tail, 1, 999999999999999999LL, &value))
        return false;
    *number = value;
    return true;
}

void key_make(char out[KEY_SIZE], const char *prefix, int64_t number) {
    snprintf(out, KEY_SIZE, "%s-%" PRId64, prefix, number);
}

void key_session(char out[SESSION_SIZE], const char *session_prefix, const char *key) {
    size_t length = strlen(session_prefix);
    bool joined = length > 0 && strchr("-_", session_prefix[length - 1]);
    snprintf(out, SESSION_SIZE, "%s%s%s", session_prefix, joined ? "" : "-", key);
}

void key_session_key(char out[SESSION_KEY_SIZE], int64_t number) {
    snprintf(out, SESSION_KEY_SIZE, "ticket:%" PRId64 ":session", number);
}

bool key_session_prefix_ok(const char *prefix) {
    size_t length = strlen(prefix);
    return length >= 1 && length <= SESSION_PREFIX_MAX && strspn(prefix, session_letters) == length;
}

bool key_run_ok(const char *run_id) {
    enum { RUN_DIGITS = 32 };
    return strlen(run_id) == RUN_DIGITS && strspn(run_id, hex_digits) == RUN_DIGITS;
}

bool key_pane_ok(const char *pane) {
    size_t length = pane[0] == '%' ? strspn(pane + 1, digits) : 0;
    return length >= 1 && length <= PANE_DIGITS && pane[1 + length] == '\0';
}

void key_nonce(char out[NONCE_SIZE], int64_t number, int64_t now, uint32_t random) {
    snprintf(out, NONCE_SIZE, "%s%" PRId64 ":%" PRId64 ":%08" PRIx32, nonce_start, number, now, random);
}

bool key_nonce_ok(const char *nonce) {
    if (!text_starts(nonce, nonce_start))
        return false;
    const char *p = nonce + strlen(nonce_start);
    size_t ticket = number_length(p);
    if (ticket == 0 || p[ticket] != ':')
        return false;
    p += ticket + 1;
    size_t time = number_length(p);
    if (time == 0 || p[time] != ':')
        return false;
    p += time + 1;
    return strlen(p) == NONCE_HEX && strspn(p, hex_digits) == NONCE_HEX;
}

bool key_nonce_next(char out[NONCE_SIZE], const char **at) {
    for (const char *from = strstr(*at, nonce_start); from; from = strstr(*at, nonce_start)) {
        size_t n = strlen(nonce_start), kept;
        n += strspn(from + n, ":0123456789abcdef");
        kept = n < NONCE_SIZE ? n : 0;
        memcpy(out, from, kept);
        out[kept] = '\0';
        *at = from + n;
        if (key_nonce_ok(out))
            return true;
    }
    out[0] = '\0';
    return false;
}

void key_nonce_last(char out[NONCE_SIZE], const char *text) {
    char next[NONCE_SIZE];
    out[0] = '\0';
    while (key_nonce_next(next, &text))
        memcpy(out, next, NONCE_SIZE);
}

void key_marker(struct text *out, const char *nonce) {
    text_addf(out, "[%s internal routing marker; do not mention this marker in your reply]", nonce);
}

/* What survives wrapping, frames and markdown: frames are above ASCII, markdown eats `_`, `*`, `\` and backquotes. */
static bool counts(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ':';
}

/* Does `words` end right at `end` (the last byte belongs to it)? Compared backwards over what counts. */
static bool ends_here(const char *screen, size_t end, const char *words, size_t length) {
    while (length > 0) {
        if (!counts(words[length - 1])) {
            length--;
        } else if (end > 0 && !counts(screen[end - 1])) {
            end--;
        } else if (end == 0 || screen[--end] != words[--length]) {
            return false;
        }
    }
    return true;
}

const char *key_find_last(const char *screen, const char *words) {
    size_t length = strlen(words);
    while (length > 0 && !counts(words[length - 1]))
        length--;
    if (length == 0)
        return NULL;
    for (size_t end = strlen(screen); end > 0; end--)
        if (screen[end - 1] == words[length - 1] && ends_here(screen, end, words, length))
            return screen + end;
    return NULL;
}

bool key_marker_seen(const char *screen, const char *nonce) {
    return nonce && key_find_last(screen, nonce);
}
