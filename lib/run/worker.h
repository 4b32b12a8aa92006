#ifndef MC_WORKER_H
#define MC_WORKER_H

#include "rules/words.h"

struct identity;
struct site;
struct ticket;

/* A runtime as the other run of its ticket is judged from: whose row, of which agent. */
struct worker_beside {
    const struct site *site;
    const char *run_id;
    const struct identity *agent;
};

/* The ticket names another run than this one: does that one's worker live? NO when it names none, or one that has gone
 * or is this run's own agent. UNKNOWN when that cannot be told: a process of another machine, a number of another pid
 * namespace, or one recorded without its start that somebody has now. */
enum seen worker_other(const struct ticket *ticket, const struct worker_beside *beside);

#endif
