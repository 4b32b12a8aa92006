#include "store/push_fails.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/db.h"
#include "store/journal.h"

enum { DAY_MS = 24 * 3600 * 1000 };

bool push_fails_put(struct board *board, int64_t ticket, const char *why, struct err *err) {
    char *key = xasprintf("push_fails:%lld", (long long)ticket);
    bool ok = settings_put(board, key, why, err);

    free(key);
    return ok;
}

bool push_fails_list(struct board *board, int64_t now, struct push_fail_list *list, struct err *err) {
    const int64_t since = now - (int64_t)PUSH_FAILS_DAYS * DAY_MS;
    struct query q;

    query_open(&q, board, CALL(SQL_PUSH_FAILS, bind_number(":since", since), bind_number(":limit", PUSH_FAILS_MOST)),
               err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        list->items[list->count].ticket = query_number(&q);
        list->items[list->count++].why = query_text(&q);
    }
    return query_close(&q);
}

void push_fail_list_release(struct push_fail_list *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].why);
    free(list->items);
    *list = (struct push_fail_list){0};
}

const char *push_fails_of(const struct push_fail_list *list, int64_t ticket) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].ticket == ticket)
            return list->items[i].why;
    return NULL;
}
