#include "store/held.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/db.h"

bool held_list(struct board *board, struct held_list *list, struct err *err) {
    struct query q;

    query_open(&q, board, CALL_BARE(SQL_MESSAGE_HELD), err);
    while (query_next(&q)) {
        struct held *held;

        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        held = &list->items[list->count++];
        held->ticket = query_number(&q);
        held->since = query_number(&q);
        held->error = query_text(&q);
    }
    return query_close(&q);
}

void held_list_release(struct held_list *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].error);
    free(list->items);
    *list = (struct held_list){0};
}

const struct held *held_of(const struct held_list *list, int64_t ticket) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].ticket == ticket)
            return &list->items[i];
    return NULL;
}
