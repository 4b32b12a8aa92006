#ifndef MC_MARKER_H
#define MC_MARKER_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/words.h"

struct runtime;
struct site;

/* Has this turn reached its agent? YES: its marker is on the rendered screen or in its history, or the board says that
 * the turn has ended by its own signal. NO: the screen was read and shows nothing of it for patience_ms. UNKNOWN: the
 * screen could not be read. */
enum seen marker_look(struct site *site, const struct runtime *runtime, const char *nonce, int64_t patience_ms);

/* The board's half: the turn of this nonce was ended by a signal. */
bool marker_signalled(struct site *site, const struct runtime *runtime, const char *nonce);

#endif
