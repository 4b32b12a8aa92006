#ifndef MC_RUN_PUSH_H
#define MC_RUN_PUSH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct err;
struct git;
struct run;
struct site;
struct workspace;

/* A run's branch to the remote of its workspace; on a shared board what was preserved of it, too, beside it
 * (rules/travel.h), so that another host's run can go on from both. Never by force. */
struct push_asked {
    struct site *site;
    const struct git *git;
    const struct workspace *workspace; /* with "push" */
    const struct run *run;             /* with a branch */
    int64_t timeout_ms;
    bool last; /* its slot is given back */
};
struct push_done {
    bool went;        /* something did */
    struct text line; /* what the story says of it; "": nothing */
};

/* What the remote, as far as was seen, has not got. Outside a transaction. False: it did not go, or the board failed.
 */
bool push_run(const struct push_asked *asked, struct push_done *done, struct err *err);

#endif
