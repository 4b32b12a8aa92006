#ifndef MC_PROGRAMS_H
#define MC_PROGRAMS_H

#include <stdbool.h>

struct site;

/* Does this program of ours (mc-launch, mc-http) stand where it should, and may it be run? */
bool programs_have(const struct site *site, const char *name);

#endif
