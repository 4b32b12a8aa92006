#include "rules/branch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
static const char hex[] = "0123456789abcdef";

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c) {
    return c && strchr(letters, c);
}

/* Letters and digits of ASCII, everything between two of them one hyphen. */
static void slug(struct text *out, const char *title) {
    char made[BRANCH_SLUG_MAX];
    size_t n = 0;
    bool between = false;

    for (; *title; title++) {
        char c = lower(*title);
        size_t room = sizeof made - n;

        if (!is_letter(c)) {
            between = n > 0;
            continue;
        }
        if (room < (between ? 2U : 1U))
            break;
        if (between)
            made[n++] = '-';
        made[n++] = c;
        between = false;
    }
    text_addn(out, made, n);
}

static void key_part(struct text *out, const struct branch_of *of) {
    text_add(out, of->prefix);
    for (const char *c = of->key; *c; c++)
        text_addc(out, lower(*c));
    text_addc(out, '-');
}

void branch_name(struct text *out, const struct branch_of *of) {
    assert(strlen(of->run_id) >= BRANCH_RUN_DIGITS);
    key_part(out, of);
    size_t before = out->len;
    slug(out, of->title ? of->title : "");
    if (out->len > before)
        text_addc(out, '-');
    text_addn(out, of->run_id, BRANCH_RUN_DIGITS);
}

bool branch_is_of(const char *name, const struct branch_of *of) {
    struct text start = {0};
    size_t n = strlen(name);

    key_part(&start, of);
    bool is = text_starts(name, text_str(&start)) && n >= start.len + BRANCH_RUN_DIGITS &&
              n <= start.len + BRANCH_SLUG_MAX + 1 + BRANCH_RUN_DIGITS;
    if (is) {
        const char *title = name + start.len, *run = name + n - BRANCH_RUN_DIGITS;

        is = strspn(run, hex) == BRANCH_RUN_DIGITS && (run == title || (run > title + 1 && run[-1] == '-'));
        for (; is && title < run; title++)
            is = is_letter(*title) || *title == '-';
    }
    text_release(&start);
    return is;
}

/* One part of it between slashes; what follows the last one goes on with the ticket's key. */
static bool part_ok(const char *part, size_t n, bool last) {
    static const char lock[] = ".lock";
    size_t end = sizeof lock - 1;

    if (n == 0)
        return last;
    return part[0] != '.' && (last || n < end || memcmp(part + n - end, lock, end) != 0);
}

bool branch_is_ours(const char *name, const char *prefix, const char *key_prefix) {
    const char *number;
    size_t width = strlen(prefix) + strlen(key_prefix) + strlen("-"), digits;
    struct text key = {0};
    bool is;

    if (strlen(name) <= width)
        return false;
    number = name + width;
    digits = strspn(number, "0123456789");
    text_addf(&key, "%s-", key_prefix);
    text_addn(&key, number, digits);
    is = digits > 0 && branch_is_of(name, &(struct branch_of){.prefix = prefix, .key = text_str(&key)});
    text_release(&key);
    return is;
}

void branch_hide_run(char *text, const char *run_id) {
    static const char hidden[] = "-……";
    static_assert(sizeof hidden - 2 == BRANCH_RUN_DIGITS, "as many bytes");
    char *tail = xasprintf("-%.*s", BRANCH_RUN_DIGITS, run_id);

    for (char *at = text; (at = strstr(at, tail)) != NULL; at += sizeof hidden - 1)
        memcpy(at, hidden, sizeof hidden - 1);
    free(tail);
}

bool branch_prefix_ok(const char *prefix) {
    if (*prefix == '-' || text_starts(prefix, "refs/") || strpbrk(prefix, " ~^:?*[\\") || strstr(prefix, "..") ||
        strstr(prefix, "@{"))
        return false;
    for (const char *c = prefix; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            return false;
    for (const char *part = prefix;;) {
        size_t n = strcspn(part, "/");
        bool last = part[n] == '\0';

        if (!part_ok(part, n, last))
            return false;
        if (last)
            return true;
        part += n + 1;
    }
}
