#include "stuck.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "rules/rows.h"
#include "run/site.h"
#include "store/breakers.h"
#include "store/journal.h"
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
    return config_misplaced(&site->config, ticket->workspace);
}

/* Whoever was told its name knows. */
static bool forget(const struct site *site, const struct stuck_list *list, struct err *err) {
    bool ok = board_begin(site->board, err);

    for (size_t i = 0; ok && i < list->count && i < WARNINGS_MAX; i++) {
        char *key = xasprintf("stuck:%lld", (long long)list->items[i].ticket);

        ok = settings_put(site->board, key, NULL, err);
        free(key);
    }
    if (ok && board_commit(site->board, err))
        return true;
    board_rollback(site->board);
    return false;
}

bool stuck_warn(const struct site *site, const struct stuck_list *list, struct err *err) {
    for (size_t i = 0; i < list->count && i < WARNINGS_MAX; i++) {
        char waiting[KEY_SIZE], needed[KEY_SIZE];

        site_key(site, list->items[i].ticket, waiting);
        site_key(site, list->items[i].needs, needed);
        fprintf(stderr, "mc-ticket: %s waits for %s, which was cancelled, for ever: reopen %s, or cancel %s too\n",
                waiting, needed, needed, waiting);
    }
    if (list->count > WARNINGS_MAX)
        fprintf(stderr, "mc-ticket: and %zu tickets more; mc-ticket list shows them\n", list->count - WARNINGS_MAX);
    return !list->count || forget(site, list, err);
}

static const struct breaker_row *open_of(const struct breaker_list *breakers, enum thing thing, const char *name) {
    char key[BREAKER_THING_SIZE];

    breaker_thing(key, thing, name);
    for (size_t i = 0; i < breakers->count; i++)
        if (strcmp(breakers->items[i].thing, key) == 0 && breaker_open(&breakers->items[i].breaker, clock_now()))
            return &breakers->items[i];
    return NULL;
}

const struct breaker_row *waits_for(const struct site *site, const struct ticket *ticket,
                                    const struct breaker_list *breakers) {
    const struct workspace *workspace;
    const struct breaker_row *row;

    if (!breakers->count || ticket->status != TICKET_TODO)
        return NULL;
    row = open_of(breakers, THING_MACHINE, NULL);
    if (!row && site->config.send.transport == TRANSPORT_HTTP)
        row = open_of(breakers, THING_ENDPOINT, NULL);
    if (!row)
        row = open_of(breakers, THING_PROFILE, ticket->profile ? ticket->profile : site->config.profile);
    workspace = config_workspace(&site->config, ticket->workspace);
    return row || !workspace ? row : open_of(breakers, THING_WORKSPACE, workspace->name);
}

char *waits_words(const struct breaker_row *row) {
    char until[CLOCK_STAMP];

    if (!row)
        return NULL;
    clock_local(row->breaker.open_until, until);
    return xasprintf("waits for %s until %s", row->thing, until);
}
