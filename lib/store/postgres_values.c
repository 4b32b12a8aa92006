#include "store/postgres_values.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/bind.h"

static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
}

static int number_of(struct numbered *numbered, const char *name, size_t length) {
    for (int i = 0; i < numbered->count; i++)
        if (strlen(numbered->names[i]) == length && strncmp(numbered->names[i], name, length) == 0)
            return i + 1;
    if (numbered->count == BINDS_MAX)
        return 0;
    numbered->names[numbered->count] = xstrndup(name, length);
    return ++numbered->count;
}

void numbered_make(struct numbered *numbered, const char *text) {
    struct text out = {0};
    bool quoted = false;

    for (const char *at = text; *at;) {
        quoted = quoted != (*at == '\'');
        if (*at == ':' && at[1] == ':') {
            text_add(&out, "::");
            at += 2;
        } else if (*at == ':' && !quoted && is_name(at[1])) {
            size_t length = 0;

            while (is_name(at[1 + length]))
                length++;
            text_addf(&out, "$%d", number_of(numbered, at + 1, length));
            at += 1 + length;
        } else {
            text_addc(&out, *at++);
        }
    }
    numbered->text = text_take(&out);
}

void numbered_release(struct numbered *numbered) {
    for (int i = 0; i < numbered->count; i++)
        free(numbered->names[i]);
    free(numbered->text);
}

static const struct bind *bind_of(const struct call *call, const char *name) {
    for (const struct bind *bind = call->binds; bind->type != BIND_END; bind++)
        if (strcmp(bind->name + 1, name) == 0)
            return bind;
    return NULL;
}

/* A server refuses what is not UTF-8, where a file takes it. */
static const char *valid(struct values *values, const char *text) {
    size_t n = strlen(text);
    struct text out = {0};

    if (clean_is_utf8(text, n))
        return text;
    for (size_t at = 0; at < n;) {
        uint32_t point;
        bool good;
        size_t length = clean_character(text + at, n - at, &good, &point);

        if (good)
            text_addn(&out, text + at, length);
        else
            text_add(&out, "\xEF\xBF\xBD");
        at += length;
    }
    values->cleaned[values->count] = text_take(&out);
    return values->cleaned[values->count];
}

static unsigned type_of(enum bind_type kind) {
    return kind == BIND_NUMBER ? TYPE_INT8 : kind == BIND_TEXT ? TYPE_TEXT : TYPE_UNSAID;
}

static void add_value(struct values *values, const struct bind *bind) {
    int at = values->count;

    values->types[at] = type_of(bind->kind);
    values->texts[at] = NULL;
    if (bind->type == BIND_NUMBER) {
        snprintf(values->digits[at], VALUE_DIGITS, "%lld", (long long)bind->number);
        values->texts[at] = values->digits[at];
    } else if (bind->type == BIND_TEXT) {
        values->texts[at] = valid(values, bind->text);
    }
    values->count++;
}

bool values_fill(struct values *values, const char *self, const struct numbered *numbered, const struct call *call) {
    const struct bind own = {.name = ":self", .type = BIND_TEXT, .kind = BIND_TEXT, .text = self ? self : ""};
    int given = 0, used = 0;

    for (const struct bind *bind = call->binds; bind->type != BIND_END; bind++)
        given++;
    for (int i = 0; i < numbered->count; i++) {
        const struct bind *bind = bind_of(call, numbered->names[i]);

        used += bind != NULL;
        if (!bind && strcmp(numbered->names[i], "self") == 0)
            bind = &own;
        if (!bind)
            return false;
        add_value(values, bind);
    }
    return given == used;
}

size_t values_cleaned(const struct values *values) {
    size_t cleaned = 0;

    for (int i = 0; i < values->count; i++)
        cleaned += values->cleaned[i] != NULL;
    return cleaned;
}

void values_release(struct values *values) {
    for (int i = 0; i < values->count; i++)
        free(values->cleaned[i]);
    free(values);
}
