#include "desk/news.h"

#include <stdlib.h>
#include <string.h>

#include "base/age.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/rested.h"
#include "desk/waits.h"
#include "rules/classes.h"
#include "rules/next.h"
#include "rules/parking.h"
#include "run/parked.h"
#include "run/site.h"
#include "run/site_command.h"
#include "store/line.h"

bool backdrop_read(const struct site *site, struct backdrop *backdrop, struct err *err) {
    *backdrop = (struct backdrop){.site = site, .now = clock_now(), .program = site_command(site)};
    wanted_read(site, &backdrop->wanted);
    return breakers_list(site->board, &backdrop->breakers, err) &&
           slots_list(site->board, site->config.host, &backdrop->slots, err) &&
           claim_agents(site->board, site->config.host, &backdrop->agents, err) &&
           parking_list(site->board, &(struct parking_want){.host = site->config.host}, &backdrop->parking, err) &&
           push_fails_list(site->board, backdrop->now, &backdrop->unpushed, err) &&
           held_list(site->board, &backdrop->held, err) &&
           (!board_is_shared(site->board) || hosts_list(site->board, &backdrop->hosts, err)) &&
           waits_pause(site->board, &backdrop->paused, err);
}

void backdrop_release(struct backdrop *backdrop) {
    wanted_release(&backdrop->wanted);
    breaker_list_release(&backdrop->breakers);
    slot_list_release(&backdrop->slots);
    parking_list_release(&backdrop->parking);
    push_fail_list_release(&backdrop->unpushed);
    held_list_release(&backdrop->held);
    host_list_release(&backdrop->hosts);
    free(backdrop->program);
    free(backdrop->paused);
}

bool beside_read(const struct site *site, const struct ticket *ticket, struct beside *beside, struct err *err) {
    *beside = (struct beside){0};
    return (!waits_for_work(ticket->status) || listing_need(site->board, ticket->id, &beside->need, err)) &&
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
    return stuck_reason(backdrop->site, ticket, &beside->need);
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

/* Is there an agent at rest whose place a pickup would take for another ticket? NULL: whatever its workspace. */
static bool makes_room(const struct backdrop *backdrop, const char *workspace) {
    for (size_t i = 0; i < backdrop->parking.count; i++) {
        const struct parking_row *row = &backdrop->parking.items[i];
        const struct parking_place place = {.runtime = row->runtime.status,
                                            .ticket = row->ticket,
                                            .owns = row->owns,
                                            .ending = row->ending,
                                            .awaited = row->awaited,
                                            .watched = SEEN_NO,
                                            .workspace = row->workspace};

        if (parking_may(&place, workspace))
            return true;
    }
    return false;
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
    if (backdrop->agents.live >= backdrop->wanted.claim.max_live && !makes_room(backdrop, NULL))
        return xasprintf("waits for one of the %lld that live here (max_live)", (long long)backdrop->agents.live);
    if (workspace && is_full(backdrop, workspace) && !makes_room(backdrop, workspace->name))
        return xasprintf("waits for a slot of workspace %s", workspace->name);
    return NULL;
}

/* Nobody else takes it. */
static char *waits_for_host(const struct backdrop *backdrop, const struct ticket *ticket) {
    const struct host *host = host_list_find(&backdrop->hosts, ticket->worker_host);
    struct text words = {0};

    if (!host || text_same(host->name, backdrop->site->config.host) ||
        host_state(host, backdrop->now, backdrop->site->config.cron_interval_s) != HOST_SILENT)
        return NULL;
    text_addf(&words, "its host %s ", host->name);
    host_silence(&words, host, backdrop->now);
    return text_take(&words);
}

/* What was said to it. That it is paused, and until when, is told better. */
static char *waits_for_agent(const struct backdrop *backdrop, const struct ticket *ticket) {
    const struct held *held = held_of(&backdrop->held, ticket->id);

    return held && !class_is_reason(CLASS_PAUSED, ticket->failure_reason)
               ? xasprintf("its message waits: %s", next_held(held->error))
               : NULL;
}

char *news_waits(const struct backdrop *backdrop, const struct ticket *ticket, const struct beside *beside) {
    const char *elsewhere;
    char *words = ticket->status == TICKET_IN_PROGRESS ? waits_for_host(backdrop, ticket) : NULL;

    if (ticket->status != TICKET_TODO)
        return words ? words : waits_for_agent(backdrop, ticket);
    words = waits_need(backdrop->site, &beside->need);
    if (!words && (elsewhere = waits_elsewhere(backdrop->site, ticket)))
        words = xasprintf("waits for a host that has %s", elsewhere);
    if (!words)
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

/* What its agent said; before that, where its branch is not. */
static char *words_of_rest(const struct backdrop *backdrop, const struct ticket *ticket) {
    const char *news = ticket_news(ticket);

    if (!push_fails_of(&backdrop->unpushed, ticket->id))
        return xstrdup(news);
    return xasprintf("not pushed%s%s", news ? "; " : "", news ? news : "");
}

char *news_words(const struct backdrop *backdrop, const struct ticket *ticket, const struct beside *beside) {
    char *words = news_stuck(backdrop, ticket, beside);

    if (!words)
        words = news_waits(backdrop, ticket, beside);
    if (!words && beside->parked)
        words = words_of_parked(backdrop, ticket);
    return words ? words : words_of_rest(backdrop, ticket);
}

char *news_next(const struct backdrop *backdrop, const struct ticket *ticket, const struct beside *beside,
                const struct next_sight *sight) {
    const struct breaker_row *broken = waits_for(backdrop->site, ticket, &backdrop->breakers);
    const struct held *held = held_of(&backdrop->held, ticket->id);
    char *time = waits_for_time(backdrop, ticket);
    char until[CLOCK_STAMP];
    char key[KEY_SIZE], needs[KEY_SIZE];
    struct text out = {0};

    site_key(backdrop->site, ticket->id, key);
    site_key(backdrop->site, beside->need.id, needs);
    clock_zoned(sight->due, until);
    next_words(&out, &(struct next_facts){
                         .key = key,
                         .program = backdrop->program,
                         .status = ticket->status,
                         .needs = beside->need.id ? needs : NULL,
                         .needs_cancelled = beside->need.cancelled,
                         .lacks = waits_lacks(backdrop->site, ticket),
                         .thing = broken ? broken->thing : NULL,
                         .later = time != NULL,
                         .paused = backdrop->paused != NULL,
                         .before = sight->before,
                         .agent = sight->agent,
                         .working = sight->working,
                         .messages = sight->messages,
                         .held = held ? held->error : NULL,
                         .pausing = class_is_reason(CLASS_PAUSED, ticket->failure_reason),
                         .until = sight->due > backdrop->now ? until : NULL,
                         .unbranched = sight->unbranched,
                         .dialog = class_is_reason(CLASS_AWAITING_HUMAN, ticket->failure_reason) ||
                                   (ticket->failure_reason && strstr(ticket->failure_reason, "mc-ticket attach")),
                     });
    free(time);
    return text_take(&out);
}

bool news_before(const struct backdrop *backdrop, int64_t ticket, int64_t *before, struct err *err) {
    struct line line;
    int64_t id = 0;
    bool ok = line_open(&line, backdrop->site->board, &backdrop->wanted.claim, err);

    *before = 0;
    while (ok && *before < NEXT_MANY && line_next(&line, &id, err) && id != ticket)
        ++*before;
    ok = ok && !line.failed;
    line_close(&line);
    return ok;
}
