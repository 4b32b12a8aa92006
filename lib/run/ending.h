#ifndef MC_ENDING_H
#define MC_ENDING_H

#include <stdbool.h>

struct ending;
struct err;

/* What the ruling on a turn that is over writes, inside the caller's transaction. */
bool ending_write(struct ending *ending, struct err *err);

#endif
