#ifndef MC_AFTERMATH_H
#define MC_AFTERMATH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct err;
struct site;

/* What follows a turn (SPEC section 6): the hook after_run in the run's slot, then a push of its branch. Outside a
 * transaction, by one program at a time; one that is killed leaves it owed, and the next does both again. */
enum after_part {
    AFTER_ALL,
    AFTER_HOOK, /* the push is for a later call: what the slot still holds goes along */
    AFTER_PUSH  /* the hook is left owed, or to nobody */
};
struct after_call {
    const char *run_id;
    int64_t limit_ms; /* of the hook, and of the push; 0: a minute */
    enum after_part part;
    bool last; /* its slot is given back: a push that fails now has no turn that it is tried after */
};
struct after_done {
    bool busy;              /* another program is at it, or it could not be begun */
    struct text hook, push; /* what failed, as it was recorded; "": nothing, or the same as before */
};
void after_done_release(struct after_done *done);

/* What the run owes; and a push too where its remote has not got the branch as it is, as when a slot is given back. The
 * hook is run only where the run has its slot and no turn is under way: the end of that one owes it again. What fails
 * is recorded, once for a reason, and is no failure of the run's. False: the board failed. */
bool aftermath_run(struct site *site, const struct after_call *call, struct after_done *done, struct err *err);

/* Until lock_leave(*lock) no hook begins in the run's slot; false: one is at work there. Where no workspace has such a
 * hook nothing is locked. */
bool aftermath_keep_off(const struct site *site, const char *run_id, int *lock);

/* The word of the run's last turn, DONE, REVIEW or QUESTION, as a new string; NULL: none. */
bool aftermath_word(struct site *site, const char *run_id, char **word, struct err *err);

#endif
