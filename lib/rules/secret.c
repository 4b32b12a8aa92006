#include "rules/secret.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/text.h"

/* BETWEEN_MAX: signs between two characters of the secret; CUT_MIN: characters of its beginning that give it away. */
enum { BETWEEN_MAX = 16, CUT_MIN = 8 };

struct sign {
    uint32_t point;
    size_t len;
};

static struct sign literal_at(const char *s) {
    bool valid;
    struct sign sign;
    sign.len = clean_character(s, strlen(s), &valid, &sign.point);
    return sign;
}

/* A number of `digits` digits at most (least: as many), to the base, with what must stand behind it. */
struct number {
    const char *before, *behind;
    int base;
    size_t least, digits;
};

static bool number_at(const char *s, const struct number *number, struct sign *sign) {
    const char *digits = number->base == 16 ? "0123456789abcdefABCDEF" : "0123456789";
    size_t lead = strlen(number->before);
    if (!text_starts(s, number->before))
        return false;
    size_t n = strspn(s + lead, digits);
    char printed[16] = "";
    n = n > number->digits ? number->digits : n;
    if (n < number->least || !text_starts(s + lead + n, number->behind))
        return false;
    memcpy(printed, s + lead, n);
    *sign = (struct sign){(uint32_t)strtoul(printed, NULL, number->base), lead + n + strlen(number->behind)};
    return true;
}

/* What JSON, an address or HTML writes for a character; else the character itself. */
static struct sign written_at(const char *s) {
    static const struct number numbers[] = {
        {"\\u", "", 16, 4, 4}, {"%", "", 16, 2, 2}, {"&#x", ";", 16, 1, 6}, {"&#", ";", 10, 1, 7}};
    static const struct {
        const char *name;
        uint32_t point;
    } names[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    struct sign sign = {0};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (number_at(s, &numbers[i], &sign))
            return sign;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_starts(s, names[i].name))
            return (struct sign){names[i].point, strlen(names[i].name)};
    return literal_at(s);
}

static bool is_alnum(uint32_t point) {
    return (point >= '0' && point <= '9') || (point >= 'A' && point <= 'Z') || (point >= 'a' && point <= 'z');
}

/* How many bytes of s are the wanted character, with what was put before it; 0: another stands there. */
static size_t wanted_at(const char *s, uint32_t wanted, int between) {
    size_t at = 0;
    for (int i = 0; s[at] && i <= between; i++) {
        struct sign written = written_at(s + at), literal = literal_at(s + at);
        if (written.point == wanted)
            return at + written.len;
        if (literal.point == wanted)
            return at + literal.len;
        if (is_alnum(written.point))
            written = literal;
        if (is_alnum(written.point))
            return 0;
        at += written.len;
    }
    return 0;
}

/* How many bytes at s are the secret, or its beginning where s ends there; 0: neither. As it is comes first: it may
 * itself hold what reads as another's writing. */
static size_t secret_at(const char *s, const char *secret) {
    size_t at = 0, found = 0;
    if (strlen(secret) >= SECRET_MIN && text_starts(s, secret))
        return strlen(secret);
    while (*secret) {
        struct sign wanted = literal_at(secret);
        size_t n = wanted_at(s + at, wanted.point, found ? BETWEEN_MAX : 0);
        if (n == 0)
            return found >= CUT_MIN && !s[at] ? at : 0;
        secret += wanted.len;
        at += n;
        found++;
    }
    return found >= SECRET_MIN ? at : 0;
}

void secret_star(struct text *out, const char *clean, const char *secret) {
    struct text wanted = {0}; /* as cleaning has left it */
    if (secret)
        clean_line(&wanted, secret, strlen(secret), 0);
    for (size_t at = 0; clean[at];) {
        size_t n = wanted.len ? secret_at(clean + at, text_str(&wanted)) : 0;
        for (size_t i = 0; n && i < wanted.len; i++)
            text_addc(out, '*');
        if (n == 0)
            text_addc(out, clean[at++]);
        at += n;
    }
    text_release(&wanted);
}
