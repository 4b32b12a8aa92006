#ifndef MC_TRAVEL_H
#define MC_TRAVEL_H

#include <stdbool.h>

struct text;

/* Work that a run of another host has left (SPEC section 16): what of it came here, and what a person is told of the
 * rest: what is missing, and where it is. */
enum travel_end {
    TRAVEL_HERE,   /* it came, or was here */
    TRAVEL_ABSENT, /* the remote answers and has not got it */
    TRAVEL_FAILED, /* the remote could not be asked */
    TRAVEL_UNASKED /* the workspace pushes to none */
};
struct travel_seen {
    const char *host, *branch;
    const char *remote;            /* NULL: the workspace has no "push" */
    const char *key, *run_id;      /* of its ticket, its own */
    const char *preserved;         /* the commit of what it had not committed; NULL: nothing */
    const char *folder;            /* its slot, not given back; NULL: it was */
    const char *why;               /* of FAILED, one line */
    enum travel_end commits, kept; /* of the branch; of what was preserved */
    bool starts;                   /* a run starts from what came; else it is shown to a person */
    bool copy;                     /* commits are not HERE, but what was fetched of them earlier is */
    bool pushed;                   /* its own host has pushed them once */
    bool nothing;                  /* its own host has said that there was nothing to push */
    bool parted;                   /* a branch of that name here has commits that the remote's has not */
};

/* Sentences; "" where nothing is missing. */
void travel_say(struct text *out, const struct travel_seen *seen);

/* What its own host writes into the story when a slot goes back and nothing of its branch is to be pushed. */
void travel_nothing(struct text *out, const char *branch);

/* The branch at the remote that holds what was preserved of a run, beside its own: one of its name with "-kept". No
 * remote refuses those that it would not refuse its own, and it is never a run's (rules/branch.h). */
void travel_kept_branch(struct text *out, const char *branch);

#endif
