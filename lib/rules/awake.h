#ifndef MC_AWAKE_H
#define MC_AWAKE_H

#include <stdbool.h>
#include <stdint.h>

struct runtime;

/* Lengths of time of a live agent are measured on the awake clock (clock_monotonic): nobody sets it, it stands still in
 * a suspend, and a reading is worth nothing in another boot. */
bool awake_known(const struct runtime *runtime, const char *boot); /* the row has readings of this boot */

/* Milliseconds from one reading to a later one; 0 where there is no first, or it lies ahead. */
int64_t awake_between(int64_t then, int64_t tick);

#endif
