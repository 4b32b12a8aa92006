#ifndef MC_STARTED_H
#define MC_STARTED_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/nonces.h"

struct err;
struct site;

/* The file "started" of a run: the last turn that its agent has told us it began. It needs no board, so that it can be
 * left at any moment. */
enum { PROMPT_ID_SIZE = 128 };
struct started {
    struct nonces nonces;           /* that its prompt held; none: it was not ours */
    char prompt_id[PROMPT_ID_SIZE]; /* the agent's own name of the turn; "": it has none */
    int64_t at;                     /* Unix ms, by this machine's own clock */
};

/* Whole or not at all. A run without a folder: false with 66. */
bool started_write(const struct site *site, const char *run_id, const struct started *started, struct err *err);

/* False: there is none, or it cannot be read. */
bool started_read(const struct site *site, const char *run_id, struct started *started);

#endif
