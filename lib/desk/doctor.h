#ifndef MC_DESK_DOCTOR_H
#define MC_DESK_DOCTOR_H

#include <stdbool.h>

struct doctor_report;

/* mc-ticket doctor (SPEC section 17): looks at everything that would make a pickup fail, as a pickup that cron starts
 * would meet it, and changes nothing. What is not there, or cannot be read, is a line of its own and stops no other
 * look; each look is bounded in time. Lines in the order of the checks. */
struct doctor_asked {
    const char *config, *db; /* --config, --db; NULL: not given */
    bool here;               /* nothing beyond this machine is asked: the endpoint is left out */
};
void doctor_look(struct doctor_report *report, const struct doctor_asked *asked);

#endif
