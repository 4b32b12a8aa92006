#ifndef MC_POOL_H
#define MC_POOL_H

#include <stdbool.h>

#include "base/text.h"
#include "rules/slot.h"

struct err;
struct site;
struct slot;

/* Giving one slot back (SPEC section 6): preserve, verify, clean; or set aside what cannot be kept whole. Inside no
 * transaction. Killed anywhere, the next call goes on. */
enum pool_end {
    POOL_FREED,        /* it is free */
    POOL_QUARANTINED,  /* set aside, or still so: nobody of ours touches it */
    POOL_WAITS,        /* left as it is for now: a live process, a full disk, a repository that is not there */
    POOL_BUSY,         /* somebody else is at it */
    POOL_HELD,         /* its run is at work in it */
    POOL_FREE_ALREADY, /* nothing to do */
    POOL_TAKEN         /* another has given it back meanwhile */
};
struct pool_done {
    enum pool_end end;
    bool news;          /* what the line says was not said before */
    bool kept;          /* uncommitted work of it was preserved */
    bool late;          /* a later run of its ticket has begun without that */
    struct text line;   /* what a person is told of it: what is in it, what to do; "": nothing */
    struct text failed; /* a hook or a push, which stopped nothing; "": none, or none that is news */
};
void pool_done_release(struct pool_done *done);

/* One that is left (slots_left), as it was read. False: the board failed. */
bool pool_return(struct site *site, const struct slot *slot, struct pool_done *done, struct err *err);

/* `mc-ticket pool release`: also one in quarantine, looked at afresh. 66: there is no such slot. */
bool pool_release(struct site *site, const char *name, struct pool_done *done, struct err *err);

#endif
