#include "said.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"

enum { FILE_MAX = 64, AGAIN_MS = 24 * 3600 * 1000 };

/* FNV-1a: it only tells one refusal from another. */
static uint64_t hash(const char *words) {
    uint64_t sum = UINT64_C(14695981039346656037);

    for (; *words; words++)
        sum = (sum ^ (unsigned char)*words) * UINT64_C(1099511628211);
    return sum;
}

static bool is_fresh(const char *bytes, const char *stamp, int64_t now) {
    size_t length = strlen(stamp);
    long long at = 0;

    return strncmp(bytes, stamp, length) == 0 && text_to_int(bytes + length, 0, INT64_MAX, &at) && at <= now &&
           now - at < AGAIN_MS;
}

bool said_before(const char *file, const char *words) {
    char stamp[32], line[FILE_MAX];
    struct text bytes = {0};
    struct err ignored = {0};
    int64_t now = clock_now();
    bool before;

    if (!file)
        return false;
    snprintf(stamp, sizeof stamp, "%016" PRIx64 " ", hash(words));
    before = files_read_secret(&bytes, file, FILE_MAX, &ignored) && is_fresh(text_str(&bytes), stamp, now);
    err_release(&ignored);
    if (!before) {
        snprintf(line, sizeof line, "%s%" PRId64, stamp, now);
        files_write(file, line, strlen(line), &ignored);
        err_release(&ignored);
    }
    text_release(&bytes);
    return before;
}

void said_forget(const char *file) {
    if (file)
        files_remove(file);
}
