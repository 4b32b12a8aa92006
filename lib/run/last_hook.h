#ifndef MC_LAST_HOOK_H
#define MC_LAST_HOOK_H

#include <stdbool.h>

struct err;
struct site;
struct slot;
struct text;
struct workspace;

/* The hook before_remove, in a slot that is to be given back by a run that had begun. */
struct last_hook {
    struct site *site;
    const struct workspace *workspace;
    const struct slot *slot;
    struct text *failed; /* what went wrong is added */
};

/* Once for a run: what it leaves at work may hold the slot for many pickups more. A failure is noted in the story.
 * False: the board failed. */
bool last_hook_run(const struct last_hook *last, struct err *err);

/* One line more of what went wrong; "": none. */
void last_hook_add(struct text *failed, const char *line);

#endif
