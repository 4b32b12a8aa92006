#ifndef MC_UPROOTED_H
#define MC_UPROOTED_H

#include <stdbool.h>

struct err;
struct runtime;
struct work;

/* Was the working directory of this agent removed? Whatever stands at its path by now, it does not work there. */
bool uprooted(const struct runtime *runtime);

/* Then the turn that is due (deliver.c) goes to the ticket's next run: this one ends, which is no attempt, and its
 * ticket is todo. *ended false: it has moved on meanwhile, or somebody else is at it. */
bool uprooted_end(struct work *work, bool *ended, struct err *err);

#endif
