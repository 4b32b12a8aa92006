#ifndef MC_POSTGRES_VERDICT_H
#define MC_POSTGRES_VERDICT_H

#include <stdbool.h>

#include "base/err.h"

/* What a server's SQLSTATE means here: how it ends, and what to do. */
struct verdict {
    const char *state; /* the whole of it, or how it begins */
    enum mc_exit code;
    const char *advice;
};

/* Never NULL: what is not known is a bug (70). */
const struct verdict *verdict_of(const char *state);

/* Where it is written what to do about a server that could not be had, in libpq's words, or that refused us. */
const char *verdict_page(const char *why, bool refused);

#endif
