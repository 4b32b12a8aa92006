#include "base/text.h"

#include "base/mem.h"

#include <errno.h>
#include <stdarg.h>

/* Room for n more bytes and the NUL; false and `over` when the ceiling would be passed. */
static bool reserve(struct text *text, size_t n) {
    size_t max = text->max > 0 ? text->max : TEXT_MAX;
    if (text->over || text->len > max || n > max - text->len) {
        text->over = true;
        return false;
    }
    size_t need = text->len + n + 1;
    if (need <= text->cap)
        return true;
    size_t cap = text->cap > 0 ? text->cap : 64;
    while (cap < need)
        cap *= 2;
    text->data = xrealloc(text->data, cap);
    text->cap = cap;
    return true;
}

bool text_addn(struct text *text, const char *bytes, size_t n) {
    if (!reserve(text, n))
        return false;
    if (n > 0)
        memcpy(text->data + text->len, bytes, n);
    text->len += n;
    text->data[text->len] = '\0';
    return true;
}

bool text_add(struct text *text, const char *s) {
    return text_addn(text, s, strlen(s));
}

bool text_addc(struct text *text, char c) {
    return text_addn(text, &c, 1);
}

bool text_addf(struct text *text, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0 || !reserve(text, (size_t)len)) {
        text->over = true;
        return false;
    }
    va_start(args, format);
    vsnprintf(text->data + text->len, (size_t)len + 1, format, args);
    va_end(args);
    text->len += (size_t)len;
    return true;
}

/* Without a backslash, which a line for people doubles. */
bool text_quote(struct text *text, const char *word) {
    text_addc(text, '\'');
    for (; *word; word++)
        *word == '\'' ? text_add(text, "'\"'\"'") : text_addc(text, *word);
    return text_addc(text, '\'');
}

bool text_word(struct text *text, const char *word) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=@%+,-";

    return *word && !word[strspn(word, plain)] ? text_add(text, word) : text_quote(text, word);
}

void text_clear(struct text *text) {
    text->len = 0;
    text->over = false;
    if (text->data != NULL)
        *text->data = '\0';
}

const char *text_str(const struct text *text) {
    return text->data != NULL ? text->data : "";
}

char *text_take(struct text *text) {
    char *data = text->data != NULL ? text->data : xstrdup("");
    text->data = NULL;
    text->len = 0;
    text->cap = 0;
    return data;
}

void text_release(struct text *text) {
    if (text == NULL)
        return;
    free(text->data);
    *text = (struct text){0};
}

bool text_to_int(const char *s, long long low, long long high, long long *value) {
    if (s == NULL)
        return false;
    const char *digits = *s == '-' ? s + 1 : s;
    if (*digits == '\0' || digits[strspn(digits, "0123456789")] != '\0')
        return false;
    errno = 0;
    long long number = strtoll(s, NULL, 10);
    if (errno != 0 || number < low || number > high)
        return false;
    *value = number;
    return true;
}

bool text_digit(char c) {
    return c >= '0' && c <= '9';
}

bool text_same(const char *a, const char *b) {
    return a && b && strcmp(a, b) == 0;
}

const char *text_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool text_starts(const char *s, const char *prefix) {
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *s, const char *ending) {
    size_t n = strlen(s), width = strlen(ending);
    return n >= width && strcmp(s + n - width, ending) == 0;
}

bool text_copy(char *to, size_t size, const char *from) {
    size_t len = strlen(from);
    if (size == 0)
        return false;
    size_t n = len < size ? len : size - 1;
    memcpy(to, from, n);
    to[n] = '\0';
    return len < size;
}
