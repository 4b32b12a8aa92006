#ifndef MC_SCHEMA_H
#define MC_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

struct board;
struct err;

enum {
    SCHEMA_VERSION = 5,
    SCHEMA_APPLICATION = 0x4d435055 /* "MCPU" */
};

/* The board's own version, as the transactions see it. */
bool schema_version(struct board *board, int64_t *version, struct err *err);

/* The 78 of one that is newer than SCHEMA_VERSION. */
bool schema_refuse_newer(const struct board *board, int64_t version, struct err *err);

/* Brings an older board (0: an empty file) to SCHEMA_VERSION, inside the caller's one write transaction; *changed
 * false: it was so already. */
bool schema_migrate(struct board *board, bool *changed, struct err *err);

#endif
