#ifndef MC_HERE_H
#define MC_HERE_H

#include <stdbool.h>

struct err;
struct runtime;
struct site;

/* On a board that several machines share, a pid, a session and a path of a row say something on the row's own machine
 * alone: another never looks at them, and never signals. All rows of an embedded board are this machine's, whatever it
 * is called today. */

/* Is a row of this host this machine's? NULL: it was made of what is seen here. */
bool site_here(const struct site *site, const char *host);

/* The 69 of a command that must be run where the agent of `key` is: "MC-1: its agent is on host b; run it there". */
bool here_refuse(const char *key, const char *host, const char *what, struct err *err);

#endif
