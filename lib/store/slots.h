#ifndef MC_SLOTS_H
#define MC_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rows.h"

struct argv;
struct board;
struct err;

/* The slots of the pools (SPEC section 6), inside the caller's transaction; every update is fenced by the run that has
 * the slot. A slot is held as long as its run has an active runtime, or is the one that its in_progress ticket is
 * worked by; after that it is left, and is given back. */

/* "pool-1", of a named workspace "web/pool-1": new string. */
char *slots_name(const char *workspace, int64_t number);

struct slot_list {
    struct slot *items;
    size_t count, cap;
};
void slot_list_release(struct slot_list *list);

bool slots_list(struct board *board, const char *host, struct slot_list *list, struct err *err); /* by name, number */
bool slots_left(struct board *board, const char *host, struct slot_list *list, struct err *err);
bool slots_get(struct board *board, const char *name, struct slot *slot, struct err *err);      /* name NULL: none */
bool slots_of_run(struct board *board, const char *run_id, struct slot *slot, struct err *err); /* claimed by it */
/* Is the slot, as it was read, still claimed by that run, and left? */
bool slots_still_left(struct board *board, const struct slot *seen, bool *left, struct err *err);

/* One for a run: the one that its ticket had last, if that is free, else the lowest that is. */
struct slot_want {
    const char *host, *run_id;
    int64_t ticket_id;
    const struct slot_pool {
        const char *workspace, *folder; /* its name; where pool-1 … are */
        int64_t size;
    } * pool;
    int64_t after; /* the number of the one that could not be had: the others come first, in their order */
    bool left;     /* slots_next: one that is to be given back counts as free, too */
    int64_t now;
};
/* Which one it would be; name NULL: none is free. */
bool slots_next(struct board *board, const struct slot_want *want, struct slot *slot, struct err *err);
/* The one that slots_next has found in this same transaction. It is the run's from then on, and so is its path the
 * runtime's cwd; the row of a pool that has grown is made. */
bool slots_take(struct board *board, const struct slot_want *want, struct slot *slot, struct err *err);

/* Changes of a slot that `run_id` has; *changed false: it has it no more. */
struct slot_change {
    const char *name, *run_id;
    const char *branch; /* set_branch */
    const char *note;   /* quarantine, note (NULL clears it) */
    const char *head;   /* free: the commit at which it stands from now on; NULL: there is no worktree */
};
bool slots_set_branch(struct board *board, const struct slot_change *change, bool *changed, struct err *err);
bool slots_note(struct board *board, const struct slot_change *change, bool *changed, struct err *err);
bool slots_quarantine(struct board *board, const struct slot_change *change, bool *changed, struct err *err);
/* Forgets one that is free, as it was read. */
bool slots_drop(struct board *board, const struct slot *seen, bool *changed, struct err *err);
bool slots_free(struct board *board, const struct slot_change *change, bool *changed, struct err *err);

/* What a run works on, once its slot is ready; what was kept of it; what it owes after a turn. */
struct run_work {
    const char *run_id, *branch, *base, *base_commit;
};
bool runs_set_work(struct board *board, const struct run_work *work, struct err *err);
/* A ticket that named no workspace belongs to the one that it has worked in. */
bool tickets_place(struct board *board, int64_t ticket, const char *workspace, struct err *err);
bool runs_set_preserved(struct board *board, const char *run_id, const char *oid, struct err *err);
bool runs_owe_unpushed(struct board *board, const char *workspace, struct err *err);     /* settings "unpushed:RUN" */
bool runs_set_owes(struct board *board, const char *run_id, bool owes, struct err *err); /* one with a branch can */
bool runs_owing(struct board *board, const char *host, struct argv *run_ids, struct err *err);

#endif
