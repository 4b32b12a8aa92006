#ifndef MC_TICKET_RELEASE_H
#define MC_TICKET_RELEASE_H

#include <stdbool.h>

struct call;
struct err;

/* pool release SLOT: looks at it afresh and gives it back, or takes it off the list. Opens the board. */
bool release_slot(struct call *call, const char *name, struct err *err);

#endif
