#include "rules/due.h"

int64_t due_horizon(int64_t now, int64_t longest) {
    return now > INT64_MAX - longest ? INT64_MAX : now + longest;
}

bool due_again(int64_t stored, int64_t now, int64_t after) {
    return stored > now || now - stored > after;
}
