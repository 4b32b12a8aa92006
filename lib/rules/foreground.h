#ifndef MC_FOREGROUND_H
#define MC_FOREGROUND_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* Who reads what is typed into an agent's terminal (SPEC section 8): the process group in its foreground. A wrapper
 * that has run the agent may go on with a shell, in the same process even, and a shell would carry out a message line
 * by line. */
struct foreground {
    int64_t agent;         /* the first process of the terminal: it leads the session there */
    int64_t group;         /* 0: not told */
    int64_t session;       /* of the group's leader; 0: it has ended */
    struct text arguments; /* the leader's, each with a NUL behind it; empty: not told */
};

/* ELSEWHERE: something that is not the agent's, or has no leader any more. */
enum foreground_holder { FOREGROUND_UNTOLD, FOREGROUND_AGENT, FOREGROUND_SHELL, FOREGROUND_ELSEWHERE };

/* A shell without a script to run, by its command line, is one that reads commands. */
enum foreground_holder foreground_holder(const struct foreground *seen);

#endif
