#ifndef MC_TICKET_STORY_H
#define MC_TICKET_STORY_H

#include <stdbool.h>
#include <stddef.h>

#include "desk/changes.h"
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
    struct activity_list activity;
    struct breaker_list breakers;
    struct changes changes; /* of its runs */
    bool parked;            /* its agent was, to make room */
};

/* stuck_reason of its ticket. */
char *story_stuck(const struct site *site, const struct story *story);

/* Why the branch of its last run is not with its remote, as that was said last; NULL: it is, or none was asked for. */
const char *story_unpushed(const struct story *story);

/* A new object with the words of `show --json`, as mc-ticket(1) lists them; times are Unix milliseconds, null where
 * there is none. */
struct json *story_json(const struct site *site, const struct story *story);

#endif
