#ifndef MC_TICKET_OPTIONS_H
#define MC_TICKET_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/argv.h"

struct err;

/* The command line of mc-ticket, read by two tables: the options here, the commands in main.c. */
enum option_id {
    OPTION_JSON,
    OPTION_DB,
    OPTION_CONFIG,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_REQUEST_ID,
    OPTION_BY,
    OPTION_BODY,
    OPTION_BODY_FILE,
    OPTION_PRIORITY,
    OPTION_PROFILE,
    OPTION_WORKSPACE,
    OPTION_LABEL,
    OPTION_AFTER,
    OPTION_INBOX,
    OPTION_TODO,
    OPTION_DEDUPE_KEY,
    OPTION_STATUS,
    OPTION_NONCE,
    OPTION_PRINT,
    OPTION_READ_ONLY,
    OPTION_RAW,
    OPTION_LINES,
    OPTION_OWN,
    OPTION_RUN,
    OPTION_QUEUE,
    OPTION_WAIT,
    OPTION_STAT,
    OPTION_OPEN,
    OPTION_SEARCH,
    OPTION_LIMIT,
    OPTION_ORDER,
    OPTION_FOLLOW,
    OPTION_CRON,
    OPTION_TRY,
    OPTION_METRICS,
    OPTION_OUTPUT,
    OPTION_RESTORE,
    OPTION_DRY_RUN,
    OPTION_TITLE,
    OPTION_NO_LABEL,
    OPTION_NO_AFTER,
    OPTION_EVERY,
    OPTION_NO_PAGER,
    OPTION_WORKER,
    OPTION_FORCE,
    OPTION_COUNT
};

struct options {
    struct argv values[OPTION_COUNT]; /* of each option, in order; a flag has one empty string */
    struct argv words;                /* the rest; words.items[0] is the command */
    const char *unknown;              /* the first option that there is not; NULL: none */
};

/* Options may stand anywhere, an optional value is a whole number behind the option; "--" ends them. A word behind the
 * command that has a blank is a text even where it begins with a dash, and so is signal's line unless it is an option's
 * name. A missing value, a second of what goes once: 64. */
bool options_read(struct options *options, int argc, char **argv, struct err *err);
void options_release(struct options *options);

bool option_given(const struct options *options, enum option_id id);
const char *option_value(const struct options *options, enum option_id id); /* NULL: not given */

/* What an option is. */
struct option_row {
    const char *name;
    const char *value; /* NULL: a flag */
    const char *help;
    bool many;
    bool optional; /* the value, which is a whole number then */
};
const struct option_row *options_row(enum option_id id);

/* "--status", "--status=todo" or a short form: its option; -1: there is none. */
int options_find(const char *word);

/* A set of options as bits. */
#define OPTION_BIT(id) (UINT64_C(1) << (id))

/* The one of a set that may have been meant; NULL: none. */
const char *options_meant(const char *typed, uint64_t set);

/* The first option given that is not in `allowed`; NULL when all are. */
const char *options_stranger(const struct options *options, uint64_t allowed);

#endif
