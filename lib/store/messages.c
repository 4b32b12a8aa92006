#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/ticket_text.h"
#include "store/db.h"
#include "store/read.h"
#include "store/runtimes.h"

static bool drop(struct board *board, enum sql which, int64_t ticket_id, struct err *err) {
    return db_run(board, CALL(which, bind_number(":ticket_id", ticket_id)), NULL, err);
}

bool messages_drop_ours(struct board *board, int64_t ticket_id, struct err *err) {
    return drop(board, SQL_MESSAGE_DROP_OURS, ticket_id, err);
}

bool messages_add(struct board *board, const struct message_new *message, int64_t *id, struct err *err) {
    bool heard = message->purpose != PURPOSE_PERSON || text_same(message->author, MESSAGE_AGENT) ||
                 (drop(board, SQL_MESSAGE_DROP_NUDGE, message->ticket_id, err) &&
                  db_run(board, CALL(SQL_TICKET_HEARD, bind_number(":id", message->ticket_id)), NULL, err));

    return heard && db_insert(board,
                              CALL(SQL_MESSAGE_ADD, bind_number(":ticket_id", message->ticket_id),
                                   bind_text(":author", message->author), bind_text(":body", message->body),
                                   bind_text(":purpose", message_purpose_name(message->purpose)),
                                   bind_number(":aside", message->aside), bind_number(":alone", message->alone),
                                   bind_maybe(":next_at", message->next_at), bind_number(":now", message->now)),
                              id, err);
}

/* The one row of an opened query, or none. */
static bool one_message(struct query *q, struct message *message) {
    *message = (struct message){0};
    if (query_next(q))
        read_message(q, message);
    if (query_close(q))
        return true;
    message_release(message);
    return false;
}

bool messages_get(struct board *board, int64_t id, struct message *message, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_MESSAGE_GET, bind_number(":id", id)), err);
    return one_message(&q, message);
}

bool messages_work(struct board *board, const char *run_id, struct message *message, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_MESSAGE_WORK, bind_text(":run_id", run_id)), err);
    return one_message(&q, message);
}

bool messages_of_ticket(struct board *board, int64_t ticket_id, struct message_list *list, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_MESSAGE_OF_TICKET, bind_number(":ticket_id", ticket_id)), err);
    while (query_next(&q)) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        read_message(&q, &list->items[list->count++]);
    }
    return query_close(&q);
}

void message_list_release(struct message_list *list) {
    for (size_t i = 0; i < list->count; i++)
        message_release(&list->items[i]);
    free(list->items);
    *list = (struct message_list){0};
}

/* The bodies of an opened query. */
static bool read_bodies(struct query *q, struct text *bodies) {
    while (query_next(q)) {
        char *body = query_text(q);
        text_add(bodies, bodies->len ? "\n\n" : "");
        text_add(bodies, body ? body : "");
        free(body);
    }
    return query_close(q);
}

bool messages_told(struct board *board, int64_t ticket_id, char **text, struct err *err) {
    struct query q;
    struct text told = {0};
    query_open(&q, board, CALL(SQL_MESSAGE_TOLD, bind_number(":ticket_id", ticket_id)), err);
    bool ok = read_bodies(&q, &told);
    *text = ok ? text_take(&told) : NULL;
    text_release(&told);
    return ok;
}

bool messages_notes(struct board *board, const struct message_turn *turn, char **text, struct err *err) {
    struct query q;
    struct text notes = {0};
    const struct bind ticket = bind_number(":ticket_id", turn->ticket_id);
    if (turn->nonce)
        query_open(&q, board, CALL(SQL_MESSAGE_NOTES_OF_NONCE, ticket, bind_text(":nonce", turn->nonce)), err);
    else
        query_open(&q, board, CALL(SQL_MESSAGE_NOTES_PENDING, ticket), err);
    bool ok = read_bodies(&q, &notes);
    if (ok && notes.over)
        ok = err_set(err, MC_DATAERR, "the waiting messages of ticket number %lld are over %d bytes: shorten them",
                     (long long)turn->ticket_id, TEXT_MAX);
    *text = ok ? text_take(&notes) : NULL;
    text_release(&notes);
    return ok;
}

bool messages_next(struct board *board, const struct delivery_want *want, struct delivery *delivery, struct err *err) {
    struct query q;
    *delivery = (struct delivery){0};
    query_open(&q, board,
               CALL(SQL_MESSAGE_NEXT, bind_text(":host", want->host), bind_number(":now", want->now),
                    bind_number(":latest", want->latest)),
               err);
    if (query_next(&q)) {
        read_message(&q, &delivery->message);
        read_runtime(&q, &delivery->runtime);
    }
    if (query_close(&q))
        return true;
    message_release(&delivery->message);
    runtime_release(&delivery->runtime);
    return false;
}

bool messages_send(struct board *board, const struct message_turn *turn, int *changed, struct err *err) {
    return db_run(board, CALL(SQL_MESSAGE_SEND, bind_text(":run_id", turn->run_id), bind_text(":nonce", turn->nonce)),
                  changed, err);
}

/* A ticket that was paused is so no longer. */
static bool go_on(struct board *board, int64_t id, struct err *err) {
    return db_run(board, CALL(SQL_TICKET_ON, bind_number(":id", id)), NULL, err);
}

bool messages_take(struct board *board, const struct message_turn *turn, bool *changed, struct err *err) {
    const struct bind message = bind_number(":id", turn->id);
    const struct bind run = bind_text(":run_id", turn->run_id), nonce = bind_text(":nonce", turn->nonce);
    if (!db_hit(board, CALL(SQL_MESSAGE_TAKE, message, run, nonce), changed, err))
        return false;
    return !*changed ||
           (db_run(board, CALL(SQL_MESSAGE_TAKE_WORK, run, nonce), NULL, err) &&
            db_run(board, CALL(SQL_MESSAGE_TAKE_NOTES, run, nonce, bind_number(":room", TICKET_TEXT_MAX)), NULL, err) &&
            go_on(board, turn->id, err));
}

bool messages_postpone(struct board *board, const struct message_postpone *postpone, struct err *err) {
    return db_run(board,
                  CALL(SQL_MESSAGE_POSTPONE, bind_number(":id", postpone->id), bind_text(":error", postpone->error),
                       bind_maybe(":next_at", postpone->next_at)),
                  NULL, err);
}

bool messages_drop(struct board *board, int64_t id, struct err *err) {
    return db_run(board, CALL(SQL_MESSAGE_DROP, bind_number(":id", id)), NULL, err);
}

bool messages_settle(struct board *board, const struct message_settle *settle, int *changed, struct err *err) {
    const struct bind run = bind_text(":run_id", settle->run_id), nonce = bind_text(":nonce", settle->nonce);
    const struct bind error = bind_text(":error", settle->error);
    if (settle->to == MESSAGE_PENDING)
        return db_run(board,
                      CALL(SQL_MESSAGE_SETTLE_PENDING, run, nonce, error, bind_number(":count", settle->count),
                           bind_maybe(":next_at", settle->next_at)),
                      changed, err);
    return db_run(board,
                  CALL(SQL_MESSAGE_SETTLE, run, nonce, error, bind_text(":to", message_status_name(settle->to)),
                       bind_maybe(":sent_at", settle->to == MESSAGE_SENT ? settle->now : 0)),
                  changed, err);
}

bool messages_standing(struct board *board, const struct message_turn *turn, struct message_standing *standing,
                       struct err *err) {
    struct query q;
    *standing = (struct message_standing){0};
    query_open(&q, board,
               CALL(SQL_MESSAGE_STANDING, bind_text(":nonce", turn->nonce), bind_number(":ticket_id", turn->ticket_id)),
               err);
    if (query_next(&q)) {
        standing->waiting = query_number(&q) != 0;
        standing->after_go_on = query_number(&q) != 0;
        standing->person = query_number(&q) != 0;
    }
    return query_close(&q);
}

bool messages_hold(struct board *board, const struct message_hold *hold, int *held, struct err *err) {
    return db_run(
        board, CALL(SQL_MESSAGE_HOLD, bind_number(":ticket_id", hold->ticket_id), bind_number(":until", hold->until)),
        held, err);
}

bool messages_give_back(struct board *board, const char *run_id, const char *error, struct err *err) {
    const struct bind run = bind_text(":run_id", run_id), why = bind_text(":error", error);
    return db_run(board, CALL(SQL_MESSAGE_GIVE_BACK_WORK, run, why), NULL, err) &&
           db_run(board, CALL(SQL_MESSAGE_GIVE_BACK_NOTES, run, why), NULL, err) &&
           db_run(board, CALL(SQL_MESSAGE_DROP_OF_RUN, run), NULL, err);
}
