#ifndef MC_MARKER_H
#define MC_MARKER_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/words.h"

struct runtime;
struct site;

/* Has this turn reached its agent? YES: its marker is the echo of a turn on the rendered screen or in its history, or
 * the agent has told (reported.h). In the input box it is none: that was typed and not taken. NO: the screen was read
 * and shows no echo for patience_ms. UNKNOWN: the screen could not be read, or does not tell. */
enum seen marker_look(struct site *site, const struct runtime *runtime, const char *nonce, int64_t patience_ms);

#endif
