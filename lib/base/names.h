#ifndef MC_NAMES_H
#define MC_NAMES_H

#include <stddef.h>

/* One table of names per enum, used in both directions: names[value] is the name, values count from 0. */
int names_find(const char *const *names, size_t count, const char *name); /* -1: not in the table, or NULL */

#endif
