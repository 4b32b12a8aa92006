#ifndef MC_TICKET_METRICS_H
#define MC_TICKET_METRICS_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct health;
struct text;

/* The same as OpenMetrics text (https://openmetrics.io), which a node exporter's textfile folder takes too. `file` is
 * written beside and renamed, readable for others, because the exporter is another user; NULL: standard output. */
void metrics_text(const struct health *health, size_t faults, struct text *out);
bool metrics_write(const struct health *health, size_t faults, const char *file, struct err *err);

#endif
