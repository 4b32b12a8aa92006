#ifndef MC_PASSED_H
#define MC_PASSED_H

#include <stdint.h>

struct argv;
struct site;

/* The environment of what is started for a run, an agent or a hook: SPEC section 7's list. */
struct passed {
    int64_t ticket_id;
    const char *run_id;
    const char *board;       /* its MC_DB */
    const char *path;        /* its PATH */
    const char *cwd;         /* where it is started */
    const struct argv *own;  /* NAME=VALUE of its profile; NULL: none */
    const struct argv *pass; /* patterns of its profile; NULL: none */
};

/* Most binding first: what env has already, what ties it to its run, what its profile says, what every one needs, what
 * we were started with. */
void passed_environment(const struct site *site, const struct passed *passed, struct argv *env);

#endif
