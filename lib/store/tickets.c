#include "store/tickets.h"

#include "base/err.h"
#include "base/mem.h"
#include "store/db.h"
#include "store/journal.h"
#include "store/read.h"

bool tickets_by_dedupe(struct board *board, const char *key, struct ticket_added *known, struct err *err) {
    struct query q;
    *known = (struct ticket_added){0};
    query_open(&q, board, CALL(SQL_TICKET_BY_DEDUPE, bind_text(":dedupe_key", key)), err);
    if (query_next(&q)) {
        known->id = query_number(&q);
        known->archived = query_number(&q) != 0;
    }
    return query_close(&q);
}

bool tickets_need(struct board *board, int64_t id, int64_t needs, struct err *err) {
    return db_run(board, CALL(SQL_TICKET_NEED_ADD, bind_number(":id", id), bind_number(":needs_id", needs)), NULL, err);
}

static bool add_needs(struct board *board, const struct ticket_new *ticket, int64_t id, struct err *err) {
    for (size_t i = 0; i < ticket->after_count; i++) {
        struct ticket needed = {0};
        bool ok = tickets_get(board, ticket->after[i], &needed, err);
        ticket_release(&needed);
        if (!ok || !tickets_need(board, id, ticket->after[i], err))
            return false;
    }
    return true;
}

static bool insert(struct board *board, const struct ticket_new *ticket, int64_t *id, struct err *err) {
    return db_insert(board,
                     CALL(SQL_TICKET_INSERT, bind_text(":title", ticket->title), bind_text(":body", ticket->body),
                          bind_text(":status", ticket_status_name(ticket->status)),
                          bind_text(":priority", priority_name(ticket->priority)),
                          bind_text(":profile", ticket->profile), bind_text(":workspace", ticket->workspace),
                          bind_text(":labels", ticket->labels), bind_text(":dedupe_key", ticket->dedupe_key),
                          bind_number(":now", ticket->now)),
                     id, err);
}

bool tickets_add(struct board *board, const struct ticket_new *ticket, struct ticket_added *added, struct err *err) {
    *added = (struct ticket_added){0};
    if (ticket->dedupe_key && !tickets_by_dedupe(board, ticket->dedupe_key, added, err))
        return false;
    if (added->id != 0)
        return true;
    added->made = true;
    return insert(board, ticket, &added->id, err) && add_needs(board, ticket, added->id, err) &&
           journal_add(board,
                       &(struct journal_row){.ticket_id = added->id,
                                             .author = ticket->author,
                                             .kind = "created",
                                             .body = ticket->title,
                                             .now = ticket->now},
                       err);
}

static bool find(struct board *board, const struct call *call, struct ticket *ticket, struct err *err) {
    struct query q;
    *ticket = (struct ticket){0};
    query_open(&q, board, call, err);
    if (query_next(&q))
        read_ticket(&q, ticket);
    if (query_close(&q))
        return true;
    ticket_release(ticket);
    return false;
}

bool tickets_find(struct board *board, int64_t id, struct ticket *ticket, struct err *err) {
    return find(board, CALL(SQL_TICKET_GET, bind_number(":id", id)), ticket, err);
}

bool tickets_line(struct board *board, int64_t id, struct ticket *ticket, struct err *err) {
    return find(board, CALL(SQL_LIST_ROW, bind_number(":id", id)), ticket, err);
}

bool tickets_there(struct board *board, int64_t id, bool *there, struct err *err) {
    struct ticket ticket = {0};
    bool ok = tickets_line(board, id, &ticket, err);

    *there = ticket.id != 0;
    ticket_release(&ticket);
    return ok;
}

bool tickets_get(struct board *board, int64_t id, struct ticket *ticket, struct err *err) {
    if (!tickets_find(board, id, ticket, err))
        return false;
    return ticket->id ||
           err_set(err, MC_NOINPUT, "no ticket number %lld on the board: see mc-ticket list", (long long)id);
}

bool tickets_list(struct board *board, const struct ticket_filter *filter, struct ticket_list *list, struct err *err) {
    struct query q;
    struct bind all = bind_number(":limit", filter->limit ? (int64_t)filter->limit : -1);
    if (filter->status == TICKET_STATUS_COUNT)
        query_open(&q, board, CALL(SQL_TICKET_LIST, all), err);
    else
        query_open(&q, board,
                   CALL(SQL_TICKET_LIST_STATUS, all, bind_text(":status", ticket_status_name(filter->status))), err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        read_ticket(&q, &list->items[list->count++]);
    }
    return query_close(&q);
}

void ticket_list_release(struct ticket_list *list) {
    for (size_t i = 0; i < list->count; i++)
        ticket_release(&list->items[i]);
    free(list->items);
    *list = (struct ticket_list){0};
}

bool tickets_needs(struct board *board, int64_t id, struct ticket_need_list *list, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_TICKET_NEEDS, bind_number(":id", id)), err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        struct ticket_need *need = &list->items[list->count++];
        need->id = query_number(&q);
        need->status = (enum ticket_status)query_word(&q, ticket_status_from);
    }
    return query_close(&q);
}

void ticket_need_list_release(struct ticket_need_list *list) {
    free(list->items);
    *list = (struct ticket_need_list){0};
}

bool tickets_move(struct board *board, const struct ticket_move *move, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_TICKET_MOVE, bind_number(":id", move->id),
                       bind_text(":from", ticket_status_name(move->from)),
                       bind_text(":to", ticket_status_name(move->to)), bind_text(":run_id", move->run_id),
                       bind_text(":failure_reason", move->failure_reason), bind_number(":attempts", move->attempts),
                       bind_maybe(":next_attempt_at", move->next_attempt_at), bind_number(":clear", move->clear_worker),
                       bind_number(":now", move->now)),
                  changed, err);
}

bool tickets_turn(struct board *board, const struct ticket_turn *turn, struct err *err) {
    return db_run(board,
                  CALL(SQL_TICKET_TURN, bind_number(":id", turn->id), bind_number(":count", turn->count),
                       bind_number(":worked", turn->worked_ms), bind_text(":result", turn->result)),
                  NULL, err);
}

bool tickets_heard(struct board *board, int64_t id, struct err *err) {
    return db_run(board, CALL(SQL_TICKET_HEARD, bind_number(":id", id)), NULL, err) &&
           db_run(board, CALL(SQL_RUNTIME_RENEW, bind_number(":id", id)), NULL, err);
}
