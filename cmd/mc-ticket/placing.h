#ifndef MC_TICKET_PLACING_H
#define MC_TICKET_PLACING_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"

struct call;
struct err;

/* Where and by whom a ticket is to be worked, what it waits for, as a command line names it. 65 for a profile or a
 * workspace that no pickup could use; name NULL: the configuration's. */
bool placing_profile(const struct call *call, const char *name, struct err *err);
bool placing_workspace(const struct call *call, const char *name, struct err *err);

/* Of words like critical: 64 for any other. */
bool placing_priority(const char *word, int *priority, struct err *err);

/* The numbers of the tickets that an option names, which are there, into a new array. */
bool placing_after(const struct call *call, enum option_id option, int64_t **ids, struct err *err);

/* It may wait for ever now: whoever says so is told. */
void placing_warn(struct call *call, int64_t ticket);

#endif
