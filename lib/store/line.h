#ifndef MC_LINE_H
#define MC_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/breakers.h"

struct board;
struct claim_want;
struct err;

/* The tickets in the order in which pickups would claim them (SPEC section 5): those that may be claimed now as
 * claim_next compares them; then those that are due later, or wait for a breaker, by their time. What waits for another
 * ticket or can never be claimed is not in it; for pools, max_running and a pause all wait alike. Reads as many as are
 * asked for, by index, inside the caller's transaction:
 *     ok = line_open(&line, board, &want, &err);
 *     while (ok && line_next(&line, &id, &err)) …
 *     line_close(&line); */
struct line {
    struct board *board;
    const struct claim_want *want;
    struct breaker_list breakers;
    struct line_source *sources;
    size_t count, cap;
    bool failed;
};
bool line_open(struct line *line, struct board *board, const struct claim_want *want, struct err *err);
/* false: there is no more, or it has failed. */
bool line_next(struct line *line, int64_t *id, struct err *err);
void line_close(struct line *line);

#endif
