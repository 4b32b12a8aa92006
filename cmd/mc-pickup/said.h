#ifndef MC_SAID_H
#define MC_SAID_H

#include <stdbool.h>

/* A refusal that stays is mailed by cron every minute. What was said last stands in a file, because neither
 * configuration nor board may be readable: a hash of the words and the time. `file` NULL, or in a folder that is not
 * there or cannot be written: nothing is remembered, and everything is said. */

/* Were these very words said within the last day? If not, they are from now on. */
bool said_before(const char *file, const char *words);

/* Nothing is refused any more: the same words are new the next time. */
void said_forget(const char *file);

#endif
