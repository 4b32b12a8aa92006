#ifndef MC_KEEPING_TIME_H
#define MC_KEEPING_TIME_H

#include <stdbool.h>
#include <stdint.h>

struct pickup;

/* One keeping: by which pickup, what ended before which moment it may take, and until when (monotonic) it may work. */
struct keeping {
    struct pickup *pickup;
    int64_t runs_before, closed_before;
    int64_t until;
};
bool keeping_over(const struct keeping *keeping);

#endif
