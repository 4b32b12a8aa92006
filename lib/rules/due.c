#include "rules/due.h"

/* A prime: no rhythm of cron passes by it. */
enum { MINUTE_MS = 60000, STRAIGHT_MINUTES = 17 };

int64_t due_horizon(int64_t now, int64_t longest) {
    return now > INT64_MAX - longest ? INT64_MAX : now + longest;
}

bool due_again(int64_t stored, int64_t now, int64_t after) {
    return stored > now || now - stored > after;
}

bool due_straight(int64_t now) {
    return now / MINUTE_MS % STRAIGHT_MINUTES == 0;
}
