#ifndef MC_RECALL_H
#define MC_RECALL_H

#include <stdbool.h>

struct err;
struct runtime;
struct site;

/* What messages and story tell of the turns of a runtime whose row is made again, by its ticket_id and run_id: status
 * running with the turn's nonce or idle, the turn before, how many. Where its log stood when the turn was taken is lost
 * (harvest_offset -1). The row owns its strings. */
bool recall_turns(struct site *site, struct runtime *row, struct err *err);

#endif
