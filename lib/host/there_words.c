#include "host/there_words.h"

#include "base/text.h"
#include "rules/rows.h"

void there_write(struct text *out, const struct identity *identity) {
    text_addf(out, "%lld:%lld:%lld:%s", (long long)identity->pid, (long long)identity->start, (long long)identity->ns,
              identity->boot);
}

static bool take(const char **at, int64_t *value) {
    char digits[24];
    long long number;
    size_t n = strcspn(*at, ":");
    if (n == 0 || n >= sizeof digits || (*at)[n] != ':')
        return false;
    memcpy(digits, *at, n);
    digits[n] = '\0';
    *at += n + 1;
    if (!text_to_int(digits, 1, INT64_MAX, &number))
        return false;
    *value = number;
    return true;
}

bool there_read(struct identity *identity, const char *text) {
    static const char hex[] = "0123456789abcdef-";
    size_t boot;
    *identity = (struct identity){0};
    if (!take(&text, &identity->pid) || !take(&text, &identity->start) || !take(&text, &identity->ns))
        return false;
    boot = strspn(text, hex);
    return boot > 0 && text[boot] == '\0' && text_copy(identity->boot, sizeof identity->boot, text);
}
