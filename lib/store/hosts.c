#include "store/hosts.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/db.h"

/* An empty text is none: the column takes no NULL. */
static char *word(struct query *q) {
    char *text = query_text(q);

    if (text && !*text)
        xreplace(&text, NULL);
    return text;
}

bool hosts_list(struct board *board, struct host_list *list, struct err *err) {
    struct query q;

    query_open(&q, board, CALL_BARE(SQL_HOST_LIST), err);
    while (query_next(&q)) {
        struct host *host;

        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        host = &list->items[list->count++];
        *host = (struct host){.name = query_text(&q)};
        host->machine_id = word(&q);
        host->boot_id = word(&q);
        host->version = word(&q);
        host->max_running = query_number(&q);
        host->seen_at = query_number(&q);
        host->retired_at = query_number(&q);
        host->said_at = query_number(&q);
        host->twin_at = query_number(&q);
        host->heard_since = query_number(&q);
    }
    return query_close(&q);
}

void host_list_release(struct host_list *list) {
    for (size_t i = 0; i < list->count; i++)
        host_release(&list->items[i]);
    free(list->items);
    *list = (struct host_list){0};
}

const struct host *host_list_find(const struct host_list *list, const char *name) {
    for (size_t i = 0; i < list->count; i++)
        if (text_same(list->items[i].name, name))
            return &list->items[i];
    return NULL;
}

const struct host *host_list_former(const struct host_list *list, const struct host *self) {
    for (size_t i = 0; self->machine_id && i < list->count; i++)
        if (text_same(list->items[i].machine_id, self->machine_id) && !text_same(list->items[i].name, self->name))
            return &list->items[i];
    return NULL;
}

bool hosts_note(struct board *board, const struct host *self, bool *noted, struct err *err) {
    int changes = 0;
    bool ok = db_run(board,
                     CALL(SQL_HOST_NOTE, bind_text(":host", self->name), bind_text(":machine_id", self->machine_id),
                          bind_text(":boot_id", self->boot_id), bind_text(":version", self->version),
                          bind_number(":max_running", self->max_running),
                          bind_number(":heard_since", self->heard_since), bind_number(":now", self->seen_at)),
                     &changes, err);

    board->undone += changes;
    *noted = ok && changes > 0;
    return ok;
}

bool hosts_copy(struct board *board, const struct host *self, struct err *err) {
    return db_run(board,
                  CALL(SQL_HOST_COPY, bind_text(":host", self->name), bind_text(":machine_id", self->machine_id),
                       bind_number(":now", self->seen_at)),
                  NULL, err);
}

bool hosts_renamed(struct board *board, const struct host *self, struct err *err) {
    return db_run(board,
                  CALL(SQL_HOST_RENAMED, bind_text(":host", self->name), bind_text(":machine_id", self->machine_id)),
                  NULL, err);
}

bool hosts_settled(struct board *board, const char *name, struct err *err) {
    int changes = 0;
    bool ok = db_run(board, CALL(SQL_HOST_SETTLED, bind_text(":host", name)), &changes, err);

    board->undone += changes;
    return ok;
}

static struct bind name_of(const struct host_said *said) {
    return bind_text(":host", said->host->name);
}

static struct bind seen_of(const struct host_said *said) {
    return bind_number(":seen_at", said->host->seen_at);
}

bool hosts_say(struct board *board, const struct host_said *said, bool *first, struct err *err) {
    return db_hit(board, CALL(SQL_HOST_SAY, name_of(said), seen_of(said), bind_number(":now", said->now)), first, err);
}

bool hosts_retire(struct board *board, const struct host_said *said, bool *done, struct err *err) {
    return db_hit(board, CALL(SQL_HOST_RETIRE, name_of(said), seen_of(said), bind_number(":now", said->now)), done,
                  err);
}

bool hosts_runs(struct board *board, const char *name, struct host_run_list *list, struct err *err) {
    struct query q;

    query_open(&q, board, CALL(SQL_HOST_RUNS, bind_text(":host", name)), err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        list->items[list->count] = (struct host_run){.ticket = query_number(&q)};
        list->items[list->count++].run_id = query_text(&q);
    }
    return query_close(&q);
}

void host_run_list_release(struct host_run_list *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].run_id);
    free(list->items);
    *list = (struct host_run_list){0};
}

bool hosts_load(struct board *board, struct host_load_list *list, struct err *err) {
    struct query q;

    query_open(&q, board, CALL_BARE(SQL_HOST_LOAD), err);
    while (query_next(&q)) {
        struct host_load *load;

        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        load = &list->items[list->count++];
        *load = (struct host_load){.name = query_text(&q)};
        load->running = query_number(&q);
        load->live = query_number(&q);
        load->tickets = query_number(&q);
        load->taken = query_number(&q);
        load->slots = query_number(&q);
    }
    return query_close(&q);
}

const struct host_load *host_load_list_find(const struct host_load_list *list, const char *name) {
    for (size_t i = 0; i < list->count; i++)
        if (text_same(list->items[i].name, name))
            return &list->items[i];
    return NULL;
}

void host_load_list_release(struct host_load_list *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].name);
    free(list->items);
    *list = (struct host_load_list){0};
}

bool hosts_unclock(struct board *board, const char *run_id, struct err *err) {
    return db_run(board, CALL(SQL_HOST_UNCLOCK, bind_text(":run_id", run_id)), NULL, err);
}
