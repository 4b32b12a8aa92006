#ifndef MC_AMEND_H
#define MC_AMEND_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/words.h"

struct board;
struct err;

/* What a person changes of a ticket that is there, inside the caller's transaction. Its place among those of its
 * priority stays. */
struct amend {
    int64_t id;
    const char *title, *body;
    enum priority priority;
    const char *profile, *workspace, *labels; /* NULL: none */
    int64_t now;
};
bool tickets_amend(struct board *board, const struct amend *amend, struct err *err);

/* It depends on that one no more. */
bool tickets_unneed(struct board *board, int64_t id, int64_t needs, struct err *err);

/* *next: one that `id` depends on and that is, or comes to depend on, `goal`; 0: there is none. */
struct need_way {
    int64_t id, goal;
};
bool tickets_need_towards(struct board *board, const struct need_way *way, int64_t *next, struct err *err);

#endif
