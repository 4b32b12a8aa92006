#include "desk/rested.h"

#include <string.h>

#include "base/mem.h"

/* What rules/trust.c advises, which stays true. */
static const char *advice_of(const char *reason, int *n) {
    static const char start[] = "so that it asks no more: ", end[] = "; where it does not";
    const char *from = strstr(reason, start), *to = from ? strstr(from, end) : NULL;

    *n = to ? (int)(to - from) : 0;
    return to ? from : "";
}

char *rested_reason(const char *key, const char *reason) {
    const char *advice;
    int n;

    if (!reason || !strstr(reason, "mc-ticket attach"))
        return xstrdup(reason);
    advice = advice_of(reason, &n);
    return xasprintf(
        "its agent showed a question, and was ended: mc-ticket answer %s TEXT begins a new run, whose agent "
        "may show it again%s%.*s",
        key, n ? "; " : "", n, advice);
}
