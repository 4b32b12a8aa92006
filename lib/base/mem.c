#include "base/mem.h"

#include "base/exhausted.h"

#include <stdint.h>

void *xmalloc(size_t size) {
    void *memory = malloc(size > 0 ? size : 1);
    if (memory == NULL)
        exhausted();
    return memory;
}

void *xcalloc(size_t count, size_t size) {
    void *memory = count > 0 && size > 0 ? calloc(count, size) : calloc(1, 1);
    if (memory == NULL)
        exhausted();
    return memory;
}

void *xrealloc(void *old, size_t size) {
    void *memory = realloc(old, size > 0 ? size : 1);
    if (memory == NULL)
        exhausted();
    return memory;
}

char *xstrdup(const char *s) {
    return s == NULL ? NULL : xstrndup(s, strlen(s));
}

char *xstrndup(const char *s, size_t n) {
    size_t len = strnlen(s, n);
    char *copy = xmalloc(len + 1);
    memcpy(copy, s, len);
    copy[len] = '\0';
    return copy;
}

char *xasprintf(const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *out = xvasprintf(format, args);
    va_end(args);
    return out;
}

char *xvasprintf(const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len < 0)
        exhausted();
    char *out = xmalloc((size_t)len + 1);
    vsnprintf(out, (size_t)len + 1, format, again);
    va_end(again);
    return out;
}

void xreplace(char **slot, const char *s) {
    char *copy = xstrdup(s);
    free(*slot);
    *slot = copy;
}

void *xgrow(void *items, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity)
        return items;
    size_t more = *capacity > 0 ? *capacity * 2 : 8;
    if (more < *capacity || more > SIZE_MAX / size)
        exhausted();
    *capacity = more;
    return xrealloc(items, more * size);
}

void xwipe(void *bytes, size_t n) {
    for (volatile char *p = bytes; n > 0; n--)
        *p++ = 0;
}
