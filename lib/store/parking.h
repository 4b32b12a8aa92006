#ifndef MC_STORE_PARKING_H
#define MC_STORE_PARKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rows.h"

struct board;
struct err;

/* The agents of this host as rules/parking.h judges them. */
struct parking_row {
    struct runtime runtime;
    enum ticket_status ticket;
    bool owns, awaited, ending;
    int64_t parked_at; /* since when it is being parked; 0: it is not */
    char *workspace;   /* of the slot that it holds; NULL: none */
};
struct parking_list {
    struct parking_row *items;
    size_t count, cap;
};

/* All of them, by ticket, or (ticket_id not 0) one ticket's. */
struct parking_want {
    const char *host;
    int64_t ticket_id;
};
bool parking_list(struct board *board, const struct parking_want *want, struct parking_list *list, struct err *err);
void parking_list_release(struct parking_list *list);

#endif
