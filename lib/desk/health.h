#ifndef MC_DESK_HEALTH_H
#define MC_DESK_HEALTH_H

#include <stdbool.h>

#include "rules/health.h"
#include "store/breakers.h"
#include "store/claim.h"
#include "store/facts.h"
#include "store/slots.h"

struct err;
struct site;

/* What rules/health.h judges, as it stands now, and what metrics say beside it. Nothing is changed, and it costs the
 * same on a board of a million tickets. */
struct health {
    struct health_facts facts; /* its strings are ours */
    struct breaker_list breakers;
    struct slot_list slots;
    int64_t untold;
    struct claim_agents agents;
    struct board_facts board; /* of one on a server, and its name for people, the site's */
    const char *server;
    int64_t heard; /* when the last pickup of any machine was noted, where several share the board; 0: none was */
    char *strings[TICKET_STATUS_COUNT + 9];
    size_t strings_count;
};
bool health_look(struct site *site, struct health *health, struct err *err);
void health_release(struct health *health);

#endif
