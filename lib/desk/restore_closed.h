#ifndef MC_RESTORE_CLOSED_H
#define MC_RESTORE_CLOSED_H

#include <stdbool.h>

struct err;
struct ledger_need;
struct restore;
struct sequence;
struct site;

/* Closed tickets onto a board that may be at work: desk_restore's half for those without a head, whose lines were all
 * looked at. No transaction is longer than some milliseconds and one ticket. */
bool restore_closed(struct site *site, struct restore *restore, struct sequence *lines, struct err *err);

/* 65: what a ticket waits for is nowhere; false. */
bool restore_misses(const struct site *site, const struct restore *restore, const struct ledger_need *missing,
                    struct err *err);

#endif
