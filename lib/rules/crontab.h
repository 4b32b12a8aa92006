#ifndef MC_CRONTAB_H
#define MC_CRONTAB_H

#include <stdbool.h>
#include <stdint.h>

struct text;

/* The lines of a crontab(5) that run one program of ours, one after the other. A line of the system's own table names
 * a user first. */
struct crontab {
    const char *at;           /* what is not read yet */
    const char *program;      /* its name without a folder */
    char *path, *config, *db; /* PATH, MC_PICKUP_CONFIG, MC_DB as they are set above; NULL: they are not */
};

/* One such line. Strings are its own; NULL where there is nothing of the kind. */
struct crontab_call {
    char *line;
    char *before, *program, *after; /* the line in three parts, the program as it is named there */
    char *path, *config, *db;       /* what it runs with: --config, --db, else the variables */
    const char *only;               /* an option by which it does not hand out what comes next */
    bool unclear;                   /* a shell makes something else of it: a variable, a substitution */
    int64_t every_s;                /* crontab_every */
};

bool crontab_next(struct crontab *table, struct crontab_call *call); /* the call is released before */
void crontab_call_release(struct crontab_call *call);
void crontab_release(struct crontab *table);

/* The longest time between two times of a schedule ("*", "5" …; "@hourly"), in seconds, or more where days of the month
 * are chosen; 0: it does not come again, at a start for one, or cron knows no such times; -1: cannot be told. */
int64_t crontab_every(const char *line);

/* Behind the times of a line. */
const char *crontab_command(const char *line);

#endif
