#ifndef MC_BANNED_H
#define MC_BANNED_H

/* Calls with a safer twin: a use does not compile. Included before every source by the build. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A fortified or GNU header may have made macros of them. */
#undef sprintf
#undef vsprintf
#undef alloca
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok atoi atol atoll atof system popen tmpnam \
    mktemp alloca

#endif
