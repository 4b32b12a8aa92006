#ifndef MC_PROC_H
#define MC_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rows.h"

struct err;
struct foreground;
struct text;

/* Processes by identity: pid, kernel start time, boot id (SPEC section 2). */

/* This boot's id into id.boot and our own pid and start: the pickup's identity. */
bool proc_self(struct identity *identity, struct err *err);
bool proc_boot_id(char out[40], struct err *err);

/* The identity of a running pid; false when there is no such process (a zombie counts as gone). */
bool proc_identify(int64_t pid, struct identity *identity);

/* The same, and true only where its parent is this process. */
bool proc_identify_child(int64_t pid, int64_t parent, struct identity *identity);

/* Does it bear the mark of a run, MC_RUN in the environment it was started with, or has it still to become the agent
 * that it is to start (mc-launch)? NO: another run's. UNKNOWN: none, or it may not be looked at. */
enum seen proc_bears(int64_t pid, const char *run_id);

/* Does this process count processes in the namespace in which we do? UNKNOWN where the kernel does not tell. */
enum seen proc_counts_as_we(int64_t pid);

/* Is exactly this process alive? UNKNOWN when the identity is not whole, is counted in another pid namespace (its
 * number says nothing here), or /proc cannot be read. A zombie is dead. Another boot is dead. */
enum seen proc_alive(const struct identity *identity);

/* Counted in another pid namespace than ours, as far as both are known? */
bool proc_elsewhere(const struct identity *identity);

/* Ends an agent: TERM, then KILL after grace_ms, for its process group, every process whose session is its pid, and
 * what descends from any of them by parentage at that moment, an MCP server in a session of its own too. Every signal
 * goes through a pidfd after the identity was confirmed. What has made itself a daemon is left alone, and those of them
 * that bear MC_RUN=run_id are put into *spared ("tmux: server (pid 123), …"); that mark alone never gets a signal.
 * Where nobody has the agent's pid any more, its session or group may since have been another's of the same number: a
 * process in it is ended only if it bears the mark too. Where another has it, or in another boot or pid namespace,
 * nothing is. Whatever the identity says, the first process of a namespace is no agent, nor are we or one that we
 * descend from, unless we run inside that run. The caller alone is left out (an agent may call mc-ticket itself): when
 * it is among them, it ignores SIGHUP and SIGPIPE from then on. True when all are confirmed gone; false (err 71) when
 * some survive. Nothing to end is true. */
struct proc_target {
    const struct identity *agent;
    const char *run_id; /* NULL: nothing bears it */
    int64_t grace_ms;
};
bool proc_end(const struct proc_target *target, struct text *spared, struct err *err);

/* Who reads what is typed into this agent's terminal, for rules/foreground.h; zeroed before, its arguments are the
 * caller's to release. Nothing is told of a process that is gone, has no terminal or is counted in another pid
 * namespace. */
void proc_foreground(const struct identity *agent, struct foreground *seen);

/* Is a tmux client of ours still on its way to create this session (its command line names run_id)? Also true where
 * that cannot be told. */
bool proc_client_underway(const char *run_id);

/* Does a process of one of these names (comm; NULL-terminated) run here, whoever's? */
bool proc_runs(const char *const *names);

/* Was this process killed for memory: "no", "yes (memory.events of …)", "unknown (why)". Never fails. */
void proc_oom(struct text *out, const struct identity *identity);

#endif
