#ifndef MC_TICKET_STORY_H
#define MC_TICKET_STORY_H

#include <stdbool.h>

#include "desk/changes.h"
#include "desk/news.h"
#include "rules/rows.h"
#include "store/breakers.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

struct json;
struct site;

/* One ticket with all that stands about it. */
struct story {
    struct ticket ticket;
    struct ticket_need_list needs;
    struct run_list runs;
    struct runtime runtime; /* session_key NULL: none */
    struct message_list messages;
    struct journal_story journal;
    struct backdrop backdrop;
    struct beside beside;
    int64_t before;         /* so many tickets would be claimed first */
    struct changes changes; /* of its runs */
    char *unpushed; /* why the branch of its last run is not with its remote; NULL: it is, or none was asked for */
};

/* What is to be done next, one line. New string. */
char *story_next(const struct story *story);

/* The directory in which its work is now; NULL: there is none. */
const char *story_cwd(const struct story *story);

/* What it asks of a person, or why it is not worked on: NULL, there is nothing. New string. */
char *story_failure(const struct site *site, const struct story *story);

/* A new object with the words of `show --json`, as mc-ticket(1) lists them; times are Unix milliseconds, null where
 * there is none. */
struct json *story_json(const struct site *site, const struct story *story);

#endif
