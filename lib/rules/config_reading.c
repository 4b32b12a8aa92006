#include "rules/config_reading.h"

#include <stdarg.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "rules/config_file.h"

/* Of the key, or of the group where it is missing: send for send.url. */
static int line_of(const struct config_reading *reading, const char *key) {
    char *path = xstrdup(key);
    int line = json_line(reading->file->bytes, reading->file->n, path);
    for (char *dot = strrchr(path, '.'); line == 0 && dot; dot = strrchr(path, '.')) {
        *dot = '\0';
        line = json_line(reading->file->bytes, reading->file->n, path);
    }
    free(path);
    return line ? line : 1;
}

bool config_fail(const struct config_reading *reading, const char *key, const char *format, ...) {
    va_list args;
    char words[1024];
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    return err_set(reading->err, MC_CONFIG, "%s:%d: %s: %s", reading->file->name, line_of(reading, key), key, words);
}
