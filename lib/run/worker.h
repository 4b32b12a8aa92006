#ifndef MC_WORKER_H
#define MC_WORKER_H

#include "rules/words.h"

struct identity;
struct ticket;

/* The ticket names another run than `run_id`: does that one's worker live? NO when it names none, or one that has gone
 * or is this run's own `agent`. UNKNOWN when that cannot be told: a number of another pid namespace, or one recorded
 * without its start that somebody has now. */
enum seen worker_other(const struct ticket *ticket, const char *run_id, const struct identity *agent);

#endif
