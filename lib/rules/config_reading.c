#include "rules/config_reading.h"

#include <stdarg.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "rules/config_file.h"

enum { WORDS_BYTES = 1024 };

int config_line(const char *bytes, size_t n, const char *key) {
    char *path = xstrdup(key);
    int line = json_line(bytes, n, path);
    for (char *dot = strrchr(path, '.'); line == 0 && dot; dot = strrchr(path, '.')) {
        *dot = '\0';
        line = json_line(bytes, n, path);
    }
    free(path);
    return line;
}

static int line_of(const struct config_reading *reading, const char *key) {
    int line = config_line(reading->file->bytes, reading->file->n, key);
    return line ? line : 1;
}

static void tell_wrong(const struct config_reading *reading, const char *key) {
    if (reading->wrong)
        xreplace(reading->wrong, key);
}

bool config_fail(const struct config_reading *reading, const char *key, const char *format, ...) {
    va_list args;
    char words[WORDS_BYTES];
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    tell_wrong(reading, key);
    return err_set(reading->err, MC_CONFIG, "%s:%d: %s: %s", reading->file->name, line_of(reading, key), key, words);
}

/* "profiles.mine.pass.2", "profiles.mine.env.PATH". */
static char *member_path(const struct config_place *at, const struct json *member) {
    size_t index = 0;
    if (json_type(at->json) == JSON_OBJECT)
        return xasprintf("%s.%s", at->path, json_key(member));
    if (json_type(at->json) != JSON_ARRAY)
        return xstrdup(at->path);
    for (const struct json *one = json_first(at->json); one && one != member; one = json_next(one))
        index++;
    return xasprintf("%s.%zu", at->path, index);
}

bool config_fail_member(const struct config_place *at, const struct json *member, const char *format, ...) {
    const struct config_reading *reading = at->reading;
    char *path = member_path(at, member);
    va_list args;
    char words[WORDS_BYTES];
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    err_set(reading->err, MC_CONFIG, "%s:%d: %s: %s", reading->file->name, line_of(reading, path), at->path, words);
    tell_wrong(reading, at->path);
    free(path);
    return false;
}
