#ifndef MC_DOCTOR_CRONTABS_H
#define MC_DOCTOR_CRONTABS_H

#include <stdbool.h>

struct doctor;

/* Which line of a crontab, the user's or the system's, calls us for this board, and whether that will start anything:
 * the best one found. Inner to doctor*.c. */
struct doctor_calling {
    bool told;  /* crontab has answered: where there is no line, none is */
    bool found; /* and there is one that will: it has been reported */
    bool wrong; /* there is one that will not, or not for this board: doctor_crontabs_complain says so */
    char *path; /* its PATH; NULL: cron's own */
    char *where, *line, *why, *mend; /* of a wrong one */
    bool other;                      /* it is another board's */
};
void doctor_crontabs(struct doctor *doctor, struct doctor_calling *calling);
void doctor_crontabs_complain(struct doctor *doctor, const struct doctor_calling *calling);
void doctor_calling_release(struct doctor_calling *calling);

#endif
