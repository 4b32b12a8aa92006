#include "store/slots.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "rules/workspace.h"
#include "store/db.h"
#include "store/read.h"

void slot_list_release(struct slot_list *list) {
    for (size_t i = 0; i < list->count; i++)
        slot_release(&list->items[i]);
    free(list->items);
    *list = (struct slot_list){0};
}

static bool read_list(struct board *board, const struct call *call, struct slot_list *list, struct err *err) {
    struct query q;
    query_open(&q, board, call, err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        read_slot(&q, &list->items[list->count++]);
    }
    return query_close(&q);
}

static bool read_one(struct board *board, const struct call *call, struct slot *slot, struct err *err) {
    struct query q;
    *slot = (struct slot){0};
    query_open(&q, board, call, err);
    if (query_next(&q))
        read_slot(&q, slot);
    if (query_close(&q))
        return true;
    slot_release(slot);
    return false;
}

bool slots_list(struct board *board, const char *host, struct slot_list *list, struct err *err) {
    return read_list(board, CALL(SQL_SLOT_LIST, bind_text(":host", host)), list, err);
}

bool slots_left(struct board *board, const char *host, struct slot_list *list, struct err *err) {
    return read_list(board, CALL(SQL_SLOT_LEFT, bind_text(":host", host)), list, err);
}

bool slots_get(struct board *board, const char *name, struct slot *slot, struct err *err) {
    return read_one(board, CALL(SQL_SLOT_GET, bind_text(":name", name)), slot, err);
}

bool slots_of_run(struct board *board, const char *run_id, struct slot *slot, struct err *err) {
    return read_one(board, CALL(SQL_SLOT_OF_RUN, bind_text(":run_id", run_id)), slot, err);
}

bool slots_still_left(struct board *board, const struct slot *seen, bool *left, struct err *err) {
    return db_any(board, CALL(SQL_SLOT_STILL_LEFT, bind_text(":name", seen->name), bind_text(":run_id", seen->run_id)),
                  left, err);
}

char *slots_name(const char *workspace, int64_t number) {
    bool plain = strcmp(workspace, WORKSPACE_DEFAULT) == 0;
    return xasprintf("%s%spool-%lld", plain ? "" : workspace, plain ? "" : "/", (long long)number);
}

static void name_slot(const struct slot_want *want, struct slot *slot) {
    const struct slot_pool *pool = want->pool;
    slot->host = xstrdup(want->host);
    slot->name = slots_name(pool->workspace, slot->number);
    slot->workspace = xstrdup(pool->workspace);
    slot->path = xasprintf("%s/pool-%lld", pool->folder, (long long)slot->number);
    slot->state = SLOT_FREE;
}

bool slots_next(struct board *board, const struct slot_want *want, struct slot *slot, struct err *err) {
    const struct slot_pool *pool = want->pool;
    struct query q;
    *slot = (struct slot){0};
    query_open(&q, board,
               CALL(SQL_SLOT_NEXT, bind_number(":size", pool->size), bind_text(":host", want->host),
                    bind_text(":workspace", pool->workspace), bind_number(":left", want->left),
                    bind_text(":folder", pool->folder), bind_number(":id", want->ticket_id),
                    bind_number(":after", want->after)),
               err);
    if (query_next(&q)) {
        slot->number = query_number(&q);
        slot->head = query_text(&q);
    }
    if (!query_close(&q)) {
        slot_release(slot);
        return false;
    }
    if (slot->number)
        name_slot(want, slot);
    return true;
}

static bool take(struct board *board, const struct slot_want *want, const struct slot *slot, struct err *err) {
    const struct bind host = bind_text(":host", slot->host), workspace = bind_text(":workspace", slot->workspace);
    const struct bind number = bind_number(":number", slot->number), path = bind_text(":path", slot->path);
    const struct bind id = bind_number(":id", want->ticket_id), run = bind_text(":run_id", want->run_id);
    return db_run(board, CALL(SQL_SLOT_MAKE, host, bind_text(":name", slot->name), workspace, number, path), NULL,
                  err) &&
           db_run(board, CALL(SQL_SLOT_TAKE, path, id, run, bind_number(":now", want->now), host, workspace, number),
                  NULL, err) &&
           db_run(board, CALL(SQL_SLOT_CWD, path, id, run), NULL, err);
}

bool slots_take(struct board *board, const struct slot_want *want, struct slot *slot, struct err *err) {
    if (!take(board, want, slot, err)) {
        slot_release(slot);
        return false;
    }
    slot->state = SLOT_CLAIMED;
    slot->ticket_id = want->ticket_id;
    slot->run_id = xstrdup(want->run_id);
    slot->claimed_at = want->now;
    return true;
}

bool slots_set_branch(struct board *board, const struct slot_change *change, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_SLOT_SET_BRANCH, bind_text(":branch", change->branch), bind_text(":name", change->name),
                       bind_text(":run_id", change->run_id)),
                  changed, err);
}

bool slots_note(struct board *board, const struct slot_change *change, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_SLOT_NOTE, bind_text(":note", change->note), bind_text(":name", change->name),
                       bind_text(":run_id", change->run_id)),
                  changed, err);
}

bool slots_quarantine(struct board *board, const struct slot_change *change, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_SLOT_QUARANTINE, bind_text(":note", change->note), bind_text(":name", change->name),
                       bind_text(":run_id", change->run_id)),
                  changed, err);
}

bool slots_drop(struct board *board, const struct slot *seen, bool *changed, struct err *err) {
    return db_hit(board, CALL(SQL_SLOT_DROP, bind_text(":name", seen->name), bind_text(":path", seen->path)), changed,
                  err);
}

bool slots_free(struct board *board, const struct slot_change *change, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_SLOT_FREE, bind_text(":head", change->head), bind_text(":name", change->name),
                       bind_text(":run_id", change->run_id)),
                  changed, err);
}

bool runs_set_work(struct board *board, const struct run_work *work, struct err *err) {
    return db_run(board,
                  CALL(SQL_RUN_SET_WORK, bind_text(":branch", work->branch), bind_text(":base", work->base),
                       bind_text(":base_commit", work->base_commit), bind_text(":run_id", work->run_id)),
                  NULL, err);
}

bool tickets_place(struct board *board, int64_t ticket, const char *workspace, struct err *err) {
    return db_run(board, CALL(SQL_TICKET_PLACE, bind_text(":workspace", workspace), bind_number(":id", ticket)), NULL,
                  err);
}

bool runs_set_preserved(struct board *board, const char *run_id, const char *oid, struct err *err) {
    return db_run(board, CALL(SQL_RUN_SET_PRESERVED, bind_text(":oid", oid), bind_text(":run_id", run_id)), NULL, err);
}

bool runs_owe_unpushed(struct board *board, const char *workspace, struct err *err) {
    return db_run(board, CALL(SQL_RUN_OWE_UNPUSHED, bind_text(":workspace", workspace)), NULL, err);
}

bool runs_set_owes(struct board *board, const char *run_id, bool owes, struct err *err) {
    return db_run(board, CALL(SQL_RUN_SET_OWES, bind_number(":owes", owes), bind_text(":run_id", run_id)), NULL, err);
}

bool runs_owing(struct board *board, const char *host, struct argv *run_ids, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_RUN_OWING, bind_text(":host", host)), err);
    while (query_next(&q)) {
        char *run_id = query_text(&q);
        argv_add(run_ids, run_id);
        free(run_id);
    }
    return query_close(&q);
}
