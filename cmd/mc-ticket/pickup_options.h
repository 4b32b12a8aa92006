#ifndef MC_TICKET_PICKUP_OPTIONS_H
#define MC_TICKET_PICKUP_OPTIONS_H

#include <stddef.h>

#include "options.h"

/* Those of mc-pickup, for its completion; tests/package/completion.bats holds them against its --help. */
enum { PICKUP_OPTIONS = 10 };
extern const struct option_row pickup_options[PICKUP_OPTIONS];

/* The one of this name, so many bytes long; NULL: there is none. */
const struct option_row *pickup_option_find(const char *word, size_t length);

#endif
