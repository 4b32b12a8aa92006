#include "store/db.h"

bool db_any(struct board *board, const struct call *call, bool *any, struct err *err) {
    struct query query;
    query_open(&query, board, call, err);
    *any = query_next(&query);
    return query_close(&query);
}

bool db_number(struct board *board, const struct call *call, int64_t *number, struct err *err) {
    struct query query;
    query_open(&query, board, call, err);
    *number = query_next(&query) ? query_number(&query) : 0;
    return query_close(&query);
}

bool db_text(struct board *board, const struct call *call, char **text, struct err *err) {
    struct query query;
    query_open(&query, board, call, err);
    *text = query_next(&query) ? query_text(&query) : NULL;
    return query_close(&query);
}
