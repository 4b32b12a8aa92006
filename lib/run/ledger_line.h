#ifndef MC_LEDGER_LINE_H
#define MC_LEDGER_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "run/ledger_words.h"

struct err;
struct json;

enum { LEDGER_VERSION = 2 };

/* One line of the ledger as it was read. */
struct ledger {
    struct json *json;
    enum ledger_kind kind;
    int64_t ticket, version, lines;
    const struct json *rows[RECORD_COUNT], *head[4], *end;
};

/* NULL and a 65 that says why: it is none. What columns it may have, and what may stand in them, the board says when it
 * is restored. */
struct ledger *ledger_read(const char *bytes, size_t n, struct err *err);
void ledger_free(struct ledger *line);
enum ledger_kind ledger_kind_of(const struct ledger *line);
int64_t ledger_ticket(const struct ledger *line); /* its number; 0: it is no ticket's */
bool ledger_closed(const struct ledger *line);    /* its ticket is done or cancelled */
bool ledger_has_end(const struct ledger *line);   /* of a head: the export has a last line; version 1 had none */
int64_t ledger_lines(const struct ledger *line);  /* of an end: so many stood before it */
int64_t ledger_made_at(const struct ledger *line);
int64_t ledger_changed_at(const struct ledger *line);

/* Of a slot's line, NULL where it says nothing of the kind; false: it is none. */
struct ledger_slot {
    const char *host, *name, *state;
};
bool ledger_slot(const struct ledger *line, struct ledger_slot *slot);

/* What its ticket waits for, one after the other; *at is NULL before the first. False: no more. */
bool ledger_need_next(const struct ledger *line, const struct json **at, int64_t *needs);

extern const int64_t ledger_number_last; /* what comes after it has room for its number, too */

#endif
