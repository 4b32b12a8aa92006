#ifndef MC_GIT_OID_H
#define MC_GIT_OID_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/slot.h"

/* The name of an object in the first line; false, and "": it is none. */
bool git_oid_line(char oid[OID_SIZE], const char *said);

/* n bytes are the hexadecimal name of an object. */
bool git_is_oid(const char *bytes, size_t n);

#endif
