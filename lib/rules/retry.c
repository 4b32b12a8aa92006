#include "rules/retry.h"

enum { SECOND = 1000, BUSY_FIRST = 60 * SECOND, BUSY_LONGEST = 600 * SECOND };

int64_t retry_doubled(int64_t first, int count, int64_t longest) {
    int64_t delay = first < longest ? first : longest;
    for (int i = 1; i < count && delay < longest; i++)
        delay = delay > longest / 2 ? longest : delay * 2;
    return delay > 0 ? delay : 0;
}

int64_t retry_delay(int attempts, int64_t backoff_ms, int64_t max_ms, uint32_t random) {
    enum { STEPS = 1000 };
    int64_t longest = max_ms < INT64_MAX / 2 ? max_ms : INT64_MAX / 2;
    int64_t delay = retry_doubled(backoff_ms, attempts, longest);
    int64_t span = delay / 5;
    int64_t step = random % (STEPS + 1);
    return delay - delay / 10 + span / STEPS * step + span % STEPS * step / STEPS;
}

int64_t retry_busy_delay(int attempts) {
    return retry_doubled(BUSY_FIRST, attempts, BUSY_LONGEST);
}

int64_t retry_world_delay(int failures, int64_t backoff_ms, int64_t max_ms) {
    return retry_doubled(backoff_ms, failures, max_ms);
}
