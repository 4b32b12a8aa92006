#include "pickup/keeping_time.h"

#include "base/clock.h"

bool keeping_over(const struct keeping *keeping) {
    return clock_monotonic() >= keeping->until;
}
