#ifndef MC_RECORDS_H
#define MC_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct board;
struct err;

/* Rows as they stand, column by column, for what carries them out of a board and into one (run/ledger.h). Inside the
 * caller's transaction. */
enum record_kind {
    /* of one ticket, in the order in which one needs another */
    RECORD_TICKET,
    RECORD_NEEDS, /* put otherwise: tickets_need */
    RECORD_RUNS,
    RECORD_EFFECTS,
    RECORD_RUNTIME,
    RECORD_MESSAGES,
    RECORD_STORY,
    RECORD_NOTICES,
    RECORD_OF_TICKETS, /* so many */
    /* of the board; the settings without what was said, seen or begun on this one, the notices without a ticket's */
    RECORD_SETTING = RECORD_OF_TICKETS,
    RECORD_SLOT,
    RECORD_NOTICE,
    RECORD_REQUEST,
    RECORD_ARCHIVED,
    RECORD_COUNT
};

/* A column that is not NULL; those of a ticket's rows go without ticket_id. */
enum { RECORD_WIDTH = 32, RECORD_NAME_SIZE = 24 };
struct record_value {
    char name[RECORD_NAME_SIZE];
    const char *text; /* NULL: it is a number */
    int64_t number;
};
struct record {
    struct record_value items[RECORD_WIDTH];
    size_t count;
};

/* Whose a row is: `ticket` is 0 for the kinds of the board. */
struct record_of {
    enum record_kind kind;
    int64_t ticket;
    bool unasked; /* to be put: what a server says of it comes with a later one, at the latest with the commit */
};
/* Each row to `take`, by id; false from it ends that. A record lives as long as the call. */
struct record_sink {
    bool (*take)(void *to, const struct record_of *of, const struct record *record, struct err *err);
    void *to;
};
bool records_each(struct board *board, enum record_kind kind, const struct record_sink *sink, struct err *err);

/* The same of tickets, whose numbers are `from` to `to`: one after the other, each with all its kinds in their order. A
 * server gives all of these rows at once. */
struct record_span {
    int64_t from, to;
};
bool records_of_tickets(struct board *board, const struct record_span *span, const struct record_sink *sink,
                        struct err *err);

/* What a reader of ours would take for damage has no place on a board: 65. */
bool records_read_back(struct board *board, const struct record_span *span, struct err *err);

/* Adds one, its ids kept. 65 where it has a column that is none or twice, or is no row for this board. */
bool records_put(struct board *board, const struct record_of *which, const struct record *record, struct err *err);

/* The last of the next few tickets behind a number; 0: there is none. */
struct record_few {
    int64_t after, count;
};
bool records_next(struct board *board, const struct record_few *few, int64_t *ticket, struct err *err);

/* Is there nothing on the board that a whole one could meet? */
bool records_none(struct board *board, bool *none, struct err *err);

/* Rows were put there under numbers of their own: what is added from now on comes behind them. */
bool records_settle(struct board *board, struct err *err);

/* Takes away the settings that records_each gives. */
bool records_clear_settings(struct board *board, struct err *err);

/* Takes a ticket away with all its rows. 65 where something else speaks of it: another's need, a slot. */
bool records_drop(struct board *board, int64_t ticket, struct err *err);

/* Takes away what others need of a ticket; those others, one after the other, to `take`. */
struct record_needy {
    bool (*take)(void *to, int64_t ticket, struct err *err);
    void *to;
};
bool records_drop_behind(struct board *board, int64_t needs, const struct record_needy *needy, struct err *err);

/* A ticket is there again whose dedupe key was kept as an archived one's. */
bool records_unarchive(struct board *board, int64_t ticket, struct err *err);

#endif
