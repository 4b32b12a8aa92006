#ifndef MC_TICKET_STUCK_H
#define MC_TICKET_STUCK_H

struct call;
struct err;
struct stuck_list;

/* Of tickets that wait for a cancelled one, behind what made them do so: a warning on standard error for each of them;
 * those that it names need no pickup to say it again. Where they could not be found (err), that is said. Releases both.
 * Inside no transaction. */
void stuck_warn(const struct call *call, struct stuck_list *list, struct err *err);

#endif
