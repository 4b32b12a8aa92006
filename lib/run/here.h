#ifndef MC_HERE_H
#define MC_HERE_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct runtime;
struct site;

/* On a board that several machines share, a pid, a session and a path of a row say something on the row's own machine
 * alone: another never looks at them, and never signals. All rows of an embedded board are this machine's, whatever it
 * is called today. */

/* Is a row of this host this machine's? NULL: it was made of what is seen here. */
bool site_here(const struct site *site, const char *host);

/* May another machine that shares the board have the profile or workspace of this name, which is not in this one's
 * configuration? Then a ticket that names it is that one's to claim. NULL: no name, no. */
bool here_not_alone(const struct site *site, const char *name);

/* Where a ticket has its place that names this profile and this workspace; NULL: it names none. */
enum here_place {
    PLACE_HERE,
    PLACE_OTHER_PROFILE, /* it is another machine's, which may have what is not configured here */
    PLACE_OTHER_WORKSPACE,
    PLACE_NO_PROFILE,  /* nowhere: the one that it names is not configured */
    PLACE_NO_DEFAULT,  /* nowhere: it names no profile, and the configuration has no default */
    PLACE_NO_WORKSPACE /* nowhere: config_misplaced says why */
};
enum here_place here_place(const struct site *site, const char *profile, const char *workspace);

/* The 69 of a command that must be run where the agent of `key` is: "MC-1: its agent is on host b; run it there". */
bool here_refuse(const char *key, const char *host, const char *what, struct err *err);

/* Before a command looks at, or acts on, the agent that a ticket has: 69 where it is on another machine, 78 where
 * another machine has this one's name (run/hosts.h). True where it has none. */
bool here_agent(struct site *site, int64_t ticket, const char *what, struct err *err);

#endif
