#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "store/db.h"
#include "store/read.h"
#include "store/runtimes.h"

bool runs_get(struct board *board, const char *run_id, struct run *run, bool *found, struct err *err) {
    struct query q;
    *run = (struct run){0};
    query_open(&q, board, SQL_RUN_GET, BINDS(bind_text(":run_id", run_id)), err);
    *found = query_next(&q) && read_run(&q, run);
    if (query_close(&q))
        return true;
    run_release(run);
    return false;
}

bool runs_of_ticket(struct board *board, int64_t ticket_id, struct run **runs, size_t *count, struct err *err) {
    struct query q;
    size_t cap = 0;
    *runs = NULL;
    *count = 0;
    query_open(&q, board, SQL_RUN_OF_TICKET, BINDS(bind_number(":ticket_id", ticket_id)), err);
    while (query_next(&q)) {
        *runs = xgrow(*runs, *count, &cap, sizeof **runs);
        read_run(&q, &(*runs)[(*count)++]);
    }
    if (query_close(&q))
        return true;
    for (size_t i = 0; i < *count; i++)
        run_release(&(*runs)[i]);
    free(*runs);
    *runs = NULL;
    *count = 0;
    return false;
}

bool runs_settle(struct board *board, const char *run_id, enum run_outcome outcome, const char *class,
                 const char *detail, bool end, int64_t now, bool *changed, struct err *err) {
    return db_hit(board, SQL_RUN_SETTLE,
                  BINDS(bind_text(":run_id", run_id), bind_text(":outcome", run_outcome_name(outcome)),
                        bind_text(":class", class), bind_text(":detail", detail),
                        bind_maybe(":ended_at", end ? now : 0)),
                  changed, err);
}

bool runs_set_pickup(struct board *board, const char *run_id, const struct identity *from, const struct identity *to,
                     bool *changed, struct err *err) {
    return db_hit(board, SQL_RUN_SET_PICKUP,
                  BINDS(bind_text(":run_id", run_id), bind_maybe(":pid", to->pid), bind_maybe(":start", to->start),
                        bind_text(":boot", to->boot), bind_maybe(":ns", to->ns),
                        bind_maybe(":from", from ? from->pid : 0), bind_maybe(":from_start", from ? from->start : 0)),
                  changed, err);
}
