#ifndef MC_MEND_H
#define MC_MEND_H

#include <stdbool.h>

struct err;
struct report;
struct site;
struct world_case;

/* Repairs that write rows and touch nothing outside, each in one transaction of its own that finds its premise again.
 * changed: by this call, and not by another pickup that saw the same. */
struct mend {
    struct site *site;
    struct report *report;
    const struct world_case *one;
    const char *reason;
    bool changed;
};

bool mend_stall(struct mend *mend, struct err *err); /* says once that the turn stalls */
bool mend_clock(struct mend *mend, struct err *err); /* gives the row a reading of this boot's awake clock */
bool mend_unowned(struct mend *mend,
                  struct err *err); /* in progress and no run of it on the board: to todo, said once */

#endif
