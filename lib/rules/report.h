#ifndef MC_RULES_REPORT_H
#define MC_RULES_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/report_agent.h"
#include "rules/report_event.h"

/* The agent's own JSON. False, and nothing, when the bytes are no report of that agent (over REPORT_MAX, not an object,
 * no word for what happened). True with REPORT_NOTHING is a report that is no concern of ours. */
bool report_read(struct report_event *event, enum report_agent agent, const char *bytes, size_t n);

/* What the agent wants on standard output: "" or "{}". */
const char *report_answer(enum report_agent agent);

#endif
