#ifndef MC_LEDGER_H
#define MC_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "run/ledger_line.h"

struct board;
struct err;
struct json;
struct text;

/* The board as lines of JSON, each whole by itself: a ticket with everything that is its own, or one row that is no
 * ticket's (mc-board(5), EXPORT). Rows are given as they stand, columns by name and NULL ones left out; what was read
 * back is the same row. All inside the caller's transaction. */
enum { LEDGER_LINE_MAX = 1 << 30 };

/* Appends the ticket's line without its newline. 66 where there is none; 65 where it is longer than the text may be
 * (`max`; 0: LEDGER_LINE_MAX), of which no more is read then. */
bool ledger_write(struct board *board, int64_t ticket, struct text *line, struct err *err);

/* Gives every line of a kind that is no ticket's to the sink, with its newline. */
struct ledger_sink {
    bool (*take)(void *to, const struct text *line, struct err *err);
    void *to;
};
bool ledger_write_all(struct board *board, enum ledger_kind kind, const struct ledger_sink *sink, struct err *err);

/* The last line, behind so many: what was cut has none. */
bool ledger_write_end(int64_t lines, const struct ledger_sink *sink, struct err *err);

/* Needs whose ticket is not there yet. */
struct ledger_need {
    int64_t ticket, needs;
};
struct ledger_owed {
    struct ledger_need *items;
    size_t count, cap;
    /* Tickets come one behind the other onto a board that had none, and nobody asks after each: what does not fit
     * shows with one of the next few, as that one's, at the latest when it is settled or committed. */
    bool together;
    int64_t first, last; /* then: the numbers of those that were not read back; `last` also when all were */
    size_t unread;
};
void ledger_owed_release(struct ledger_owed *owed);

/* Puts back what the line holds, ids kept; a ticket's needs that are not there (yet) are owed. 65: it is no row for
 * this board, or would be none for its readers. Of a head: the board takes its name, and its place for the one that it
 * is a copy of. */
bool ledger_restore(struct board *board, const struct ledger *line, struct ledger_owed *owed, struct err *err);

/* The same of a ticket that is there, in its place; what others need of it is owed. */
bool ledger_replace(struct board *board, const struct ledger *line, struct ledger_owed *owed, struct err *err);

/* After the last one. One that is still not there is in *missing, which is zeroed else. */
bool ledger_settle(struct board *board, struct ledger_owed *owed, struct ledger_need *missing, struct err *err);

#endif
