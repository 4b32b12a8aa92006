#ifndef MC_TICKET_STUCK_H
#define MC_TICKET_STUCK_H

#include <stdint.h>

struct site;
struct stuck_list;
struct ticket;

/* Why the ticket can never be picked up as things are, one line; NULL where it can. `needs`: a cancelled one that it
 * waits for, 0: none. New string. */
char *stuck_reason(const struct site *site, const struct ticket *ticket, int64_t needs);

/* A warning on standard error for each of them. */
void stuck_warn(const struct site *site, const struct stuck_list *list);

#endif
