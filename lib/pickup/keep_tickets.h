#ifndef MC_KEEP_TICKETS_H
#define MC_KEEP_TICKETS_H

#include <stdbool.h>

struct err;
struct keeping;

/* Moves tickets that were closed long ago, with all that is theirs, from the board to archive/YYYY-MM.jsonl beside it
 * (by the month in which they were closed), a few at a time: a line is on the disk before its rows go, in a transaction
 * that finds them as they were written. Killed in between, a ticket is in both; it is written again then, and the later
 * line counts. *done: none is left that may go. An archive that cannot be written is in err as its own failure. */
bool keep_tickets(const struct keeping *keeping, bool *done, struct err *err);

#endif
