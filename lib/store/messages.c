#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/db.h"
#include "store/read.h"
#include "store/runtimes.h"

bool messages_add(struct board *board, int64_t ticket_id, const char *author, const char *body, int64_t now,
                  int64_t *id, struct err *err) {
    *id = 0;
    if (!db_run(board, SQL_MESSAGE_ADD,
                BINDS(bind_number(":ticket_id", ticket_id), bind_text(":author", author), bind_text(":body", body),
                      bind_number(":now", now)),
                NULL, err))
        return false;
    *id = db_last_id(board);
    return true;
}

/* The one row of an opened query, or none. */
static bool one_message(struct query *q, struct message *message, bool *found) {
    *message = (struct message){0};
    *found = query_next(q) && read_message(q, message);
    if (query_close(q))
        return true;
    message_release(message);
    *message = (struct message){0};
    return *found = false;
}

bool messages_get(struct board *board, int64_t id, struct message *message, bool *found, struct err *err) {
    struct query q;
    query_open(&q, board, SQL_MESSAGE_GET, BINDS(bind_number(":id", id)), err);
    return one_message(&q, message, found);
}

bool messages_work(struct board *board, const char *run_id, struct message *message, struct err *err) {
    struct query q;
    bool found = false;
    query_open(&q, board, SQL_MESSAGE_WORK, BINDS(bind_text(":run_id", run_id)), err);
    return one_message(&q, message, &found);
}

bool messages_of_ticket(struct board *board, int64_t ticket_id, struct message **messages, size_t *count,
                        struct err *err) {
    struct query q;
    size_t cap = 0;
    *messages = NULL;
    *count = 0;
    query_open(&q, board, SQL_MESSAGE_OF_TICKET, BINDS(bind_number(":ticket_id", ticket_id)), err);
    while (query_next(&q)) {
        *messages = xgrow(*messages, *count, &cap, sizeof **messages);
        read_message(&q, &(*messages)[(*count)++]);
    }
    return query_close(&q);
}

bool messages_notes(struct board *board, int64_t ticket_id, const char *nonce, char **text, struct err *err) {
    struct query q;
    struct text notes = {0};
    const struct bind ticket = bind_number(":ticket_id", ticket_id);
    if (nonce)
        query_open(&q, board, SQL_MESSAGE_NOTES_OF_NONCE, BINDS(ticket, bind_text(":nonce", nonce)), err);
    else
        query_open(&q, board, SQL_MESSAGE_NOTES_PENDING, BINDS(ticket), err);
    while (query_next(&q)) {
        char *body = query_text(&q);
        text_add(&notes, notes.len ? "\n\n" : "");
        text_add(&notes, body ? body : "");
        free(body);
    }
    bool ok = query_close(&q);
    if (ok && notes.over)
        ok = err_set(err, MC_DATAERR, "the waiting messages of ticket number %lld are over %d bytes: shorten them",
                     (long long)ticket_id, TEXT_MAX);
    *text = ok ? text_take(&notes) : NULL;
    text_release(&notes);
    return ok;
}

bool messages_next(struct board *board, const char *host, int64_t now, struct message *message, struct runtime *runtime,
                   bool *found, struct err *err) {
    struct query q;
    *message = (struct message){0};
    *runtime = (struct runtime){0};
    query_open(&q, board, SQL_MESSAGE_NEXT, BINDS(bind_text(":host", host), bind_number(":now", now)), err);
    *found = query_next(&q) && read_message(&q, message) && read_runtime(&q, runtime);
    if (query_close(&q))
        return true;
    message_release(message);
    runtime_release(runtime);
    return *found = false;
}

bool messages_send(struct board *board, const char *run_id, const char *nonce, int64_t now, int *changed,
                   struct err *err) {
    (void)now;
    return db_run(board, SQL_MESSAGE_SEND, BINDS(bind_text(":run_id", run_id), bind_text(":nonce", nonce)), changed,
                  err);
}

bool messages_take(struct board *board, int64_t id, const char *run_id, const char *nonce, int64_t now, bool *changed,
                   struct err *err) {
    const struct bind message = bind_number(":id", id);
    const struct bind run = bind_text(":run_id", run_id), turn = bind_text(":nonce", nonce);
    (void)now;
    if (!db_hit(board, SQL_MESSAGE_TAKE, BINDS(message, run, turn), changed, err))
        return false;
    return !*changed || db_run(board, SQL_MESSAGE_TAKE_NOTES, BINDS(message, run, turn), NULL, err);
}

bool messages_postpone(struct board *board, int64_t id, const char *error, int64_t next_at, struct err *err) {
    return db_run(board, SQL_MESSAGE_POSTPONE,
                  BINDS(bind_number(":id", id), bind_text(":error", error), bind_maybe(":next_at", next_at)), NULL,
                  err);
}

bool messages_settle(struct board *board, const struct message_settle *settle, int *changed, struct err *err) {
    const struct bind run = bind_text(":run_id", settle->run_id), nonce = bind_text(":nonce", settle->nonce);
    const struct bind error = bind_text(":error", settle->error);
    if (settle->to == MESSAGE_PENDING)
        return db_run(
            board, SQL_MESSAGE_SETTLE_PENDING,
            BINDS(run, nonce, error, bind_number(":count", settle->count), bind_maybe(":next_at", settle->next_at)),
            changed, err);
    return db_run(board, SQL_MESSAGE_SETTLE,
                  BINDS(run, nonce, error, bind_text(":to", message_status_name(settle->to)),
                        bind_maybe(":sent_at", settle->to == MESSAGE_SENT ? settle->now : 0)),
                  changed, err);
}

bool messages_give_back(struct board *board, const char *run_id, const char *error, int64_t now, struct err *err) {
    const struct bind run = bind_text(":run_id", run_id), why = bind_text(":error", error);
    (void)now;
    return db_run(board, SQL_MESSAGE_GIVE_BACK_WORK, BINDS(run, why), NULL, err) &&
           db_run(board, SQL_MESSAGE_GIVE_BACK_NOTES, BINDS(run, why), NULL, err);
}
