#ifndef MC_TEST_REFUSED_H
#define MC_TEST_REFUSED_H

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* The system refuses one of the calls that a test has listed with REFUSABLE (ld --wrap: tests/CMakeLists.txt reads the
 * list): so many of them, behind those that it lets through. */
struct refusal {
    const char *call;
    int error, behind, times;
    bool came;
};
static struct refusal refused;

enum { EACH_TIME = 1000000 };

static inline void refuse(const char *call, int error, int behind, int times) {
    refused = (struct refusal){call, error, behind, times, false};
}

/* Whether it came to that. */
static inline bool refuse_over(void) {
    bool came = refused.came;
    refused = (struct refusal){0};
    return came;
}

static inline bool is_refused(const char *call) {
    if (refused.call == NULL || strcmp(call, refused.call) != 0 || refused.times == 0)
        return false;
    if (refused.behind > 0) {
        refused.behind--;
        return false;
    }
    refused.times--;
    refused.came = true;
    errno = refused.error;
    return true;
}

#define REFUSABLE(name, type, none, parameters, arguments)                                                             \
    type __real_##name parameters;                                                                                     \
    type __wrap_##name parameters;                                                                                     \
    type __wrap_##name parameters {                                                                                    \
        return is_refused(#name) ? none : __real_##name arguments;                                                     \
    }

#endif
