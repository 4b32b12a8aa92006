#ifndef MC_WAITS_H
#define MC_WAITS_H

#include <stdbool.h>

#include "rules/words.h"

struct board;
struct breaker_list;
struct breaker_row;
struct err;
struct listing_need;
struct site;
struct ticket;

/* No agent has it, and it is not over: what it is to come after holds it. */
bool waits_for_work(enum ticket_status status);

/* The profile or workspace that it names, this machine lacks, and another that shares the board may have; NULL: none.
 */
const char *waits_elsewhere(const struct site *site, const struct ticket *ticket);

/* Why the configuration has no place for a ticket that names these, one line; NULL: it has, or another machine's may
 * have. `no_default`: how it is said of one that names no profile, where none is the default. New string. */
char *waits_strange(const struct site *site, const char *profile, const char *workspace, const char *no_default);

/* "profile", "workspace": by which of the two that is so; NULL: by neither. */
const char *waits_lacks(const struct site *site, const struct ticket *ticket);

/* Why the ticket can never be picked up as things are, one line; NULL where it can. `needs`: a cancelled one that it
 * waits for; NULL: none. New string. */
char *stuck_reason(const struct site *site, const struct ticket *ticket, const struct listing_need *needs);

/* The open breaker that a todo ticket waits for longest; NULL: none. */
const struct breaker_row *waits_for(const struct site *site, const struct ticket *ticket,
                                    const struct breaker_list *breakers);

/* What holds a ticket, as it is said everywhere: "waits for profile:codex until …" (NULL: no such row), "waits for
 * MC-3, which was cancelled" (NULL: no need). New strings. */
char *waits_words(const struct breaker_row *row);
char *waits_need(const struct site *site, const struct listing_need *need);

/* "paused by anna since …: lunch", which the board is, by this machine's clock: a new string; NULL: it is not. */
bool waits_pause(struct board *board, char **words, struct err *err);

#endif
