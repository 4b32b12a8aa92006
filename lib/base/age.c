#include "base/age.h"

#include <stddef.h>
#include <stdio.h>

void age_words(int64_t ms, char out[AGE_SIZE]) {
    static const struct {
        int64_t until, unit; /* seconds */
        const char *name;
    } rows[] = {{60, 1, "s"}, {3600, 60, "min"}, {2 * 86400, 3600, "h"}, {INT64_MAX, 86400, "d"}};
    int64_t seconds = ms > 0 ? ms / 1000 : 0;
    size_t i = 0;

    while (seconds >= rows[i].until)
        i++;
    snprintf(out, AGE_SIZE, "%lld %s", (long long)(seconds / rows[i].unit), rows[i].name);
}
