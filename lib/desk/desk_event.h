#ifndef MC_DESK_EVENT_H
#define MC_DESK_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "rules/report_agent.h"

struct site;

/* An agent's own report of its turn, from a hook of it (SPEC section 12). The site is open without its board. Nothing
 * of it fails the caller: what began is written beside the board, what ended is taken by the board at once or left for
 * the next pickup, and a fault of ours stands in the run's turn-event.log. */
struct desk_report {
    const char *run_id;
    enum report_agent agent;
    const char *bytes;
    size_t n;
    int64_t now;  /* by this machine's own clock */
    int64_t tick; /* and on the awake one */
};
void desk_event(struct site *site, const struct desk_report *report);

/* One line for the run's turn-event.log, as long as that is short. */
void desk_event_log(const struct site *site, const char *run_id, const char *line);

#endif
