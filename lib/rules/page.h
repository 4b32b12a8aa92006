#ifndef MC_PAGE_RULES_H
#define MC_PAGE_RULES_H

#include <stdint.h>

#include "rules/words.h"

/* What a page of the board (SPEC section 17) has room for. */

/* The statuses in the order in which a person wants to hear of them. */
extern const enum ticket_status page_order[TICKET_STATUS_COUNT];

/* How many tickets of each status are shown where `limit` are: of each an eighth, if it has so many; what is left goes
 * to the first in page_order. */
void page_shares(const int64_t counts[TICKET_STATUS_COUNT], int64_t limit, int64_t shares[TICKET_STATUS_COUNT]);

/* How wide or high a part is of a length that stands for the whole: at least 1 where it is more than nothing. */
int64_t page_scale(int64_t part, int64_t whole, int64_t length);

#endif
