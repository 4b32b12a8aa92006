#ifndef MC_JSON_SCAN_H
#define MC_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* One walk over JSON text by the letter of RFC 8259, at most 64 levels deep, without building anything.
 * `comments` lets // and block comments stand where white space may, and a byte order mark at the start. */
struct json_scan {
    const char *at; /* after a walk: where it ended, at a fault when there is one */
    const char *end;
    bool comments;
    const char *fault; /* what is wrong, or NULL */
    int depth;
    const char *found; /* the value at the wanted path, or NULL */
};

/* The whole text; `path` (or NULL) is what to find on the way. False at a fault. */
bool json_scan(struct json_scan *scan, const char *path);

/* What is left of a path below a member whose name is the n bytes at `key`; NULL when the path does not go there. */
const char *json_path_below(const char *path, const char *key, size_t n);

#endif
