#ifndef MC_AT_PROMPT_H
#define MC_AT_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

struct glance;
struct work;

/* Is an agent at its prompt, where it can take a turn? */

enum { AT_PROMPT_SETTLE_MS = 300 }; /* two equal captures this far apart (FACTS: readiness) */

/* Waits until the agent can take a turn, and keeps the look that saw it; false: the verdict says what it shows instead.
 * timeout 0: one look. */
bool at_prompt_wait(struct work *work, int64_t timeout_ms, struct glance *glance);

/* The verdict of what was seen instead, a dialog or a usage limit; false. */
bool at_prompt_stop_asking(struct work *work, const struct glance *glance);
bool at_prompt_stop_paused(struct work *work, const struct glance *glance);

#endif
