#ifndef MC_NOTICES_H
#define MC_NOTICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct board;
struct err;

/* What is still to be told to notify, in order. */
struct notice_new {
    const char *event, *run_id, *body;
    int64_t ticket, now; /* ticket 0: of none */
};
bool notices_add(struct board *board, const struct notice_new *notice, struct err *err);

struct notice_row {
    int64_t id;
    char *body;
};
struct notice_list {
    struct notice_row *items;
    size_t count, cap;
};
/* The oldest, at most so many. */
bool notices_list(struct board *board, int64_t limit, struct notice_list *list, struct err *err);
void notice_list_release(struct notice_list *list);

bool notices_remove(struct board *board, int64_t id, struct err *err);
bool notices_take(struct board *board, int64_t id, bool *taken,
                  struct err *err); /* removes it; of several, one has it */
bool notices_clear(struct board *board, struct err *err);

#endif
