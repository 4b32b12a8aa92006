#include "store/archive.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/db.h"
#include "store/journal.h"

bool archive_next(struct board *board, const struct archive_want *want, struct archive_rows *rows, struct err *err) {
    struct query q;

    rows->count = 0;
    query_open(&q, board,
               CALL(SQL_ARCHIVE_NEXT, bind_text(":status", ticket_status_name(want->status)),
                    bind_number(":before", want->before), bind_number(":at", want->at),
                    bind_number(":after", want->after), bind_number(":most", ARCHIVE_AT_ONCE)),
               err);
    while (rows->count < ARCHIVE_AT_ONCE && query_next(&q)) {
        struct archive_row *row = &rows->items[rows->count++];

        row->ticket = query_number(&q);
        row->closed_at = query_number(&q);
    }
    return query_close(&q);
}

bool archive_version(struct board *board, int64_t *version, struct err *err) {
    return db_number(board, CALL_BARE(SQL_ARCHIVE_VERSION), version, err);
}

bool archive_rests(struct board *board, int64_t ticket, bool *rests, struct err *err) {
    return db_any(board, CALL(SQL_ARCHIVE_RESTS, bind_number(":id", ticket)), rests, err);
}

bool archive_key(struct board *board, int64_t ticket, struct err *err) {
    return db_run(board, CALL(SQL_ARCHIVE_KEY, bind_number(":id", ticket)), NULL, err);
}

void request_ids_release(struct request_ids *ids) {
    for (size_t i = 0; i < ids->count; i++)
        free(ids->items[i]);
    *ids = (struct request_ids){0};
}

bool archive_requests(struct board *board, int64_t before, struct request_ids *ids, struct err *err) {
    char *after = ids->count ? xstrdup(ids->items[ids->count - 1]) : xstrdup("");
    struct query q;

    request_ids_release(ids);
    query_open(&q, board,
               CALL(SQL_REQUESTS_OLD, bind_text(":after", after), bind_number(":before", before),
                    bind_number(":most", REQUESTS_AT_ONCE)),
               err);
    while (ids->count < REQUESTS_AT_ONCE && query_next(&q))
        ids->items[ids->count++] = query_text(&q);
    free(after);
    return query_close(&q);
}

bool archive_drop_requests(struct board *board, const struct request_ids *ids, struct err *err) {
    bool ok = true;

    for (size_t i = 0; ok && i < ids->count; i++)
        ok = requests_drop(board, ids->items[i], err);
    return ok;
}
