#ifndef MC_SIGNALLED_H
#define MC_SIGNALLED_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/words.h"

struct err;
struct site;

/* The agent's word on its turn (SPEC section 12, way 1), fenced by run and nonce: heard at once, or later, from the
 * spool of its run. */
enum { SIGNAL_LINE_MAX = 2000 };
struct signalled {
    int64_t ticket;
    const char *run_id;
    const char *nonce; /* NULL: of the turn that is active */
    enum signal_word word;
    const char *payload; /* one line */
    const char *by;      /* the author in the story */
    bool before;         /* said before the turn that is active began: of another one than that */
};

/* What it came to, as its agent is told. */
struct signalled_done {
    enum ticket_status from, to;
    bool changed;
    bool refused; /* it is too late: recorded once a run, moves nothing */
    char *say;
};
void signalled_release(struct signalled_done *done);

/* Inside the caller's transaction, who has notify told of it afterwards. 66 for a ticket that is not there. The same
 * again moves nothing. */
bool signalled_within(struct site *site, const struct signalled *word, struct signalled_done *done, struct err *err);

#endif
