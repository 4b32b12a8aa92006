#include "desk/waits.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "rules/paused.h"
#include "rules/rows.h"
#include "run/here.h"
#include "run/site.h"
#include "store/breakers.h"
#include "store/journal.h"
#include "store/listing.h"

bool waits_for_work(enum ticket_status status) {
    return status == TICKET_INBOX || status == TICKET_TODO || status == TICKET_BLOCKED;
}

const char *waits_elsewhere(const struct site *site, const struct ticket *ticket) {
    enum here_place place = here_place(site, ticket->profile, ticket->workspace);

    return place == PLACE_OTHER_PROFILE ? ticket->profile : place == PLACE_OTHER_WORKSPACE ? ticket->workspace : NULL;
}

char *waits_strange(const struct site *site, const char *profile, const char *workspace, const char *no_default) {
    switch (here_place(site, profile, workspace)) {
    case PLACE_NO_PROFILE:
        return xasprintf("profile %s is not configured", profile);
    case PLACE_NO_DEFAULT:
        return xstrdup(no_default);
    case PLACE_NO_WORKSPACE:
        return config_misplaced(&site->config, workspace);
    case PLACE_HERE:
    case PLACE_OTHER_PROFILE:
    case PLACE_OTHER_WORKSPACE:
        break;
    }
    return NULL;
}

const char *waits_lacks(const struct site *site, const struct ticket *ticket) {
    switch (here_place(site, ticket->profile, ticket->workspace)) {
    case PLACE_NO_PROFILE:
    case PLACE_NO_DEFAULT:
        return "profile";
    case PLACE_NO_WORKSPACE:
        return "workspace";
    case PLACE_HERE:
    case PLACE_OTHER_PROFILE:
    case PLACE_OTHER_WORKSPACE:
        break;
    }
    return NULL;
}

char *stuck_reason(const struct site *site, const struct ticket *ticket, const struct listing_need *needs) {
    if (!waits_for_work(ticket->status))
        return NULL;
    if (needs && needs->cancelled)
        return waits_need(site, needs);
    if (ticket->status == TICKET_BLOCKED) /* it is held anyway, for a reason of its own */
        return NULL;
    return waits_strange(site, ticket->profile, ticket->workspace,
                         "it names no profile, and the configuration has no default");
}

const struct breaker_row *waits_for(const struct site *site, const struct ticket *ticket,
                                    const struct breaker_list *breakers) {
    const struct workspace *workspace = config_workspace(&site->config, ticket->workspace);
    const struct breakers_need need = {.profile = ticket->profile ? ticket->profile : site->config.profile,
                                       .workspace = workspace ? workspace->name : NULL,
                                       .endpoint = site->config.send.transport == TRANSPORT_HTTP,
                                       .now = clock_now()};

    return ticket->status == TICKET_TODO ? breaker_list_wait(breakers, &need) : NULL;
}

char *waits_words(const struct breaker_row *row) {
    char until[CLOCK_STAMP];

    if (!row)
        return NULL;
    clock_local(row->breaker.open_until, until);
    return xasprintf("waits for %s until %s", row->thing, until);
}

char *waits_need(const struct site *site, const struct listing_need *need) {
    char key[KEY_SIZE];

    if (!need->id)
        return NULL;
    site_key(site, need->id, key);
    return xasprintf("waits for %s%s", key, need->cancelled ? ", which was cancelled" : "");
}

bool waits_pause(struct board *board, char **words, struct err *err) {
    struct paused paused;
    char *value = NULL, stamp[CLOCK_STAMP];
    bool ok = settings_get(board, "paused", &value, err), is = paused_read(&paused, value);

    clock_local(paused.at, stamp);
    *words = is ? paused_words(&paused, stamp) : NULL;
    paused_release(&paused);
    free(value);
    return ok;
}
