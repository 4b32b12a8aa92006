#ifndef MC_RETRY_H
#define MC_RETRY_H

#include <stdbool.h>
#include <stdint.h>

/* min(backoff × 2^(attempts−1), backoff_max) with jitter: `random` spreads it over ±10 %. Milliseconds. attempts ≥ 1.
 */
int64_t retry_delay(int attempts, int64_t backoff_ms, int64_t max_ms, uint32_t random);

/* A pending message that was answered busy again: 60 s, doubling to 10 min (SPEC section 10). Milliseconds. */
int64_t retry_busy_delay(int attempts);

/* The breaker of SPEC section 9, kept in settings as JSON text by the store. Zeroed is closed. */
struct breaker {
    int failures;       /* world failures in a row */
    int openings;       /* since the last success */
    int64_t open_until; /* 0: closed */
    char class[24];     /* of the last failure */
};

/* Claiming is stopped at this moment? After open_until one pickup may try (half open); so too where open_until lies
 * further ahead than any pause, after the clock was put back. */
bool breaker_open(const struct breaker *breaker, int64_t now);

/* Counts one failure of the world; at_once opens with the first, else the third in a row does, and any failure of a
 * half open one. Returns true when this failure opened a closed breaker (say so once); opening it again after a
 * trial is silent. The pause is 60 s doubling per opening to 1 h. A failure while it is open leaves it as it is. */
bool breaker_fail(struct breaker *breaker, const char *class, bool at_once, int64_t now);

void breaker_close(struct breaker *breaker); /* the first success */

#endif
