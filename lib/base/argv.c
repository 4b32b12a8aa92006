#include "base/argv.h"

#include <string.h>

#include "base/mem.h"

static void take(struct argv *argv, char *owned) {
    argv->items = xgrow(argv->items, argv->count + 1, &argv->cap, sizeof *argv->items);
    argv->items[argv->count++] = owned;
    argv->items[argv->count] = NULL;
}

void argv_add(struct argv *argv, const char *s) {
    take(argv, xstrdup(s));
}

void argv_addf(struct argv *argv, const char *format, ...) {
    va_list args;
    va_start(args, format);
    take(argv, xvasprintf(format, args));
    va_end(args);
}

void argv_adds(struct argv *argv, const char *const *strings) {
    for (; *strings != NULL; strings++)
        argv_add(argv, *strings);
}

void argv_copy(struct argv *to, const struct argv *from) {
    size_t count = from->count; /* `from` may be `to` */
    for (size_t i = 0; i < count; i++)
        argv_add(to, from->items[i]);
}

void argv_words(struct argv *argv, const char *line) {
    for (const char *at = line; *at != '\0';) {
        size_t blanks = strspn(at, " \t"), n = strcspn(at + blanks, " \t");

        if (n > 0)
            argv_addf(argv, "%.*s", (int)n, at + blanks);
        at += blanks + n;
    }
}

bool argv_has(const struct argv *argv, const char *s) {
    for (size_t i = 0; i < argv->count; i++)
        if (strcmp(argv->items[i], s) == 0)
            return true;
    return false;
}

void argv_release(struct argv *argv) {
    if (argv == NULL)
        return;
    for (size_t i = 0; i < argv->count; i++)
        free(argv->items[i]);
    free(argv->items);
    *argv = (struct argv){0};
}

bool argv_asks(int argc, char **argv, const char *option) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], option) == 0)
            return true;
    return false;
}
