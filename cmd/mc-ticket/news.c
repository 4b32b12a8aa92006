#include "news.h"

#include <stdlib.h>

#include "base/age.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "rested.h"
#include "rules/paused.h"
#include "run/parked.h"
#include "run/site.h"
#include "store/journal.h"
#include "stuck.h"

bool backdrop_read(const struct site *site, struct backdrop *backdrop, struct err *err) {
    char *value = NULL, stamp[CLOCK_STAMP];
    struct paused paused = {0};
    bool ok;

    *backdrop = (struct backdrop){.site = site, .now = clock_now()};
    wanted_read(site, &backdrop->wanted);
    ok = breakers_list(site->board, &backdrop->breakers, err) &&
         slots_list(site->board, site->config.host, &backdrop->slots, err) &&
         claim_agents(site->board, site->config.host, &backdrop->agents, err) &&
         settings_get(site->board, "paused", &value, err);
    if (paused_read(&paused, value)) {
        clock_local(paused.at, stamp);
        backdrop->paused = paused_words(&paused, stamp);
    }
    paused_release(&paused);
    free(value);
    return ok;
}

void backdrop_release(struct backdrop *backdrop) {
    wanted_release(&backdrop->wanted);
    breaker_list_release(&backdrop->breakers);
    slot_list_release(&backdrop->slots);
    free(backdrop->paused);
}

bool beside_read(const struct site *site, const struct ticket *ticket, struct beside *beside, struct err *err) {
    bool open = ticket->status == TICKET_INBOX || ticket->status == TICKET_TODO || ticket->status == TICKET_BLOCKED;

    *beside = (struct beside){0};
    return (!open || listing_need(site->board, ticket->id, &beside->need, err)) &&
           parked_ask(site->board, ticket, &beside->parked, err);
}

const struct slot *news_slot(const struct backdrop *backdrop, int64_t ticket) {
    const struct slot *found = NULL;

    for (size_t i = 0; i < backdrop->slots.count; i++)
        if (backdrop->slots.items[i].ticket_id == ticket && (!found || found->state != SLOT_CLAIMED))
            found = &backdrop->slots.items[i];
    return found;
}

char *news_stuck(const struct backdrop *backdrop, const struct ticket *ticket, const struct beside *beside) {
    return stuck_reason(backdrop->site, ticket, beside->need.cancelled ? beside->need.id : 0);
}

static bool is_full(const struct backdrop *backdrop, const struct workspace *workspace) {
    int64_t taken = 0;

    for (size_t i = 0; i < backdrop->slots.count; i++) {
        const struct slot *slot = &backdrop->slots.items[i];

        taken +=
            text_same(slot->workspace, workspace->name) && slot->number <= workspace->size && slot->state != SLOT_FREE;
    }
    return taken >= workspace->size;
}

static char *waits_for_time(const struct backdrop *backdrop, const struct ticket *ticket) {
    char age[AGE_SIZE];

    if (ticket->next_attempt_at <= backdrop->now || ticket->next_attempt_at > backdrop->wanted.claim.horizon)
        return NULL;
    age_words(ticket->next_attempt_at - backdrop->now, age);
    return xasprintf("due in %s%s%s", age, ticket->failure_reason ? "; " : "",
                     ticket->failure_reason ? ticket->failure_reason : "");
}

static char *waits_for_room(const struct backdrop *backdrop, const struct ticket *ticket) {
    const struct workspace *workspace = config_workspace(&backdrop->site->config, ticket->workspace);

    if (backdrop->paused)
        return xasprintf("the board is %s", backdrop->paused);
    if (backdrop->agents.running >= backdrop->wanted.claim.max_running)
        return xasprintf("waits for one of the %lld at work (max_running)", (long long)backdrop->agents.running);
    if (workspace && is_full(backdrop, workspace))
        return xasprintf("waits for a slot of workspace %s", workspace->name);
    return NULL;
}

char *news_waits(const struct backdrop *backdrop, const struct ticket *ticket, const struct beside *beside) {
    char *words = NULL;

    if (ticket->status != TICKET_TODO)
        return NULL;
    if (beside->need.id) {
        char key[KEY_SIZE];

        site_key(backdrop->site, beside->need.id, key);
        return xasprintf("waits for %s", key);
    }
    words = waits_for_time(backdrop, ticket);
    if (!words)
        words = waits_words(waits_for(backdrop->site, ticket, &backdrop->breakers));
    return words ? words : waits_for_room(backdrop, ticket);
}

/* Its agent was ended to make room. */
static char *words_of_parked(const struct backdrop *backdrop, const struct ticket *ticket) {
    char key[KEY_SIZE], *reason, *words;

    site_key(backdrop->site, ticket->id, key);
    reason = rested_reason(key, ticket_news(ticket));
    words = xasprintf("parked%s%s", reason ? "; " : "", reason ? reason : "");
    free(reason);
    return words;
}

char *news_words(const struct backdrop *backdrop, const struct ticket *ticket, const struct beside *beside) {
    char *words = news_stuck(backdrop, ticket, beside);

    if (!words)
        words = news_waits(backdrop, ticket, beside);
    if (!words && beside->parked)
        words = words_of_parked(backdrop, ticket);
    return words ? words : xstrdup(ticket_news(ticket));
}
