#ifndef MC_TICKET_DIFF_PART_H
#define MC_TICKET_DIFF_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct err;
struct json;

/* One of the parts of `mc-ticket diff`: committed, elsewhere, uncommitted and preserved. */
struct part {
    struct text body;    /* patch, or lines of --stat */
    bool cut;            /* at 4 MiB */
    char *why;           /* it cannot be shown */
    struct text command; /* what shows all of it */
};
void part_release(struct part *part);

/* For a git_sink: whole lines until there is no more room; then git is ended. */
bool part_take(void *part, const char *bytes, size_t n, struct err *err);

/* How it ended; takes what is in err. */
void part_settle(struct part *part, bool ok, struct err *err);

void part_print(const struct part *part);

/* patch (or stat), cut, command, why */
void part_put(struct json *object, const struct part *part, bool stat);

#endif
