/* Anybody's crontab, in which our own calls are looked for. */
#include "rules/crontab.h"

#include "fuzz.h"

const struct fuzz_shape fuzz_shape = {"", "\n", "", false};

enum { YEAR_S = 366 * 24 * 3600 };

/* The line in its three parts. */
static void is_call(const struct crontab_call *call) {
    struct text joined = {0};

    HOLDS(call->line && call->before && call->program && call->after && !strchr(call->line, '\n'));
    text_addf(&joined, "%s%s%s", call->before, call->program, call->after);
    HOLDS(strcmp(joined.data, call->line) == 0);
    HOLDS(strstr(call->program, "mc-pickup"));
    HOLDS(call->every_s >= -1 && call->every_s <= YEAR_S);
    text_release(&joined);
}

void fuzz_one(const char *bytes, size_t n) {
    char *s = fuzz_string(bytes, n);
    struct crontab table = {.at = s, .program = "mc-pickup"};
    struct crontab_call call = {0};
    size_t calls = 0;

    while (crontab_next(&table, &call)) {
        is_call(&call);
        HOLDS(++calls <= n);
    }
    HOLDS(crontab_every(s) >= -1 && crontab_every(s) <= YEAR_S);
    crontab_call_release(&call);
    crontab_release(&table);
    free(s);
}
