/* JSON of anybody's, and that of people with comments in it. */
#include "base/json.h"

#include "base/clean.h"
#include "base/err.h"
#include "fuzz.h"

const struct fuzz_shape fuzz_shape = {"[", ",", "]", false};

enum { DEEPEST = 64 };

static int depth_of(const struct json *json) {
    int deepest = 0;

    for (const struct json *one = json_first(json); one; one = json_next(one)) {
        int depth = depth_of(one);

        deepest = depth > deepest ? depth : deepest;
    }
    return 1 + deepest;
}

/* What is printed of text is one line without what is hidden, and reads as the same. */
static void is_line(const struct text *printed) {
    fuzz_is_line(text_str(printed));
    fuzz_is_shown(text_str(printed), printed->len);
}

static void prints(const struct json *json, bool text) {
    struct text printed = {0}, again = {0};
    struct json *read, *copy = json_copy(json);

    json_print(json, &printed);
    if (text)
        is_line(&printed);
    HOLDS(!strpbrk(text_str(&printed), "\n\t\r\x1b\x7f"));
    read = json_parse_exact(text_str(&printed), printed.len);
    HOLDS(read);
    json_print(read, &again);
    HOLDS(strcmp(text_str(&printed), text_str(&again)) == 0);
    text_clear(&again);
    json_print(copy, &again);
    HOLDS(strcmp(text_str(&printed), text_str(&again)) == 0);
    json_free(copy);
    json_free(read);
    text_release(&printed);
    text_release(&again);
}

static void strict(const char *bytes, size_t n) {
    struct json *json = json_parse(bytes, n), *exact = json_parse_exact(bytes, n);

    HOLDS(!json == !exact);
    if (json) {
        int depth = depth_of(json);

        HOLDS(depth <= DEEPEST + 1);
        HOLDS(n > 0 && !memchr(bytes, '\0', n));
        prints(exact, clean_is_utf8(bytes, n));
        free(json_duplicate(json));
        (void)json_path(json, "a.0.b");
    }
    json_free(json);
    json_free(exact);
}

/* A failure names a line of the text. */
static void commented(const char *bytes, size_t n) {
    struct err err = {0};
    struct json *json = json_parse_comments(bytes, n, &err);
    struct json *without = json_parse(bytes, n);

    HOLDS(json || (err.code == MC_CONFIG && text_starts(err.text, "line ")));
    HOLDS(!without || json);
    if (json && json_type(json) == JSON_OBJECT && json_first(json) && !memchr(bytes, '\\', n)) {
        const char *key = json_key(json_first(json));

        HOLDS(strchr(key, '.') || !*key || json_line(bytes, n, key) > 0);
    }
    json_free(json);
    json_free(without);
    err_release(&err);
}

void fuzz_one(const char *bytes, size_t n) {
    strict(bytes, n);
    commented(bytes, n);
}
