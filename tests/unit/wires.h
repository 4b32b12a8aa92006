#ifndef MC_WIRES_H
#define MC_WIRES_H

/* What a statement's wire says (store/sql.h), as the tests of both engines look at it. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "store/sql.h"

/* What an embedded board has no need of. */
static inline bool wire_is_shared_only(size_t sql) {
    return sql == SQL_RECORD_SEQUENCES || sql == SQL_ROLE || strncmp(sql_wires[sql].name, "host_", 5) == 0;
}

static inline size_t wire_count(const char *list) {
    size_t count = list ? 1 : 0;
    for (; list && *list; list++)
        count += *list == ',';
    return count;
}

/* Is `name` one of the list's? */
static inline bool wire_names(const char *list, const char *name) {
    size_t n = strlen(name);
    while (list) {
        if (strncmp(list, name, n) == 0 && (list[n] == ',' || list[n] == '\0'))
            return true;
        list = strchr(list, ',');
        list = list ? list + 1 : NULL;
    }
    return false;
}

#endif
