#ifndef MC_SLOT_SWAP_H
#define MC_SLOT_SWAP_H

#include <stdbool.h>

struct err;
struct slot;
struct work;

/* The run leaves its slot for the next that is free. `line`: it is set aside for that; NULL: somebody is still at work
 * on it, and it is free again. True: work->slot and the runtime's cwd are the next one's. False: the verdict (the
 * ticket waits for a slot), or err. */
bool slot_swap(struct work *work, const char *line, struct err *err);

/* Each of them was tried: the run leaves its own, which nobody has touched. False: the verdict, or err. */
bool slot_none(struct work *work, struct err *err);

/* The run leaves its slot, which nobody has touched. */
bool slot_give_up(struct work *work, struct err *err);

/* The verdict of a run that was taken from us; false. */
bool slot_lost(struct work *work);

/* Which one a run of the ticket would have; name NULL: none is free. */
bool slot_foresee(const struct work *work, struct slot *slot, struct err *err);

#endif
