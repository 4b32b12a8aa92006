#ifndef MC_TRIAL_H
#define MC_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct site;

/* mc-ticket doctor --try: an agent is started as a pickup starts it, in a worktree of its own in the pool of the
 * default workspace or, where there is none, in a private directory; it is sent nothing; once it is seen what it shows,
 * it is ended, and its place is removed. No ticket has anything to do with it. */
enum trial_end { TRIAL_READY, TRIAL_ASKS, TRIAL_ENDED, TRIAL_SLOW, TRIAL_NOT_STARTED };
struct trial {
    const char *profile;
    enum trial_end end;
    int64_t took_ms;
    char *place;  /* where it worked; NULL: it was not started */
    char *detail; /* one line: what was seen instead of its prompt */
    char *next;   /* what to do, one line; NULL: nothing is known */
    const char
        *key;      /* TRIAL_SLOW: "ready", which matched nothing, or a pattern that tells of work; that pattern, and */
    char *pattern; /* its line in the configuration (0: not there) */
    int line;
    char *screen; /* the last lines that it showed, raw; NULL: none */
};
void trial_release(struct trial *trial);

/* False: 64 for an unknown profile, 75 where another one is tried at the moment, or the board, tmux; and where the
 * agent could not be ended: the next pickup does it. Ctrl-C and the like end it after that. */
bool trial_run(struct site *site, struct trial *trial, struct err *err);

#endif
