#ifndef MC_EXPORT_H
#define MC_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct site;

/* Writes the whole board as lines (run/ledger.h), as it is at one moment, to a file or (NULL, "-") standard output. */
bool desk_export(struct site *site, const char *path, int64_t *tickets, struct err *err);

#endif
