#ifndef MC_ANSWER_PAUSE_H
#define MC_ANSWER_PAUSE_H

#include <stdint.h>

/* Retry-After, seconds or a date (RFC 9110, 10.2.3); milliseconds from now, 0 when absent, past or nonsense, at most
 * the longest. */
enum { ANSWER_PAUSE_LONGEST = 7 * 24 * 3600 * 1000 };
int64_t answer_retry_after(const char *value, int64_t now);

#endif
