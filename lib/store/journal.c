#include "store/journal.h"

#include "base/err.h"
#include "base/mem.h"
#include "store/db.h"
#include "store/read.h"

bool journal_add(struct board *board, const struct journal_row *row, struct err *err) {
    return db_run(board,
                  CALL(SQL_ACTIVITY_ADD, bind_number(":ticket_id", row->ticket_id), bind_text(":run_id", row->run_id),
                       bind_text(":author", row->author), bind_text(":kind", row->kind), bind_text(":body", row->body),
                       bind_number(":now", row->now)),
                  NULL, err);
}

static bool read_rows(struct query *q, struct activity_list *list) {
    while (query_next(q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        read_activity(q, &list->items[list->count++]);
    }
    return query_close(q);
}

bool journal_list(struct board *board, int64_t ticket_id, struct activity_list *list, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_ACTIVITY_LIST, bind_number(":ticket_id", ticket_id)), err);
    return read_rows(&q, list);
}

static bool count_of(struct board *board, int64_t ticket_id, int64_t *count, struct err *err) {
    return db_number(board, CALL(SQL_ACTIVITY_COUNT, bind_number(":ticket_id", ticket_id)), count, err);
}

bool journal_tail(struct board *board, const struct journal_tail *tail, struct journal_story *story, struct err *err) {
    struct activity_list *list = &story->last;
    int64_t count = 0;
    struct query q;
    query_open(&q, board,
               CALL(SQL_ACTIVITY_TAIL, bind_number(":ticket_id", tail->ticket_id),
                    bind_number(":limit", tail->limit ? tail->limit : INT64_MAX)),
               err);
    if (!read_rows(&q, list) || !count_of(board, tail->ticket_id, &count, err))
        return false;
    story->earlier = count - (int64_t)list->count;
    return true;
}

void activity_list_release(struct activity_list *list) {
    for (size_t i = 0; i < list->count; i++)
        activity_release(&list->items[i]);
    free(list->items);
    *list = (struct activity_list){0};
}

bool journal_said(struct board *board, const struct journal_look *look, bool *said, struct err *err) {
    struct query q;
    query_open(&q, board,
               CALL(SQL_ACTIVITY_SAID, bind_number(":ticket_id", look->ticket_id), bind_text(":run_id", look->run_id),
                    bind_text(":kind", look->kind), bind_number(":since", look->since)),
               err);
    *said = query_next(&q) && query_number(&q) != 0;
    return query_close(&q);
}

bool journal_add_once(struct board *board, const struct journal_row *row, bool *added, struct err *err) {
    const struct journal_look look = {.ticket_id = row->ticket_id, .run_id = row->run_id, .kind = row->kind};
    bool said = false;
    bool ok = journal_said(board, &look, &said, err) && (said || journal_add(board, row, err));

    *added = ok && !said;
    return ok;
}

bool journal_newest(struct board *board, const struct journal_kinds *kinds, struct activity *row, struct err *err) {
    struct query q;
    *row = (struct activity){0};
    query_open(&q, board,
               CALL(SQL_ACTIVITY_NEWEST, bind_number(":ticket_id", kinds->ticket_id),
                    bind_text(":run_id", kinds->run_id), bind_text(":kind", kinds->kind),
                    bind_text(":other", kinds->other), bind_number(":since", kinds->since)),
               err);
    if (query_next(&q))
        read_activity(&q, row);
    if (query_close(&q))
        return true;
    activity_release(row);
    return false;
}

bool journal_word(struct board *board, const struct journal_turn *turn, char **body, struct err *err) {
    return db_text(board,
                   CALL(SQL_ACTIVITY_WORD, bind_number(":ticket_id", turn->ticket_id),
                        bind_text(":run_id", turn->run_id), bind_text(":nonce", turn->nonce)),
                   body, err);
}

bool journal_last(struct board *board, const struct journal_look *look, char **body, struct err *err) {
    return db_text(board,
                   CALL(SQL_ACTIVITY_LAST, bind_number(":ticket_id", look->ticket_id),
                        bind_text(":run_id", look->run_id), bind_text(":kind", look->kind)),
                   body, err);
}

bool journal_end(struct board *board, const struct journal_look *look, char **body, struct err *err) {
    return db_text(
        board, CALL(SQL_ACTIVITY_END, bind_number(":ticket_id", look->ticket_id), bind_text(":run_id", look->run_id)),
        body, err);
}

bool journal_last_word(struct board *board, int64_t ticket_id, struct journal_said_last *last, struct err *err) {
    struct query q;
    *last = (struct journal_said_last){0};
    query_open(&q, board, CALL(SQL_ACTIVITY_LAST_WORD, bind_number(":ticket_id", ticket_id)), err);
    if (query_next(&q)) {
        last->run_id = query_text(&q);
        last->body = query_text(&q);
    }
    return query_close(&q);
}

void journal_said_last_release(struct journal_said_last *last) {
    free(last->run_id);
    free(last->body);
    *last = (struct journal_said_last){0};
}

bool settings_get(struct board *board, const char *key, char **value, struct err *err) {
    return db_text(board, CALL(SQL_SETTING_GET, bind_text(":key", key)), value, err);
}

bool settings_put(struct board *board, const char *key, const char *value, struct err *err) {
    if (!value)
        return db_run(board, CALL(SQL_SETTING_REMOVE, bind_text(":key", key)), NULL, err);
    return db_run(board, CALL(SQL_SETTING_PUT, bind_text(":key", key), bind_text(":value", value)), NULL, err);
}

bool requests_begin(struct board *board, const char *id, struct request_first *first, struct err *err) {
    struct query q;
    *first = (struct request_first){0};
    query_open(&q, board, CALL(SQL_REQUEST_GET, bind_text(":id", id)), err);
    if (query_next(&q)) {
        first->answer = query_text(&q);
        first->act = query_text(&q);
        if (!first->answer)
            first->answer = xstrdup("");
    }
    return query_close(&q);
}

void request_first_release(struct request_first *first) {
    free(first->act);
    free(first->answer);
    *first = (struct request_first){0};
}

bool requests_end(struct board *board, const struct request_answer *answer, struct err *err) {
    return db_run(board,
                  CALL(SQL_REQUEST_PUT, bind_text(":id", answer->id), bind_text(":act", answer->act),
                       bind_text(":answer", answer->answer), bind_number(":now", answer->now)),
                  NULL, err);
}

bool requests_drop(struct board *board, const char *id, struct err *err) {
    return db_run(board, CALL(SQL_REQUEST_REMOVE, bind_text(":id", id)), NULL, err);
}
