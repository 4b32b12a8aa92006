#ifndef MC_STORE_ARCHIVE_H
#define MC_STORE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/words.h"

struct board;
struct err;

/* What may leave the board (SPEC section 17, Keeping): a ticket that was closed before a moment, of which nothing else
 * speaks: no ticket needs it, no slot, agent, message, notice, open run or owed work is its own. The one that holds a
 * newest number stays, so that no number is ever given twice. */
enum { ARCHIVE_AT_ONCE = 24 };
struct archive_want {
    enum ticket_status status; /* done or cancelled */
    int64_t before;            /* closed before this */
    int64_t at, after;         /* those behind: closed at this, by number */
};
struct archive_row {
    int64_t ticket, closed_at;
};
struct archive_rows {
    struct archive_row items[ARCHIVE_AT_ONCE];
    size_t count;
};
bool archive_next(struct board *board, const struct archive_want *want, struct archive_rows *rows, struct err *err);

/* A number that is another one when anybody else has written to the board since. Of files alone. */
bool archive_version(struct board *board, int64_t *version, struct err *err);

/* Is nothing of this closed ticket under way: no agent, run, message, notice or owed work? */
bool archive_rests(struct board *board, int64_t ticket, bool *rests, struct err *err);

/* Its dedupe key stays known. */
bool archive_key(struct board *board, int64_t ticket, struct err *err);

/* Request ids that nobody will repeat any more: the next few behind those that are there; none: no more. */
enum { REQUESTS_AT_ONCE = 6 };
struct request_ids {
    char *items[REQUESTS_AT_ONCE];
    size_t count;
};
bool archive_requests(struct board *board, int64_t before, struct request_ids *ids, struct err *err);
bool archive_drop_requests(struct board *board, const struct request_ids *ids, struct err *err);
void request_ids_release(struct request_ids *ids);

#endif
