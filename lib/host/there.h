#ifndef MC_THERE_H
#define MC_THERE_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/rows.h"

struct argv;
struct err;
struct proc_target;
struct text;
struct tmux;

/* Agents of a tmux server that counts processes in another pid namespace (a container that shares our folder): what is
 * asked of them, and done to them, there, by mc-launch, which that server runs for us. */
struct there {
    const struct tmux *tmux;
    const char *programs; /* where mc-launch is, for us and for it */
    const char *answer;   /* a file that is not there yet, in a folder that both see; it is gone again afterwards */
};

/* The process that has this number there, as it is known there. False: nothing, or an answer that is none: of our own
 * namespace, too. */
bool there_identify(const struct there *there, int64_t pid, struct identity *identity);

/* Ends an agent as proc_end does. YES: nothing of it is left. NO: it is not counted there either. UNKNOWN (err 69):
 * something survives, or nothing was said. */
enum seen there_end(const struct there *there, const struct proc_target *target, struct text *spared, struct err *err);

/* The other side: what mc-launch is asked with (--who, --end), answered into the file. An exit status; 0 where there is
 * an answer. */
int there_answer(int argc, char **argv);

#endif
