#ifndef MC_LISTING_H
#define MC_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rows.h"

struct argv;
struct board;
struct claim_want;
struct err;

/* Which tickets a list shows. No more of them is read than are shown, by index, but where `profile`, `workspace`,
 * `labels` or `search` have to look at one after the other, those first that come first. Inside the caller's
 * transaction. */
struct listing {
    bool status[TICKET_STATUS_COUNT]; /* none: every status */
    const char *profile, *workspace;  /* NULL: any */
    bool nameless, placeless;         /* one that names none has that one */
    const struct argv *labels;        /* all of them; NULL: any */
    const char *search;               /* in title or body; NULL: any */
    const struct claim_want *next;    /* in the order in which they would be claimed (line.h); NULL: by change */
    size_t limit;                     /* 0: all */
};

struct id_list {
    int64_t *items;
    size_t count, cap;
    bool more; /* than the limit */
};
void id_list_release(struct id_list *list);

/* The newest change first, or the next one first. */
bool listing_read(struct board *board, const struct listing *listing, struct id_list *list, struct err *err);

/* How many there would be without a limit, where that need not be counted; else -1. */
bool listing_total(struct board *board, const struct listing *listing, int64_t *total, struct err *err);

/* A ticket that this one waits for, a cancelled one first; 0: none. */
struct listing_need {
    int64_t id;
    bool cancelled;
};
bool listing_need(struct board *board, int64_t id, struct listing_need *need, struct err *err);

/* The branch of its last run that had one; NULL: none. New string. */
bool listing_branch(struct board *board, int64_t id, char **branch, struct err *err);

#endif
