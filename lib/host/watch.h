#ifndef MC_WATCH_H
#define MC_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct identity;

/* Waits so long, or until exactly this process has ended: true. Of one that is not known whole it waits the time out.
 * A zombie has ended. */
bool watch_process(const struct identity *identity, int64_t ms);

#endif
