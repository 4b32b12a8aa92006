#ifndef MC_CHECKUP_H
#define MC_CHECKUP_H

#include <stdbool.h>
#include <stdint.h>

struct board;
struct err;

/* A look at the board's own health. */

/* Is the file whole (quick_check)? *damage is the first thing that is not, a new string, else NULL. Reads all of the
 * file: seconds for each GiB. */
bool checkup_whole(struct board *board, char **damage, struct err *err);

/* When a ticket was changed last, by the stamps on the board; 0: there is none. One look at an index. */
bool checkup_newest(struct board *board, int64_t *ms, struct err *err);

/* The process that holds this board for writing at this moment; 0: nobody, -1: it cannot be told which. Only before
 * this program has opened it: looking lets go of what it holds itself. */
int64_t checkup_holder(const char *path);

#endif
