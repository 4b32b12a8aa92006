#ifndef MC_KEEP_TICKETS_H
#define MC_KEEP_TICKETS_H

#include <stdbool.h>

struct err;
struct keeping;

/* Moves tickets that were closed long ago, with all that is theirs, from the board to archive/YYYY-MM.jsonl beside it
 * (by the month in which they were closed): some lines are put on the disk, then the rows of each go in a transaction
 * of its own that finds them as they were written. Killed in between, a ticket is in both; it is written again then,
 * and the later line counts. What has a folder, what changes meanwhile, what something else speaks of, and what is over
 * 1 MiB long (it would hold the board for too long) stays. *done: none is left that may go. An archive that cannot be
 * written is in err as its own failure. */
bool keep_tickets(const struct keeping *keeping, bool *done, struct err *err);

#endif
