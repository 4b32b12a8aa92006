#ifndef MC_DOCTOR_CRON_H
#define MC_DOCTOR_CRON_H

#include <stdbool.h>

struct doctor_asked;
struct err;
struct text;

/* mc-ticket doctor again, in the environment that cron gives: HOME, LOGNAME, SHELL=/bin/sh, PATH=/usr/bin:/bin, and
 * nothing else, from the home directory. What it printed is added to `out`. False: it could not be run. */
struct doctor_cron {
    const struct doctor_asked *asked;
    bool json;
    int status; /* its exit status */
};
bool doctor_under_cron(struct doctor_cron *cron, struct text *out, struct err *err);

#endif
