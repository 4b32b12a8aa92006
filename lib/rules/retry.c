#include "rules/retry.h"

#include "base/text.h"

enum {
    SECOND = 1000,
    BUSY_FIRST = 60 * SECOND,
    BUSY_LONGEST = 600 * SECOND,
    BREAKER_FAILURES = 3,
    BREAKER_FIRST = 60 * SECOND,
    BREAKER_LONGEST = 3600 * SECOND
};

/* first × 2^(count−1), at most `longest`, without overflow. */
static int64_t doubled(int64_t first, int count, int64_t longest) {
    int64_t delay = first < longest ? first : longest;
    for (int i = 1; i < count && delay < longest; i++)
        delay = delay > longest / 2 ? longest : delay * 2;
    return delay > 0 ? delay : 0;
}

int64_t retry_delay(int attempts, int64_t backoff_ms, int64_t max_ms, uint32_t random) {
    enum { STEPS = 1000 };
    int64_t longest = max_ms < INT64_MAX / 2 ? max_ms : INT64_MAX / 2;
    int64_t delay = doubled(backoff_ms, attempts, longest);
    int64_t span = delay / 5;
    int64_t step = random % (STEPS + 1);
    return delay - delay / 10 + span / STEPS * step + span % STEPS * step / STEPS;
}

int64_t retry_busy_delay(int attempts) {
    return doubled(BUSY_FIRST, attempts, BUSY_LONGEST);
}

bool breaker_open(const struct breaker *breaker, int64_t now) {
    /* A pause longer than any we set is from before the clock was put back. */
    return breaker->open_until > now && breaker->open_until - now <= BREAKER_LONGEST;
}

bool breaker_fail(struct breaker *breaker, const char *class, bool at_once, int64_t now) {
    bool was_closed = breaker->open_until == 0;
    bool was_open = breaker_open(breaker, now);
    text_copy(breaker->class, sizeof breaker->class, class);
    breaker->failures++;
    if (was_open || (was_closed && !at_once && breaker->failures < BREAKER_FAILURES))
        return false;
    breaker->openings++;
    breaker->open_until = now + doubled(BREAKER_FIRST, breaker->openings, BREAKER_LONGEST);
    return was_closed;
}

void breaker_close(struct breaker *breaker) {
    *breaker = (struct breaker){0};
}
