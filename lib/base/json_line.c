#include "base/json.h"

#include "base/json_scan.h"

int json_line(const char *bytes, size_t n, const char *path) {
    struct json_scan scan = {.at = bytes, .end = bytes + n, .comments = true};
    json_scan(&scan, path);
    if (scan.found == NULL)
        return 0;
    int line = 1;
    for (const char *p = bytes; p < scan.found; p++)
        line += *p == '\n';
    return line;
}
