#ifndef MC_TICKET_STUCK_H
#define MC_TICKET_STUCK_H

#include <stdbool.h>
#include <stdint.h>

struct breaker_list;
struct breaker_row;
struct err;
struct site;
struct stuck_list;
struct ticket;

/* Why the ticket can never be picked up as things are, one line; NULL where it can. `needs`: a cancelled one that it
 * waits for, 0: none. New string. */
char *stuck_reason(const struct site *site, const struct ticket *ticket, int64_t needs);

/* A warning on standard error for each of them; those that it names need no pickup to say it again. Inside no
 * transaction. */
bool stuck_warn(const struct site *site, const struct stuck_list *list, struct err *err);

/* The open breaker that a todo ticket waits for; NULL: none. */
const struct breaker_row *waits_for(const struct site *site, const struct ticket *ticket,
                                    const struct breaker_list *breakers);

/* "waits for profile:codex until …": new string; NULL where there is no such row. */
char *waits_words(const struct breaker_row *row);

#endif
