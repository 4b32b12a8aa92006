#ifndef MC_TICKET_STUCK_H
#define MC_TICKET_STUCK_H

#include <stdbool.h>

struct err;
struct site;
struct stuck_list;

/* Of tickets that wait for a cancelled one: a warning on standard error for each of them; those that it names need no
 * pickup to say it again. Inside no transaction. */
bool stuck_warn(const struct site *site, const struct stuck_list *list, struct err *err);

#endif
