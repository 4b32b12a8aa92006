#include "host/mounts.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"

enum { TABLE_MAX = 16 * 1024 * 1024, POINT = 4 }; /* POINT: words before the mount's place */

/* Blanks and backslashes stand there as \040. */
static char *unescape(const char *word, size_t n) {
    struct text out = {0};
    for (size_t i = 0; i < n; i++) {
        const char *digits = word + i + 1;
        if (word[i] == '\\' && n - i > 3 && strspn(digits, "01234567") >= 3) {
            text_addc(&out, (char)((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0')));
            i += 3;
        } else {
            text_addc(&out, word[i]);
        }
    }
    return text_take(&out);
}

static void take_line(struct argv *found, const char *line, const char *folder) {
    size_t width = strlen(folder);
    char *point;
    for (int i = 0; i < POINT; i++) {
        line += strcspn(line, " \n");
        line += *line == ' ';
    }
    point = unescape(line, strcspn(line, " \n"));
    if (text_starts(point, folder) && point[width] == '/')
        argv_add(found, point + width + 1);
    free(point);
}

void mounts_below(struct argv *found, const char *folder) {
    struct text table = {.max = TABLE_MAX};
    struct err unheard = {0};
    (void)files_read(&table, "/proc/self/mountinfo", TABLE_MAX, &unheard);
    for (const char *line = text_str(&table); *line;) {
        take_line(found, line, folder);
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    text_release(&table);
    err_release(&unheard);
}

const char *mounts_hold(const struct argv *found, const char *path) {
    for (size_t i = 0; i < found->count; i++) {
        size_t width = strlen(found->items[i]);
        if (text_starts(path, found->items[i]) && (path[width] == '/' || path[width] == '\0'))
            return found->items[i];
    }
    return NULL;
}
