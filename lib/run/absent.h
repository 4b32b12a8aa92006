#ifndef MC_ABSENT_H
#define MC_ABSENT_H

#include <stdbool.h>

struct err;
struct site;

/* "MC-7: no such ticket on this board", 66, and where closed ones that have left it lie; returns false. */
bool absent_ticket(const struct site *site, const char *key, struct err *err);

#endif
