#include "store/parking.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "store/db.h"
#include "store/read.h"

bool parking_list(struct board *board, const struct parking_want *want, struct parking_list *list, struct err *err) {
    struct query q;
    query_open(&q, board,
               CALL(SQL_PARKING_LIST, bind_text(":host", want->host), bind_maybe(":ticket_id", want->ticket_id)), err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        struct parking_row *row = &list->items[list->count++];
        *row = (struct parking_row){0};
        read_runtime(&q, &row->runtime);
        row->ticket = (enum ticket_status)query_word(&q, ticket_status_from);
        row->owns = query_number(&q) != 0;
        row->awaited = query_number(&q) != 0;
        row->ending = query_number(&q) != 0;
        row->parked_at = query_number(&q);
        row->workspace = query_text(&q);
    }
    return query_close(&q);
}

void parking_list_release(struct parking_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        runtime_release(&list->items[i].runtime);
        free(list->items[i].workspace);
    }
    free(list->items);
    *list = (struct parking_list){0};
}
