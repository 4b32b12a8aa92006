#ifndef MC_HELD_H
#define MC_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct board;
struct err;

/* Texts that wait for agents which have no turn, after a pickup has tried to hand them over; the oldest first. */
struct held {
    int64_t ticket, since;
    char *error; /* what kept it: the name of a send_class, "limit" */
};
struct held_list {
    struct held *items;
    size_t count, cap;
};
bool held_list(struct board *board, struct held_list *list, struct err *err);
void held_list_release(struct held_list *list);

/* The oldest of this ticket; NULL: none. */
const struct held *held_of(const struct held_list *list, int64_t ticket);

#endif
