#include "stuck.h"

#include <stdio.h>

#include "base/mem.h"
#include "rules/rows.h"
#include "run/site.h"
#include "store/queue.h"

enum { WARNINGS_MAX = 20 };

static bool waits_for_work(enum ticket_status status) {
    return status == TICKET_INBOX || status == TICKET_TODO || status == TICKET_BLOCKED;
}

char *stuck_reason(const struct site *site, const struct ticket *ticket, int64_t needs) {
    char key[KEY_SIZE];

    if (!waits_for_work(ticket->status))
        return NULL;
    if (needs) {
        site_key(site, needs, key);
        return xasprintf("waits for %s, which was cancelled", key);
    }
    if (ticket->status == TICKET_BLOCKED) /* it is held anyway, for a reason of its own */
        return NULL;
    if (ticket->profile && !config_profile(&site->config, ticket->profile))
        return xasprintf("profile %s is not configured", ticket->profile);
    if (!ticket->profile && !site->config.profile)
        return xasprintf("it names no profile, and the configuration has no default");
    return NULL;
}

void stuck_warn(const struct site *site, const struct stuck_list *list) {
    for (size_t i = 0; i < list->count && i < WARNINGS_MAX; i++) {
        char waiting[KEY_SIZE], needed[KEY_SIZE];

        site_key(site, list->items[i].ticket, waiting);
        site_key(site, list->items[i].needs, needed);
        fprintf(stderr, "mc-ticket: %s waits for %s, which was cancelled, for ever: reopen %s, or cancel %s too\n",
                waiting, needed, needed, waiting);
    }
    if (list->count > WARNINGS_MAX)
        fprintf(stderr, "mc-ticket: and %zu tickets more; mc-ticket list shows them\n", list->count - WARNINGS_MAX);
}
