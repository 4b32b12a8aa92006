#ifndef MC_SAID_H
#define MC_SAID_H

#include <stdbool.h>

/* An error that stays is mailed by cron every minute. What was said last stands in a file, because neither
 * configuration nor board may be readable: a hash of the words and the time. `file` NULL, or in a folder that is not
 * there or cannot be written: nothing is remembered, and everything is said. */

/* Were these very words said within the last day? If not, they are from now on: of several who ask at once, one is told
 * no. */
bool said_before(const char *file, const char *words);

/* It is over: the same words are new the next time. A blank file stays, made where there is none: so there is room for
 * it when the disk is full. */
void said_forget(const char *file);

/* The same where no room is kept for the next: nothing is left. */
void said_drop(const char *file);

#endif
