#ifndef MC_TEST_DESCRIPTOR_WANT_H
#define MC_TEST_DESCRIPTOR_WANT_H

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* This process may open so many files more, until want_over. */
static struct rlimit want_before;

static inline void want_descriptors(unsigned more) {
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    struct rlimit limit;
    if (next < 0 || getrlimit(RLIMIT_NOFILE, &want_before) != 0)
        abort();
    close(next);
    limit = want_before;
    limit.rlim_cur = (rlim_t)next + more;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        abort();
}

static inline void want_over(void) {
    if (setrlimit(RLIMIT_NOFILE, &want_before) != 0)
        abort();
}

#endif
