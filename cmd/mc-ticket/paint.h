#ifndef MC_TICKET_PAINT_H
#define MC_TICKET_PAINT_H

#include <stdbool.h>

#include "rules/words.h"

/* Colours on standard output, for a terminal alone and where neither NO_COLOR (https://no-color.org) nor TERM=dumb asks
 * for none. They never say what the words beside them do not. */
enum paint { PAINT_PLAIN, PAINT_BOLD, PAINT_DIM, PAINT_GOOD, PAINT_WARN, PAINT_BAD, PAINT_LINK, PAINT_COUNT };

/* The sequence that begins it, and the one that ends every paint; "" where there are no colours. */
const char *paint(enum paint paint);
const char *paint_end(void);

enum paint paint_of_status(enum ticket_status status);

#endif
