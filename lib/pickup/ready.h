#ifndef MC_READY_H
#define MC_READY_H

#include <stdbool.h>

struct base;
struct err;
struct work;

/* A run's slot is on its branch: the rows say so, in one transaction, and what of the ticket's work the run does not
 * start from is in its story. *changed false: the slot is not the run's any more. False: the board failed. */
struct ready {
    struct work *work;
    const char *branch;
    const struct base *base;
};
bool ready_record(const struct ready *ready, bool *changed, struct err *err);

#endif
