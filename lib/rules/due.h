#ifndef MC_DUE_H
#define MC_DUE_H

#include <stdbool.h>
#include <stdint.h>

/* Times that were stored by a clock that may have been set since. */

/* The latest moment that anything may be put off to: no wait is longer than `longest`, so a stored time behind it was
 * written by a clock that was ahead, and counts as now. */
int64_t due_horizon(int64_t now, int64_t longest);

/* Is what was said at `stored` to be said again `after` so long? A time to come is no time at which anything was said.
 */
bool due_again(int64_t stored, int64_t now, int64_t after);

/* Is this the minute, one of so many, in which a claim gives back the places in line that a clock which was ahead has
 * given? To look for one takes a claim's time. */
bool due_straight(int64_t now);

#endif
