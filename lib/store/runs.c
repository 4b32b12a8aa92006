#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "store/db.h"
#include "store/read.h"
#include "store/runtimes.h"

bool runs_get(struct board *board, const char *run_id, struct run *run, struct err *err) {
    struct query q;
    *run = (struct run){0};
    query_open(&q, board, CALL(SQL_RUN_GET, bind_text(":run_id", run_id)), err);
    if (query_next(&q))
        read_run(&q, run);
    if (query_close(&q))
        return true;
    run_release(run);
    return false;
}

bool runs_of_ticket(struct board *board, int64_t ticket_id, struct run_list *list, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_RUN_OF_TICKET, bind_number(":ticket_id", ticket_id)), err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        read_run(&q, &list->items[list->count++]);
    }
    return query_close(&q);
}

bool runs_worked(struct board *board, const char *run_id, struct run *run, struct err *err) {
    struct query q;
    *run = (struct run){0};
    query_open(&q, board, CALL(SQL_RUN_WORKED, bind_text(":run_id", run_id)), err);
    if (query_next(&q))
        read_run(&q, run);
    if (query_close(&q))
        return true;
    run_release(run);
    return false;
}

bool runs_any(struct board *board, bool *any, struct err *err) {
    return db_any(board, CALL_BARE(SQL_RUN_ANY), any, err);
}

void run_list_release(struct run_list *list) {
    for (size_t i = 0; i < list->count; i++)
        run_release(&list->items[i]);
    free(list->items);
    *list = (struct run_list){0};
}

bool runs_settle(struct board *board, const struct run_settle *settle, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_RUN_SETTLE, bind_text(":run_id", settle->run_id),
                       bind_text(":outcome", run_outcome_name(settle->outcome)), bind_text(":class", settle->class),
                       bind_text(":detail", settle->detail), bind_maybe(":ended_at", settle->end ? settle->now : 0)),
                  changed, err);
}

bool runs_set_pickup(struct board *board, const struct run_handover *handover, bool *changed, struct err *err) {
    const struct identity *from = handover->from, *to = handover->to;
    return db_hit(board,
                  CALL(SQL_RUN_SET_PICKUP, bind_text(":run_id", handover->run_id), bind_maybe(":pid", to->pid),
                       bind_maybe(":start", to->start), bind_text(":boot", to->boot), bind_maybe(":ns", to->ns),
                       bind_maybe(":from", from ? from->pid : 0), bind_maybe(":from_start", from ? from->start : 0)),
                  changed, err);
}

bool runs_reopen(struct board *board, const char *run_id, bool *changed, struct err *err) {
    return db_hit(board, CALL(SQL_RUN_REOPEN, bind_text(":run_id", run_id)), changed, err);
}
