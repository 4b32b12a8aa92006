#include "host/said.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fnv.h"
#include "base/text.h"
#include "host/files.h"
#include "host/note.h"

enum { AGAIN_MS = 24 * 3600 * 1000 };

static bool is_fresh(const char *bytes, const char *stamp, int64_t now) {
    size_t length = strlen(stamp);
    long long at = 0;

    return strncmp(bytes, stamp, length) == 0 && text_to_int(bytes + length, 0, INT64_MAX, &at) && at <= now &&
           now - at < AGAIN_MS;
}

bool said_before(const char *file, const char *words) {
    char stamp[32], line[NOTE_SIZE];
    struct note note = {0};
    int64_t now;
    bool before;

    if (!file || !note_take(&note, file))
        return false;
    now = clock_here(); /* not before: whoever had the note meanwhile has stamped it */
    snprintf(stamp, sizeof stamp, "%016" PRIx64 " ", fnv_add(FNV_BEGIN, words, strlen(words)));
    snprintf(line, sizeof line, "%s%" PRId64, stamp, now);
    before = is_fresh(note.line, stamp, now);
    note_leave(&note, before ? NULL : line);
    return before;
}

void said_forget(const char *file) {
    struct note note = {0};

    if (file && note_take(&note, file)) /* made now, there is room for it when the disk is full */
        note_leave(&note, *note.line || !note.room ? "" : NULL);
}

void said_drop(const char *file) {
    if (file)
        files_remove(file);
}
