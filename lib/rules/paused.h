#ifndef MC_PAUSED_H
#define MC_PAUSED_H

#include <stdbool.h>
#include <stdint.h>

struct text;

/* The settings row "paused": while it is there nothing is claimed. A JSON object {"at":…,"by":"anna","reason":"…"}; any
 * other value pauses too, and is its own reason. */
struct paused {
    int64_t at;        /* 0: not known */
    char *by, *reason; /* NULL: not known */
};

/* False: there is no such row (NULL), and no pause. */
bool paused_read(struct paused *paused, const char *value);
void paused_release(struct paused *paused);

/* What stands in the row. reason NULL: none. */
void paused_write(struct text *out, int64_t at, const char *by, const char *reason);

/* "paused by anna since 2026-…: lunch". stamp: of `at`, as its reader wants it. New string. */
char *paused_words(const struct paused *paused, const char *stamp);

#endif
