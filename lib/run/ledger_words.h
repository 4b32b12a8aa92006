#ifndef MC_LEDGER_WORDS_H
#define MC_LEDGER_WORDS_H

#include <stdbool.h>

#include "store/records.h"

/* What lines there are in the ledger, and the names in them. */
enum ledger_kind {
    LEDGER_HEAD, /* which board it was, and in which version of all this */
    LEDGER_SETTING,
    LEDGER_TICKET,
    LEDGER_SLOT,
    LEDGER_NOTICE,
    LEDGER_REQUEST,
    LEDGER_ARCHIVED,
    LEDGER_END, /* how many lines it has before this one, its last */
    LEDGER_COUNT
};

struct ledger_member {
    const char *name;
    bool one; /* an object; else a list of them, or of what a ticket waits for: numbers */
};
extern const struct ledger_member ledger_members[RECORD_COUNT];

/* The rows that a kind of line is made of; RECORD_COUNT for head and end, which are of none. */
extern const enum record_kind ledger_records[LEDGER_COUNT];

/* Beside them: a head's own; and a text that is not UTF-8, in hexadecimal. */
#define LEDGER_EXPORT "mc_export"
#define LEDGER_SCHEMA "schema"
#define LEDGER_BOARD "board"
#define LEDGER_PLACE "place"
#define LEDGER_LAST "mc_export_end" /* the end's only one: a number of lines */
#define LEDGER_HEX "hex"

#endif
