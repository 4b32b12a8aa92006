#include "store/counts.h"

#include "store/db.h"

bool counts_read(struct board *board, struct ticket_counts *counts, struct err *err) {
    struct query q;

    *counts = (struct ticket_counts){0};
    query_open(&q, board, CALL_BARE(SQL_COUNT_TICKETS), err);
    while (query_next(&q)) {
        int status = query_word(&q, ticket_status_from);

        if (status >= 0)
            counts->of[status] = query_number(&q);
    }
    return query_close(&q);
}

bool counts_waiting(struct board *board, enum ticket_status status, struct waiting *waiting, struct err *err) {
    const struct bind limit = bind_number(":limit", WAITING_MOST);
    struct query q;

    *waiting = (struct waiting){0};
    if (status == TICKET_TODO)
        query_open(&q, board, CALL(SQL_COUNT_QUEUED, limit), err);
    else
        query_open(&q, board, CALL(SQL_COUNT_RESTING, limit, bind_text(":status", ticket_status_name(status))), err);
    while (query_next(&q) && waiting->count < WAITING_MOST) {
        waiting->items[waiting->count].id = query_number(&q);
        waiting->items[waiting->count++].since = query_number(&q);
    }
    return query_close(&q);
}

bool counts_untold(struct board *board, int64_t *count, int64_t *since, struct err *err) {
    struct query q;

    query_open(&q, board, CALL_BARE(SQL_COUNT_UNTOLD), err);
    if (query_next(&q)) {
        *count = query_number(&q);
        *since = query_number(&q);
    }
    return query_close(&q);
}
