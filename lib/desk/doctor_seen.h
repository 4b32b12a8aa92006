#ifndef MC_DOCTOR_SEEN_H
#define MC_DOCTOR_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "rules/doctor.h"
#include "run/site.h"

struct argv;
struct err;

/* One doctor's round: what was seen so far. Inner to doctor*.c. */
struct doctor {
    struct doctor_report *report;
    const char *asked_config, *asked_db; /* --config, --db; NULL: not given */
    bool here;                           /* the endpoint is not asked */
    struct site site;      /* as far as it could be opened: the board may be missing, and so may its folder */
    bool copied;           /* the board is a copy: what it says of agents and slots is true of the first one */
    bool refused;          /* there is no such board, which is said already */
    bool config_wrong;     /* not all of the configuration could be read */
    bool orphaned;         /* agents or slots go by another one, which is said already */
    char *config;          /* its file, or where it would be; "" where that is not known */
    char *shell_path;      /* the PATH of whoever asks */
    char *path;            /* the one that a pickup has which cron starts */
    char *path_words;      /* the same for a message */
    char *options;         /* --config, --db as they were given, for a shell, each behind a blank */
    char *cron_line;       /* a line of a crontab that calls us for this board every minute */
    char *ticket, *pickup; /* mc-ticket and mc-pickup for a shell, with the options that name this board */
    int64_t now;           /* by the board's clock, once that is open */
    struct text bytes;     /* of the configuration; empty: they could not be read */
};

/* The command that opens the configuration at the line of a key, "workspace.base", or of the group that it belongs in.
 * New string. */
bool doctor_names(const struct doctor *doctor, const char *key); /* does exactly this key stand there? */
char *doctor_edit(const struct doctor *doctor, const char *key);

/* A failure as a finding: {1} is what was seen with its advice. */
void doctor_add_err(struct doctor *doctor, enum doctor_finding finding, const char *object, struct err *err);

/* The same of the board, which is asked nothing any more. */
void doctor_lose_board(struct doctor *doctor, struct err *err);

/* Where a program is, on the PATH of whoever asks or where systems have them; new string, NULL: nowhere. */
char *doctor_find(const struct doctor *doctor, const char *name);

/* Runs a program that was found for a few seconds at most; what it printed is added to `out`. -1: it could not be run
 * or did not end, else its exit status. */
int doctor_ask(const struct argv *argv, struct text *out);

#endif
