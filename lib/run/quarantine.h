#ifndef MC_QUARANTINE_H
#define MC_QUARANTINE_H

#include <stdbool.h>

struct err;
struct site;
struct slot;

/* A slot is set aside: its row and note, its ticket's story and what notify is told of it, inside the caller's
 * transaction (notify_flush after it). *changed false: the slot is no more its run's. */
struct quarantine {
    const struct slot *slot;
    const char *line; /* what is in it, and how to rescue it */
};
bool quarantine_write(struct site *site, const struct quarantine *quarantine, bool *changed, struct err *err);

#endif
