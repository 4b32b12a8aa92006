#include "store/amend.h"

#include "store/db.h"

bool tickets_amend(struct board *board, const struct amend *amend, struct err *err) {
    return db_run(board,
                  CALL(SQL_TICKET_AMEND, bind_number(":id", amend->id), bind_text(":title", amend->title),
                       bind_text(":body", amend->body), bind_text(":priority", priority_name(amend->priority)),
                       bind_text(":profile", amend->profile), bind_text(":workspace", amend->workspace),
                       bind_text(":labels", amend->labels), bind_number(":now", amend->now)),
                  NULL, err);
}

bool tickets_unneed(struct board *board, int64_t id, int64_t needs, struct err *err) {
    return db_run(board, CALL(SQL_TICKET_NEED_REMOVE, bind_number(":id", id), bind_number(":needs_id", needs)), NULL,
                  err);
}

bool tickets_need_towards(struct board *board, const struct need_way *way, int64_t *next, struct err *err) {
    return db_number(board,
                     CALL(SQL_TICKET_NEED_TOWARDS, bind_number(":id", way->id), bind_number(":needs_id", way->goal)),
                     next, err);
}
