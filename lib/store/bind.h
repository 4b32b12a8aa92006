#ifndef MC_BIND_H
#define MC_BIND_H

#include <stdint.h>

#include "store/sql.h"

/* One bound value by its name (":id"). */
enum bind_type { BIND_END, BIND_NULL, BIND_NUMBER, BIND_TEXT };
struct bind {
    const char *name;
    enum bind_type type;
    enum bind_type kind; /* what a NULL would be, a server wants to know; BIND_NULL: what stands there decides */
    int64_t number;
    const char *text;
};

/* A statement with its values; the list ends with a zeroed one. */
struct call {
    enum sql sql;
    const struct bind *binds;
};

#endif
