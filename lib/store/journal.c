#include "store/journal.h"

#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/db.h"
#include "store/read.h"

bool journal_add(struct board *board, const struct journal_row *row, struct err *err) {
    return db_run(board,
                  CALL(SQL_ACTIVITY_ADD, bind_number(":ticket_id", row->ticket_id), bind_text(":run_id", row->run_id),
                       bind_text(":author", row->author), bind_text(":kind", row->kind), bind_text(":body", row->body),
                       bind_number(":now", row->now)),
                  NULL, err);
}

bool journal_list(struct board *board, int64_t ticket_id, struct activity_list *list, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_ACTIVITY_LIST, bind_number(":ticket_id", ticket_id)), err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        read_activity(&q, &list->items[list->count++]);
    }
    return query_close(&q);
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

bool settings_get(struct board *board, const char *key, char **value, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_SETTING_GET, bind_text(":key", key)), err);
    *value = query_next(&q) ? query_text(&q) : NULL;
    return query_close(&q);
}

bool settings_put(struct board *board, const char *key, const char *value, struct err *err) {
    if (!value)
        return db_run(board, CALL(SQL_SETTING_REMOVE, bind_text(":key", key)), NULL, err);
    return db_run(board, CALL(SQL_SETTING_PUT, bind_text(":key", key), bind_text(":value", value)), NULL, err);
}

static void breaker_read(struct breaker *breaker, const char *value) {
    int64_t failures = 0, openings = 0;
    struct json *json = json_parse(value, strlen(value));
    if (!json)
        return;
    if (json_int(json_get(json, "failures"), &failures) && failures > 0 && failures <= INT32_MAX)
        breaker->failures = (int)failures;
    if (json_int(json_get(json, "openings"), &openings) && openings > 0 && openings <= INT32_MAX)
        breaker->openings = (int)openings;
    json_int(json_get(json, "open_until"), &breaker->open_until);
    const char *class = json_string(json_get(json, "class"));
    text_copy(breaker->class, sizeof breaker->class, class ? class : "");
    json_free(json);
}

/* A breaker that cannot be read counts as closed: the next failure writes it anew. */
bool breaker_load(struct board *board, struct breaker *breaker, struct err *err) {
    char *value = NULL;
    *breaker = (struct breaker){0};
    if (!settings_get(board, "breaker", &value, err))
        return false;
    if (value)
        breaker_read(breaker, value);
    free(value);
    return true;
}

bool breaker_store(struct board *board, const struct breaker *breaker, struct err *err) {
    if (breaker->failures == 0 && breaker->openings == 0 && breaker->open_until == 0)
        return settings_put(board, "breaker", NULL, err);
    struct json *json = json_object();
    struct text value = {0};
    json_put_int(json, "failures", breaker->failures);
    json_put_int(json, "openings", breaker->openings);
    json_put_int(json, "open_until", breaker->open_until);
    json_put_string(json, "class", breaker->class);
    json_print(json, &value);
    bool ok = settings_put(board, "breaker", text_str(&value), err);
    text_release(&value);
    json_free(json);
    return ok;
}

bool requests_begin(struct board *board, const char *id, char **answer, struct err *err) {
    struct query q;
    *answer = NULL;
    query_open(&q, board, CALL(SQL_REQUEST_GET, bind_text(":id", id)), err);
    if (query_next(&q)) {
        char *first = query_text(&q);
        *answer = first ? first : xstrdup("");
    }
    return query_close(&q);
}

bool requests_end(struct board *board, const struct request_answer *answer, struct err *err) {
    return db_run(board,
                  CALL(SQL_REQUEST_PUT, bind_text(":id", answer->id), bind_text(":answer", answer->answer),
                       bind_number(":now", answer->now)),
                  NULL, err);
}
