#ifndef MC_COUNTS_H
#define MC_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/words.h"

struct board;
struct err;

/* What is on the board in numbers, and what waits longest: from indexes and from counts that triggers keep, so that it
 * costs the same on a board of a million tickets. */
struct ticket_counts {
    int64_t of[TICKET_STATUS_COUNT];
};
bool counts_read(struct board *board, struct ticket_counts *counts, struct err *err);

/* Those that have waited longest in this status, at most WAITING_MOST of them, the oldest first: todo since they were
 * queued, of those that wait for no other ticket; else since they came into it. */
enum { WAITING_MOST = 5 };
struct waiting {
    struct {
        int64_t id, since;
    } items[WAITING_MOST];
    size_t count;
};
bool counts_waiting(struct board *board, enum ticket_status status, struct waiting *waiting, struct err *err);

/* What is still to be told to notify: how many, and since when the oldest waits (0: none). */
bool counts_untold(struct board *board, int64_t *count, int64_t *since, struct err *err);

#endif
