#ifndef MC_KEEPING_H
#define MC_KEEPING_H

#include <stdbool.h>

struct err;
struct pickup;

/* What is over is not kept for ever (SPEC section 17): once a day, by a pickup that has found nothing to do, for at
 * most a few seconds; the next such one goes on; and only where the wall clock is believed (rules/ages.h). What cannot
 * be kept is said, and is no failure. False: the board failed. */
bool keeping_step(struct pickup *pickup, struct err *err);

#endif
