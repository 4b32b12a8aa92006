#include "store/glimpse.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/db.h"
#include "store/read.h"

bool glimpse_tickets(struct board *board, const struct glimpse_want *want, struct ticket_list *list, struct err *err) {
    struct query q;
    query_open(&q, board,
               CALL(want->oldest ? SQL_GLIMPSE_OLDEST : SQL_GLIMPSE_NEWEST,
                    bind_text(":status", ticket_status_name(want->status)), bind_number(":limit", want->limit)),
               err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        read_ticket(&q, &list->items[list->count++]);
    }
    return query_close(&q);
}

bool glimpse_body(struct board *board, const struct glimpse_ticket *of, char **body, struct err *err) {
    return db_text(board, CALL(SQL_GLIMPSE_BODY, bind_number(":width", of->width), bind_number(":id", of->id)), body,
                   err);
}

bool glimpse_story(struct board *board, const struct glimpse_ticket *of, struct activity_list *list, struct err *err) {
    struct query q;
    query_open(&q, board,
               CALL(SQL_GLIMPSE_STORY, bind_number(":width", of->width), bind_number(":ticket_id", of->id),
                    bind_number(":limit", of->limit)),
               err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        read_activity(&q, &list->items[list->count++]);
    }
    return query_close(&q);
}

bool glimpse_runs(struct board *board, const struct glimpse_ticket *of, struct run_list *list, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_GLIMPSE_RUNS, bind_number(":ticket_id", of->id), bind_number(":limit", of->limit)),
               err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        read_run(&q, &list->items[list->count++]);
    }
    return query_close(&q);
}

static bool count_turns(struct board *board, struct glimpse_day *day, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_GLIMPSE_TURNS, bind_number(":from", day->from), bind_number(":to", day->to)), err);
    while (query_next(&q)) {
        char *kind = query_text(&q);
        *(text_same(kind, "sent") ? &day->started : &day->finished) += query_number(&q);
        free(kind);
    }
    return query_close(&q);
}

static bool count_failed(struct board *board, struct glimpse_day *day, struct err *err) {
    return db_number(board, CALL(SQL_GLIMPSE_FAILED, bind_number(":from", day->from), bind_number(":to", day->to)),
                     &day->failed, err);
}

static int by_length(const void *a, const void *b) {
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

static bool measure_waits(struct board *board, struct glimpse_day *day, struct err *err) {
    int64_t *waits = NULL;
    size_t count = 0, cap = 0;
    struct query q;
    bool ok;
    query_open(&q, board, CALL(SQL_GLIMPSE_WAITS, bind_number(":from", day->from), bind_number(":to", day->to)), err);
    while (query_next(&q)) {
        waits = xgrow(waits, count, &cap, sizeof *waits);
        waits[count++] = query_number(&q);
    }
    ok = query_close(&q);
    if (count) {
        qsort(waits, count, sizeof *waits, by_length);
        day->median_ms = waits[(count - 1) / 2];
        day->longest_ms = waits[count - 1];
    }
    day->waits = (int64_t)count;
    free(waits);
    return ok;
}

bool glimpse_day(struct board *board, struct glimpse_day *day, struct err *err) {
    *day = (struct glimpse_day){.from = day->from, .to = day->to};
    return count_turns(board, day, err) && count_failed(board, day, err) && measure_waits(board, day, err);
}
