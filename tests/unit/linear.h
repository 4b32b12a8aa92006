/* Whether work takes time in proportion to its bytes: processor time of two sizes, compared with each other and never
 * with a clock on the wall. */
#ifndef MC_TESTS_LINEAR_H
#define MC_TESTS_LINEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

typedef void linear_work(const char *bytes, size_t n, void *with);

struct linear {
    linear_work *work; /* on n bytes, bytes[n] '\0' */
    void *with;
};

/* In proportion it is 16 times, in that to the square 256 times as much; what is too short to be measured counts as
 * some microseconds. */
enum { LINEAR_SIZES = 16, LINEAR_MOST = 64, LINEAR_TRIES = 24, LINEAR_SHORT = 20 };

/* Microseconds of this thread's: the process's own are told by the tick where there is a limit to them. */
static inline int64_t linear_now(void) {
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static inline int64_t linear_time(const struct linear *of, char *bytes, size_t n) {
    char end = bytes[n];
    int64_t took;

    bytes[n] = '\0';
    took = -linear_now();
    of->work(bytes, n, of->with);
    took += linear_now();
    bytes[n] = end;
    return took + LINEAR_SHORT;
}

/* n of unit after each other, bytes that hold n + 1. */
static inline void linear_repeat(char *bytes, size_t n, const char *unit) {
    size_t len = strlen(unit);

    for (size_t i = 0; i < n; i++)
        bytes[i] = unit[i % len];
    bytes[n] = '\0';
}

/* Of the least of several: others may have had the caches, or the processor itself, for a second or two. */
static inline bool is_linear(const struct linear *of, char *bytes, size_t n) {
    int64_t small = 0, large = 0;

    for (int tries = 0; tries < LINEAR_TRIES; tries++) {
        int64_t one = linear_time(of, bytes, n / LINEAR_SIZES), other = linear_time(of, bytes, n);

        small = !tries || one < small ? one : small;
        large = !tries || other < large ? other : large;
        if (large <= LINEAR_MOST * small)
            return true;
    }
    return false;
}

#endif
