#ifndef MC_HOLDERS_H
#define MC_HOLDERS_H

#include <stdbool.h>

struct err;
struct site;
struct text;

/* Who has the slots of a full pool, the first of them: "pool-1 MC-1, pool-2 quarantined with work of MC-3". */
bool holders_add(const struct site *site, const char *workspace, struct text *out, struct err *err);

#endif
