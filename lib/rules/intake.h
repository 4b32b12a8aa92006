#ifndef MC_INTAKE_H
#define MC_INTAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/argv.h"
#include "rules/words.h"

struct config;
struct err;

/* A line of JSON that a ticket is to be made of (mc-ticket(1), import), by the rules of mc-ticket add. */
struct intake {
    char *title, *body, *labels, *profile, *workspace, *dedupe_key; /* NULL: none */
    struct argv after;         /* keys of tickets, or dedupe keys of tickets and other lines */
    enum priority priority;    /* PRIORITY_COUNT: it says none */
    enum ticket_status status; /* TICKET_STATUS_COUNT: the same */
    size_t line;
};
bool intake_read(struct intake *one, const char *bytes, size_t n, struct err *err); /* 65 */
void intake_release(struct intake *one);

/* What lines have that say nothing of it; the labels are added to every line's. */
struct intake_fill {
    const char *profile, *workspace; /* NULL: none */
    const struct argv *labels;
    enum priority priority;
    enum ticket_status status;
};
bool intake_fill(struct intake *one, const struct intake_fill *fill, struct err *err); /* 65 */

/* Profile and workspace must be configured, as for add: 65. */
bool intake_placed(const struct intake *one, const struct config *config, struct err *err);

#endif
