#ifndef MC_AWAKE_H
#define MC_AWAKE_H

#include <stdbool.h>
#include <stdint.h>

struct runtime;
struct tick;

/* Lengths of time of a live agent are measured on the awake clock (clock_monotonic): nobody sets it, it stands still in
 * a suspend, and a reading is worth nothing in another boot. */
bool awake_known(const struct runtime *runtime, const char *boot); /* the row has readings of this boot */

/* Milliseconds from one reading to a later one; 0 where there is no first, or it lies ahead. */
int64_t awake_between(int64_t then, int64_t tick);

/* A reading as text, "TICK BOOT", by which a pickup tells the next since when something is so. awake_read: 0 for NULL
 * and for a text that is no reading of this boot or lies ahead. */
enum { AWAKE_MARK_SIZE = 64 };
void awake_mark(char out[AWAKE_MARK_SIZE], const struct tick *now);
int64_t awake_read(const char *mark, const struct tick *now);

#endif
