#ifndef MC_RETRY_H
#define MC_RETRY_H

#include <stdint.h>

/* first × 2^(count−1), at most `longest`, never negative. */
int64_t retry_doubled(int64_t first, int count, int64_t longest);

/* min(backoff × 2^(attempts−1), backoff_max) with jitter: `random` spreads it over ±10 %. Milliseconds. attempts ≥ 1.
 */
int64_t retry_delay(int attempts, int64_t backoff_ms, int64_t max_ms, uint32_t random);

/* A pending message that was answered busy again: 60 s, doubling to 10 min (SPEC section 10). Milliseconds. */
int64_t retry_busy_delay(int attempts);

/* A ticket that failed for the world's reason, `failures` times in a row: min(backoff × 2^(failures−1), backoff_max).
 * Milliseconds. */
int64_t retry_world_delay(int failures, int64_t backoff_ms, int64_t max_ms);

#endif
