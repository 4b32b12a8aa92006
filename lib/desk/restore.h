#ifndef MC_RESTORE_H
#define MC_RESTORE_H

#include <stdbool.h>

struct err;
struct restore; /* desk/restored.h */
struct site;

/* Puts back what desk_export or the archive has written. All of it is taken and checked before the board is touched. A
 * whole export, which begins with its head, goes onto a board with nothing on it, in one transaction, and that is the
 * same board then. Closed tickets without a head go onto any board: first all are tried, then they are put there, in
 * small transactions that let others in between, each ticket behind what it waits for. Of one that comes twice the
 * line that changed last is taken; one that was on the board before is left alone. 65, with the place in the file, for
 * what is none of this or does not fit together. */
bool desk_restore(struct site *site, struct restore *restore, struct err *err);

#endif
