#ifndef MC_BREAKERS_H
#define MC_BREAKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/breaker.h"

struct board;
struct err;

/* The breakers as rows of the settings, by the thing's key; a closed one has no row. Inside the caller's transaction.
 * One that cannot be read counts as closed: the next failure writes it anew. */
bool breakers_get(struct board *board, const char *thing, struct breaker *breaker, struct err *err);
bool breakers_put(struct board *board, const char *thing, const struct breaker *breaker, struct err *err);

struct breaker_row {
    char *thing;
    struct breaker breaker;
};
struct breaker_list {
    struct breaker_row *items;
    size_t count, cap;
};
bool breakers_list(struct board *board, struct breaker_list *list, struct err *err); /* by key */
bool breakers_any(struct board *board, bool *any, struct err *err);
void breaker_list_release(struct breaker_list *list);

/* NULL: it is closed. */
const struct breaker *breaker_list_find(const struct breaker_list *list, const char *thing);

/* What a turn goes through. */
struct breakers_need {
    const char *profile;
    const char *workspace; /* NULL: it needs none */
    bool endpoint;
    int64_t ticket, now;
    bool spoken; /* a person's own words: they may be what a stopped profile waits for */
};

/* The breaker, of those that are open, that it has to wait for longest; NULL, and zeroed, where it need not wait. */
const struct breaker_row *breaker_list_wait(const struct breaker_list *list, const struct breakers_need *need);
bool breakers_wait(struct board *board, const struct breakers_need *need, struct breaker *open, struct err *err);

/* Whatever it needs and is half open waits for this one ticket's trial. */
bool breakers_try(struct board *board, const struct breakers_need *need, struct err *err);

/* A pending message waits until then, uncounted, with the error "breaker"; or until a breaker is closed. */
bool breakers_put_off(struct board *board, int64_t message, int64_t until, struct err *err);

/* A turn was sent: what it went through works. Only one that came to its end closes a breaker that waits for a person's
 * login. */
struct breakers_proof {
    const char *profile;   /* NULL: none */
    const char *workspace; /* NULL: none, or not just now */
    bool endpoint;
    bool turn; /* it came to its end */
};
bool breakers_prove(struct board *board, const struct breakers_proof *proof, struct err *err);

/* Closes one, or all where thing is NULL; *count: how many. */
bool breakers_close(struct board *board, const char *thing, int *count, struct err *err);

#endif
