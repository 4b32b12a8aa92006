#ifndef MC_INIT_WORKER_H
#define MC_INIT_WORKER_H

#include <stdbool.h>

#include "options.h"

struct call;
struct err;
struct site_options;

/* init --worker ROLE: the board is there, and this role of its server's may work on it. */
bool init_worker(struct call *call, const struct site_options *options, struct err *err);

/* The 77 for what an agent may not say of a board. */
bool init_by_person(enum option_id option, struct err *err);

#endif
