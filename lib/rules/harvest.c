#include "rules/harvest.h"

#include "rules/classes.h"
#include "rules/heal_seen.h"
#include "rules/token.h"
#include "rules/world.h"

enum {
    SETTLED_MS = 2000,    /* two of tmux's seconds: nothing was put out since the look's own */
    ASKED_MS = 5000,      /* an agent may tell that it asks before it shows it */
    OLD_MS = 60 * 1000,   /* a pickup's distance */
    YOUNG_MS = 2000,      /* a turn just taken may not show yet that it is at work */
    REPORT_MS = 10 * 1000 /* a hook of the agent's own is given so long by its wiring */
};

bool harvest_asked(const struct world_case *one) {
    return one->ticket_exists && one->runtime_is_tickets && one->ticket.status == TICKET_NEEDS_INPUT &&
           class_is_reason(CLASS_AWAITING_HUMAN, one->ticket.failure_reason);
}

/* Its turn never began, because a dialog came first. Over HTTP the endpoint knows more of that than a screen. */
static bool kept_from_its_turn(const struct world *world, const struct world_case *one) {
    return one->runtime.status == RUNTIME_IDLE && harvest_asked(one) && !world->http;
}

bool harvest_wants(const struct world *world, const struct world_case *one) {
    const struct runtime *runtime = &one->runtime;
    bool at_turn = runtime->status == RUNTIME_RUNNING && runtime->turn_nonce;
    bool ours = one->runtime_exists && one->ticket_exists && (at_turn || kept_from_its_turn(world, one));
    bool another = one->message.id || one->kill_pending;
    bool seen = seen_own_session(one) && !one->pane_dead && one->pane_pid == runtime->agent.pid;

    return ours && !another && seen && seen_life(world, one) == LIFE_ALIVE &&
           (!one->activity || one->activity != one->looked);
}

bool harvest_typed(const struct world_case *one, const char *turn) {
    const char *nonce = one->runtime.turn_nonce;

    return !one->send_recorded || (nonce && token_says(turn, nonce) != TOKEN_SILENT);
}

static enum harvest_say say_of(const struct harvest_facts *facts) {
    switch (facts->state) {
    case SCREEN_READY:
        return facts->interrupted ? HARVEST_INTERRUPTED : HARVEST_OVER;
    case SCREEN_LIMIT:
        return HARVEST_STOPPED;
    case SCREEN_DIALOG:
        return HARVEST_ASKS;
    case SCREEN_BUSY:
    case SCREEN_OTHER:
        break;
    }
    return HARVEST_GOES_ON;
}

/* A pane that never falls silent, for a clock in its corner, is not waited for: of an older turn the report is here by
 * now, or comes after all and is the later truth. */
static bool report_may_come(const struct harvest_facts *facts) {
    return facts->reports && facts->quiet_ms < REPORT_MS && facts->turn_ms < OLD_MS;
}

static enum harvest_say before_its_turn(const struct harvest_facts *facts) {
    if (facts->state != SCREEN_READY)
        return HARVEST_GOES_ON;
    return facts->settled || facts->quiet_ms >= SETTLED_MS ? HARVEST_ANSWERED : HARVEST_UNSETTLED;
}

enum harvest_say harvest_judge(const struct harvest_facts *facts) {
    enum harvest_say say = say_of(facts);

    if (facts->idle)
        return before_its_turn(facts);

    if (say == HARVEST_GOES_ON && facts->asked && (facts->state == SCREEN_BUSY || facts->begun))
        return facts->asked_ms < ASKED_MS ? HARVEST_LOOK_AGAIN : HARVEST_ANSWERED;
    if (say == HARVEST_GOES_ON)
        return say;
    if (facts->turn_ms < YOUNG_MS || report_may_come(facts))
        return HARVEST_LOOK_AGAIN;
    return facts->settled || facts->quiet_ms >= SETTLED_MS ? say : HARVEST_UNSETTLED;
}

bool harvest_keeps(enum harvest_say say, int64_t quiet_ms) {
    return say == HARVEST_GOES_ON && quiet_ms >= SETTLED_MS;
}
