#ifndef MC_WORKPLACE_H
#define MC_WORKPLACE_H

#include <stdbool.h>

struct err;
struct work;

/* The claimed slot made ready for its run (SPEC section 6): checked by resolved paths, on a branch of its own that
 * begins where the ticket's work had come to, what was preserved of it put back, the hooks run. One that is not in
 * order is set aside and the next free one taken. Without a workspace there is nothing to do. False: the verdict says
 * why not, or err (the board). */
bool workplace_prepare(struct work *work, struct err *err);

#endif
