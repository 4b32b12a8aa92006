#ifndef MC_TRIAL_NOTE_H
#define MC_TRIAL_NOTE_H

#include <stdbool.h>

#include "rules/rows.h"

struct err;
struct site;

/* What mc-ticket doctor --try has begun, in the setting "new_trial": committed before its agent is started, so that the
 * next pickup ends it where whoever tries was killed. No ticket and no run has anything to do with it. */
struct trial_note {
    char run_id[RUN_ID_SIZE];
    char *session;       /* of tmux */
    char *path;          /* where its agent works */
    char *workspace;     /* of which that is a worktree of its own; NULL: a private directory */
    struct identity who; /* tries */
};
void trial_note_release(struct trial_note *note);

bool trial_note_put(struct site *site, const struct trial_note *note, struct err *err);

/* run_id "": there is none. */
bool trial_note_get(struct site *site, struct trial_note *note, struct err *err);

/* Ends the agent, removes its session and its place, and then the note. Safe to repeat. False: something of it is left,
 * and so is the note. */
bool trial_note_end(struct site *site, const struct trial_note *note, struct err *err);

/* For a pickup that finds a note: the same, unless whoever tries is still at it. *ended: it was done. */
bool trial_note_left(struct site *site, bool *ended, struct err *err);

#endif
