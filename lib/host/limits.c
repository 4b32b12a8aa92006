#include "host/limits.h"

#include <sys/resource.h>

_Static_assert((int)LIMITS_COUNT == (int)RLIM_NLIMITS, "one place for every resource");

static int64_t number_of(rlim_t value) {
    return value == RLIM_INFINITY || value > INT64_MAX ? -1 : (int64_t)value;
}

static rlim_t value_of(int64_t number) {
    return number < 0 ? RLIM_INFINITY : (rlim_t)number;
}

void limits_read(struct limits *limits) {
    struct rlimit seen;

    *limits = (struct limits){.count = LIMITS_COUNT};
    for (int i = 0; i < LIMITS_COUNT; i++)
        limits->of[i] = getrlimit((__rlimit_resource_t)i, &seen) == 0
                            ? (struct limit){number_of(seen.rlim_cur), number_of(seen.rlim_max)}
                            : (struct limit){-1, -1};
}

static rlim_t lower(rlim_t a, rlim_t b) {
    return a < b ? a : b; /* RLIM_INFINITY is the highest */
}

void limits_apply(const struct limits *limits) {
    for (int i = 0; i < limits->count; i++) {
        struct rlimit wanted = {value_of(limits->of[i].soft), value_of(limits->of[i].hard)}, now;

        if (setrlimit((__rlimit_resource_t)i, &wanted) == 0 || getrlimit((__rlimit_resource_t)i, &now) != 0)
            continue;
        wanted.rlim_max = lower(wanted.rlim_max, now.rlim_max);
        wanted.rlim_cur = lower(wanted.rlim_cur, wanted.rlim_max);
        (void)setrlimit((__rlimit_resource_t)i, &wanted);
    }
}
