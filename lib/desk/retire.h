#ifndef MC_RETIRE_H
#define MC_RETIRE_H

#include <stdbool.h>

#include "base/text.h"

struct err;
struct site;
struct slot;

/* Slots that the configuration has no use for any more. Their worktrees are a person's to remove. */

/* Why, as a new string: its workspace is not configured any more, it is beyond `size`, or the pool is elsewhere now;
 * NULL: it is one of those that tickets get. */
char *retire_reason(const struct site *site, const struct slot *slot);

/* Takes a free one of them off the board's list; `retired` comes zeroed. yes false: it is none, and nothing was done.
 */
struct retired {
    bool yes;
    struct text line; /* for a person: what became of it, and the command that removes its worktree */
};
bool retire_slot(struct site *site, const struct slot *slot, struct retired *retired, struct err *err);

#endif
