#ifndef MC_LIMITS_H
#define MC_LIMITS_H

#include <stdint.h>

/* What a process may use (getrlimit(2)): every resource that this system knows. -1: unlimited. */
enum { LIMITS_COUNT = 16 };

struct limit {
    int64_t soft, hard;
};
struct limits {
    struct limit of[LIMITS_COUNT]; /* by the number of the resource */
    int count;                     /* 0: none are known */
};

/* Those of this process: nothing of ours changes them, so they are the caller's. */
void limits_read(struct limits *limits);

/* As near as may be: a hard limit that cannot be raised is left, and the soft one goes up to it. */
void limits_apply(const struct limits *limits);

#endif
