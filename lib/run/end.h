#ifndef MC_END_H
#define MC_END_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/words.h"

struct err;
struct identity;
struct runtime;
struct site;

/* Ends what is left of a runtime of ours (SPEC section 15): processes by verified identity with TERM then KILL,
 * confirmed gone, then its pane, and its session with it unless a person has put something into that. Outside a
 * transaction. The caller has committed the `kill` intent before and commits the result after. True: nothing of it is
 * left. False: something survives or cannot be told; the row must stay as it is. */
bool end_agent(struct site *site, const struct runtime *runtime, struct err *err);

/* The process of a run's pane, by the number that tmux gives for it. That number is believed to be the agent's where
 * the process bears the run's mark, or no other's and is a child of the very server on the socket, which counts as we
 * do. Of a server in another pid namespace it is the agent as it is known there: its `ns` says so, and here only tmux
 * tells of it. Any other number, and that of a pane whose process has ended, may be anybody's: it is kept for the
 * report, and without a start time nothing is ever sent to it. */
struct end_pane {
    const char *run_id;
    int64_t pid;
    bool dead;
};
void end_identify(const struct site *site, const struct end_pane *pane, struct identity *agent);

/* All of it: commits the intent, ends, commits result and the row's retirement (to dead or closed). */
struct end_as {
    enum runtime_status to;
    const char *reason;
};
bool end_runtime(struct site *site, const struct runtime *runtime, const struct end_as *as, struct err *err);

/* The same for a caller who has committed the intent with a change of its own. */
bool end_intended(struct site *site, const struct runtime *runtime, const struct end_as *as, struct err *err);

#endif
