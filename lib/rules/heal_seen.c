#include "rules/heal_seen.h"

#include "rules/world.h"

static bool differs(const char *boot, const char *now) {
    return boot[0] && now[0] && strcmp(boot, now) != 0;
}

bool seen_pid(const struct world_case *one) {
    return one->runtime.agent.pid > 0;
}

bool seen_own_session(const struct world_case *one) {
    return one->session == SEEN_YES && one->session_ours;
}

bool seen_other_boot(const struct world *world, const struct world_case *one) {
    if (one->other_boot)
        return true;
    bool agent_unknown = !one->runtime_exists || !seen_pid(one);
    return agent_unknown && differs(one->run.pickup.boot, world->boot_id);
}

/* Without a usable record only tmux can tell. */
static enum life life_by_session(const struct world *world, const struct world_case *one) {
    if (seen_own_session(one) && one->pane_dead)
        return LIFE_DEAD;
    if (seen_pid(one))
        return world->server == SEEN_YES && one->session == SEEN_NO ? LIFE_DEAD : LIFE_UNKNOWN;
    if (seen_own_session(one))
        return one->pane_pid > 0 ? LIFE_ALIVE : LIFE_UNKNOWN;
    if (world->server == SEEN_NO || one->session != SEEN_UNKNOWN)
        return LIFE_DEAD;
    return LIFE_UNKNOWN;
}

enum life seen_life(const struct world *world, const struct world_case *one) {
    if (seen_other_boot(world, one))
        return LIFE_DEAD;
    if (seen_pid(one) && one->process == SEEN_YES)
        return LIFE_ALIVE;
    if (world->server == SEEN_UNKNOWN)
        return LIFE_UNKNOWN;
    if (seen_pid(one) && one->process == SEEN_NO)
        return LIFE_DEAD;
    return life_by_session(world, one);
}

bool seen_never_started(const struct world *world, const struct world_case *one) {
    return one->runtime.status == RUNTIME_SPAWNING && !seen_pid(one) && !seen_own_session(one) &&
           seen_life(world, one) == LIFE_DEAD;
}

bool seen_ticket_closed(const struct world_case *one) {
    return !one->ticket_exists || one->ticket.status == TICKET_DONE || one->ticket.status == TICKET_CANCELLED;
}

bool seen_ticket_ours(const struct world_case *one) {
    return one->ticket_exists && one->ticket.status == TICKET_IN_PROGRESS && one->runtime_is_tickets;
}

bool seen_ticket_stale(const struct world_case *one) {
    if (!one->ticket_exists)
        return false;
    return one->ticket.status == TICKET_TODO || (one->ticket.status == TICKET_IN_PROGRESS && !one->runtime_is_tickets);
}

bool seen_stopped(const struct run *run) {
    return run->ended_at && run_outcome_from(run->outcome) == RUN_STOPPED;
}

int64_t seen_age(const struct world *world, int64_t then) {
    return world->now > then ? world->now - then : 0;
}

static int64_t later(int64_t a, int64_t b) {
    return a > b ? a : b;
}

int64_t seen_idle_age(const struct world *world, const struct world_case *one) {
    const struct runtime *runtime = &one->runtime;
    return seen_age(world, later(runtime->spawned_at, later(runtime->turn_started_at, runtime->last_output_at)));
}

int64_t seen_quiet_age(const struct world *world, const struct world_case *one) {
    const struct runtime *runtime = &one->runtime;
    int64_t since = later(runtime->turn_started_at, runtime->last_output_at);
    return seen_age(world, since ? since : runtime->spawned_at);
}
