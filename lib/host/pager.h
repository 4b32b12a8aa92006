#ifndef MC_PAGER_H
#define MC_PAGER_H

#include <stdbool.h>

struct text;

/* A long text for a person at a terminal, through $PAGER (split at blanks, no shell; unset: less; empty or "cat": none)
 * with LESS=FRX where LESS is unset. */

/* Is standard output a terminal that has fewer lines than the text takes there? */
bool pager_wanted(const struct text *text);

/* True: it was shown, however the pager was left or failed. False: there is none, or it cannot be run, and nothing was
 * shown. */
bool pager_show(const struct text *text);

#endif
