#include "store/notices.h"

#include "base/err.h"
#include "base/mem.h"
#include "store/db.h"

bool notices_add(struct board *board, const struct notice_new *notice, struct err *err) {
    return db_run(board,
                  CALL(SQL_NOTICE_ADD, bind_text(":event", notice->event), bind_maybe(":ticket_id", notice->ticket),
                       bind_text(":run_id", notice->run_id), bind_number(":now", notice->now),
                       bind_text(":body", notice->body)),
                  NULL, err);
}

bool notices_list(struct board *board, int64_t limit, struct notice_list *list, struct err *err) {
    struct query q;

    query_open(&q, board, CALL(SQL_NOTICE_LIST, bind_number(":limit", limit)), err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        list->items[list->count].id = query_number(&q);
        list->items[list->count++].body = query_text(&q);
    }
    return query_close(&q);
}

void notice_list_release(struct notice_list *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].body);
    free(list->items);
    *list = (struct notice_list){0};
}

bool notices_remove(struct board *board, int64_t id, struct err *err) {
    return db_run(board, CALL(SQL_NOTICE_REMOVE, bind_number(":id", id)), NULL, err);
}

bool notices_take(struct board *board, int64_t id, bool *taken, struct err *err) {
    return db_hit(board, CALL(SQL_NOTICE_REMOVE, bind_number(":id", id)), taken, err);
}

bool notices_clear(struct board *board, struct err *err) {
    return db_run(board, CALL_BARE(SQL_NOTICE_CLEAR), NULL, err);
}
