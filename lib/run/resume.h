#ifndef MC_RESUME_H
#define MC_RESUME_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct runtime;
struct site;
struct ticket;

/* Is the agent of this ticket's run there to be spoken to, at rest or at a turn? One that never came to its prompt has
 * read nothing, and one whose end was begun reads no more: a new run serves better. In the caller's transaction. */
struct resume_whom {
    const struct ticket *ticket;
    const struct runtime *runtime;
};
bool resume_can(struct site *site, const struct resume_whom *whom, bool *can, struct err *err);

/* A person says more to an agent that has asked or delivered: the ticket is in_progress again and its run goes on, in
 * the caller's transaction, with a row of the story. A ticket in_progress stays; only what is counted begins anew. */
struct resume {
    const struct ticket *ticket; /* as this transaction has read it */
    const char *by, *why;        /* the author; the command's name */
    int64_t now;
};
bool resume(struct site *site, const struct resume *resume, struct err *err);

/* The run's half alone: it goes on although its work was delivered, and so does a turn that waited for its person: the
 * limits of time count from now on. */
bool resume_run(struct site *site, const char *run_id, struct err *err);

#endif
