#ifndef MC_HIDDEN_H
#define MC_HIDDEN_H

#include <stdbool.h>

struct err;
struct work;

/* A session of our name is there already (SPEC section 7): whose is it? */
enum hidden {
    HIDDEN_ADOPTED, /* an open run of this ticket lives in it: the ticket is that run's again, ours has ended */
    HIDDEN_ENDED,   /* what a run that has ended left behind; it is gone now: start again */
    HIDDEN_OTHERS,  /* another board's or a person's, left alone: start under another name */
    HIDDEN_FAILED   /* left alone: the verdict says whose it is, or that nobody can tell, or err why */
};
enum hidden hidden_settle(struct work *work, struct err *err);

#endif
