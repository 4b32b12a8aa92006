#ifndef MC_PUSH_FAILS_H
#define MC_PUSH_FAILS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct board;
struct err;

/* Tickets whose branch is not with its remote because the last push of it failed: settings "push_fails:TICKET". */
bool push_fails_put(struct board *board, int64_t ticket, const char *why, struct err *err); /* NULL: it went */

/* Those that are open, or were closed less than PUSH_FAILS_DAYS ago: a push by hand is not seen here. At most
 * PUSH_FAILS_MOST. */
enum { PUSH_FAILS_MOST = 100, PUSH_FAILS_DAYS = 7 };
struct push_fail {
    int64_t ticket;
    char *why;
};
struct push_fail_list {
    struct push_fail *items;
    size_t count, cap;
};
bool push_fails_list(struct board *board, int64_t now, struct push_fail_list *list, struct err *err);
void push_fail_list_release(struct push_fail_list *list);

/* Why that of this ticket failed; NULL: it did not. */
const char *push_fails_of(const struct push_fail_list *list, int64_t ticket);

#endif
