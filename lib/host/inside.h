#ifndef MC_INSIDE_H
#define MC_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

/* It cannot be told whether there is one: /proc, or somebody in it, could not be read. */
enum { INSIDE_UNKNOWN = -1 };

/* A living process whose working directory is this one (absolute, resolved) or below it, as far as we may look: 0 where
 * there is none. We and what we have started ourselves are not counted. */
int64_t inside_find(const char *folder, char program[32]);

/* The same, and it is neither the agent of this pid, nor of its session or group, nor descends from one of them. */
int64_t inside_stranger(const char *folder, int64_t agent, char program[32]);

/* Is the folder gone in which this process was started, or in which it is now? */
bool inside_removed(int64_t pid, const char *folder);

#endif
