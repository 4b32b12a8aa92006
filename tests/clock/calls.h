/* What preloaded clocks have in common: time() and gettimeofday() over the clock_gettime() of each, the stat family
 * over its calls_seen(). */
#ifndef MC_CLOCK_CALLS_H
#define MC_CLOCK_CALLS_H

#include <stddef.h>
#include <sys/stat.h>

/* Each clock's own: where result is 0, a file's stamps become what the clock says of them. Returns result. */
int calls_seen(int result, struct stat *seen);

/* The text of the file that the environment variable names; "" where there is none. Keeps errno. */
void calls_told(const char *variable, char *text, size_t size);

#endif
