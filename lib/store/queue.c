#include "store/queue.h"

#include <stdlib.h>

#include "base/argv.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/due.h"
#include "store/db.h"
#include "store/journal.h"

/* What was written a moment ago by a clock that was set by a little meanwhile keeps its place. */
enum { CLOCKS_AGREE_MS = 60 * 1000 };

bool queue_back(struct board *board, const struct queue_back *back, struct err *err) {
    return db_run(board,
                  CALL(SQL_QUEUE_BACK, bind_number(":id", back->ticket), bind_number(":world", back->world),
                       bind_number(":now", back->now)),
                  NULL, err);
}

bool queue_straighten(struct board *board, int64_t now, struct err *err) {
    return db_run(
        board,
        CALL(SQL_QUEUE_STRAIGHTEN, bind_number(":now", now), bind_number(":latest", due_horizon(now, CLOCKS_AGREE_MS))),
        NULL, err);
}

bool queue_forget(struct board *board, int64_t ticket, struct err *err) {
    return db_run(board, CALL(SQL_QUEUE_FORGET, bind_number(":id", ticket)), NULL, err);
}

bool queue_failed_alike(struct board *board, const struct queue_run *run, bool *alike, struct err *err) {
    struct query q;

    *alike = false;
    query_open(&q, board,
               CALL(SQL_QUEUE_LAST_CLASS, bind_number(":id", run->ticket), bind_text(":run_id", run->run_id)), err);
    if (query_next(&q)) {
        char *class = query_text(&q), *detail = query_text(&q);

        *alike = text_same(class, run->class) && (!run->detail || text_same(detail, run->detail));
        free(class);
        free(detail);
    }
    return query_close(&q);
}

bool queue_excuse(struct board *board, const struct queue_excuse *excuse, struct err *err) {
    const struct bind id = bind_number(":id", excuse->ticket), now = bind_number(":now", excuse->now);
    bool released = false;

    return db_run(board, CALL(SQL_QUEUE_EXCUSE, id, now, bind_number(":count", excuse->count)), NULL, err) &&
           db_hit(board, CALL(SQL_QUEUE_RELEASE, id, now), &released, err) &&
           (!released || journal_add(board,
                                     &(struct journal_row){.ticket_id = excuse->ticket,
                                                           .author = "mc-pickup",
                                                           .kind = "moved",
                                                           .body = excuse->why,
                                                           .now = excuse->now},
                                     err));
}

static bool read_stuck(struct query *q, struct stuck_list *list) {
    while (query_next(q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        list->items[list->count].ticket = query_number(q);
        list->items[list->count++].needs = query_number(q);
    }
    return query_close(q);
}

bool stuck_of(struct board *board, int64_t ticket, struct stuck_list *list, struct err *err) {
    struct query q;

    query_open(&q, board, CALL(SQL_STUCK_OF, bind_number(":id", ticket)), err);
    return read_stuck(&q, list);
}

bool stuck_behind(struct board *board, int64_t cancelled, struct stuck_list *list, struct err *err) {
    struct query q;

    query_open(&q, board, CALL(SQL_STUCK_BEHIND, bind_number(":id", cancelled)), err);
    return read_stuck(&q, list);
}

bool stuck_now(struct board *board, int64_t most, struct stuck_list *list, struct err *err) {
    struct query q;

    query_open(&q, board, CALL(SQL_STUCK_NOW, bind_number(":limit", most)), err);
    return read_stuck(&q, list);
}

bool stuck_take(struct board *board, struct stuck_list *list, struct err *err) {
    struct query q;

    query_open(&q, board, CALL_BARE(SQL_STUCK_NEW), err);
    return read_stuck(&q, list) && db_run(board, CALL_BARE(SQL_STUCK_SAID), NULL, err);
}

void stuck_list_release(struct stuck_list *list) {
    free(list->items);
    *list = (struct stuck_list){0};
}

bool ready_kinds(struct board *board, struct ready_kinds *list, struct err *err) {
    struct query q;

    query_open(&q, board, CALL_BARE(SQL_READY_KINDS), err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        list->items[list->count].profile = query_text(&q);
        list->items[list->count].workspace = query_text(&q);
        list->items[list->count++].ticket = query_number(&q);
    }
    return query_close(&q);
}

void ready_kinds_release(struct ready_kinds *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].profile);
        free(list->items[i].workspace);
    }
    free(list->items);
    *list = (struct ready_kinds){0};
}

bool said_marks(struct board *board, struct argv *marks, struct err *err) {
    struct query q;

    query_open(&q, board, CALL_BARE(SQL_SAID_MARKS), err);
    while (query_next(&q)) {
        char *key = query_text(&q);

        argv_add(marks, key);
        free(key);
    }
    return query_close(&q);
}
