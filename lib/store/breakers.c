#include "store/breakers.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/db.h"
#include "store/journal.h"

#define PREFIX "breaker:"

static int read_count(const struct json *json, const char *name) {
    int64_t value = 0;

    return json_int(json_get(json, name), &value) && value > 0 && value <= INT32_MAX ? (int)value : 0;
}

static void read_shares(struct breaker *breaker, const struct json *tickets) {
    struct breaker_share *share = breaker->shares;

    for (const struct json *one = json_first(tickets); one && share < breaker->shares + BREAKER_TICKETS;
         one = json_next(one)) {
        int64_t ticket = 0;

        if (json_int(json_get(one, "ticket"), &ticket) && ticket > 0)
            *share++ = (struct breaker_share){ticket, read_count(one, "failures")};
    }
}

static void read_breaker(struct breaker *breaker, const char *value) {
    struct json *json = json_parse(value, strlen(value));
    const char *class = json_string(json_get(json, "class"));
    const char *detail = json_string(json_get(json, "detail")), *next = json_string(json_get(json, "next"));

    *breaker = (struct breaker){.failures = read_count(json, "failures"), .openings = read_count(json, "openings")};
    json_int(json_get(json, "open_until"), &breaker->open_until);
    json_int(json_get(json, "trial"), &breaker->trial);
    breaker->told = read_count(json, "told") > 0;
    text_copy(breaker->class, sizeof breaker->class, class ? class : "");
    text_copy(breaker->detail, sizeof breaker->detail, detail ? detail : "");
    text_copy(breaker->next, sizeof breaker->next, next ? next : "");
    read_shares(breaker, json_get(json, "tickets"));
    json_free(json);
}

static void write_breaker(const struct breaker *breaker, struct text *value) {
    struct json *json = json_object(), *tickets = json_array();

    for (size_t i = 0; i < BREAKER_TICKETS && breaker->shares[i].ticket; i++) {
        struct json *share = json_object();

        json_put_int(share, "ticket", breaker->shares[i].ticket);
        json_put_int(share, "failures", breaker->shares[i].failures);
        json_push(tickets, share);
    }
    json_put_int(json, "failures", breaker->failures);
    json_put_int(json, "openings", breaker->openings);
    json_put_int(json, "open_until", breaker->open_until);
    json_put_int(json, "trial", breaker->trial);
    json_put_int(json, "told", breaker->told);
    json_put_string(json, "class", breaker->class);
    json_put_string(json, "detail", breaker->detail);
    json_put_string(json, "next", breaker->next);
    json_put(json, "tickets", tickets);
    json_print(json, value);
    json_free(json);
}

bool breakers_get(struct board *board, const char *thing, struct breaker *breaker, struct err *err) {
    char *key = xasprintf(PREFIX "%s", thing);
    char *value = NULL;
    bool ok = settings_get(board, key, &value, err);

    *breaker = (struct breaker){0};
    if (ok && value)
        read_breaker(breaker, value);
    free(value);
    free(key);
    return ok;
}

bool breakers_put(struct board *board, const char *thing, const struct breaker *breaker, struct err *err) {
    char *key = xasprintf(PREFIX "%s", thing);
    struct text value = {0};
    bool ok;

    if (breaker->failures || breaker->openings)
        write_breaker(breaker, &value);
    ok = settings_put(board, key, value.len ? text_str(&value) : NULL, err);
    text_release(&value);
    free(key);
    return ok;
}

bool breakers_list(struct board *board, struct breaker_list *list, struct err *err) {
    struct query q;

    query_open(&q, board, CALL_BARE(SQL_BREAKER_LIST), err);
    while (query_next(&q)) {
        char *key = query_text(&q), *value = query_text(&q);

        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        list->items[list->count] = (struct breaker_row){.thing = xstrdup(key + strlen(PREFIX))};
        read_breaker(&list->items[list->count++].breaker, value);
        free(key);
        free(value);
    }
    return query_close(&q);
}

void breaker_list_release(struct breaker_list *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].thing);
    free(list->items);
    *list = (struct breaker_list){0};
}

bool breakers_any(struct board *board, bool *any, struct err *err) {
    return db_any(board, CALL_BARE(SQL_BREAKER_LIST), any, err);
}

const struct breaker *breaker_list_find(const struct breaker_list *list, const char *thing) {
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].thing, thing) == 0)
            return &list->items[i].breaker;
    return NULL;
}

/* Does it keep this turn back, as long as it is open? */
static bool keeps(const struct breakers_need *need, const struct breaker_row *row) {
    const struct breaker_need things = {
        .profile = need->profile, .workspace = need->workspace, .endpoint = need->endpoint};

    return breaker_is_needed(row->thing, &things) && !(need->spoken && breaker_stopped(&row->breaker));
}

const struct breaker_row *breaker_list_wait(const struct breaker_list *list, const struct breakers_need *need) {
    const struct breaker_row *last = NULL;

    for (size_t i = 0; i < list->count; i++) {
        const struct breaker_row *row = &list->items[i];

        if (keeps(need, row) && breaker_open(&row->breaker, need->now) &&
            (!last || row->breaker.open_until > last->breaker.open_until))
            last = row;
    }
    return last;
}

bool breakers_wait(struct board *board, const struct breakers_need *need, struct breaker *open, struct err *err) {
    struct breaker_list list = {0};
    bool ok = breakers_list(board, &list, err);
    const struct breaker_row *last = breaker_list_wait(&list, need);

    *open = last ? last->breaker : (struct breaker){0};
    breaker_list_release(&list);
    return ok;
}

bool breakers_try(struct board *board, const struct breakers_need *need, struct err *err) {
    struct breaker_list list = {0};
    bool ok = breakers_list(board, &list, err);

    for (size_t i = 0; ok && i < list.count; i++) {
        struct breaker_row *row = &list.items[i];

        if (!row->breaker.openings || !keeps(need, row))
            continue;
        breaker_try(&row->breaker, need->ticket, need->now);
        ok = breakers_put(board, row->thing, &row->breaker, err);
    }
    breaker_list_release(&list);
    return ok;
}

bool breakers_put_off(struct board *board, int64_t message, int64_t until, struct err *err) {
    return db_run(board, CALL(SQL_MESSAGE_BREAKER, bind_number(":next_at", until), bind_number(":id", message)), NULL,
                  err);
}

/* What still needs another that is open is put off again. */
static bool release(struct board *board, int closed, struct err *err) {
    return !closed || db_run(board, CALL_BARE(SQL_MESSAGE_RELEASE), NULL, err);
}

bool breakers_prove(struct board *board, const struct breakers_proof *proof, struct err *err) {
    char profile[BREAKER_THING_SIZE] = "", workspace[BREAKER_THING_SIZE] = "";
    int closed = 0;

    if (proof->profile)
        breaker_thing(profile, THING_PROFILE, proof->profile);
    if (proof->workspace)
        breaker_thing(workspace, THING_WORKSPACE, proof->workspace);
    return db_run(board,
                  CALL(SQL_BREAKER_PROVE, bind_text(":profile", profile), bind_text(":workspace", workspace),
                       bind_text(":endpoint", proof->endpoint ? "endpoint" : ""), bind_number(":turn", proof->turn)),
                  &closed, err) &&
           release(board, closed, err);
}

bool breakers_close(struct board *board, const char *thing, int *count, struct err *err) {
    return db_run(board, CALL(SQL_BREAKER_CLOSE, bind_text(":thing", thing)), count, err) &&
           release(board, *count, err);
}
