#include "rules/heal_seen.h"

#include "rules/awake.h"
#include "rules/world.h"

/* tmux stamps whole seconds, and two looks are not made at once. */
enum { CLOCKS_AGREE_MS = 60 * 1000 };

static bool differs(const char *boot, const char *now) {
    return boot[0] && now[0] && strcmp(boot, now) != 0;
}

bool seen_pid(const struct world_case *one) {
    return identity_known(&one->runtime.agent);
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

bool seen_without_server(const struct world *world, const struct world_case *one) {
    return one->runtime_exists && one->elsewhere && world->server == SEEN_NO && one->session == SEEN_NO;
}

/* One that was started since the mark was made had a server then. */
bool seen_gone_elsewhere(const struct world *world, const struct world_case *one) {
    int64_t first = world->no_server_tick;
    bool since_then = seen_timed(world, one) && one->runtime.spawned_tick > first;
    return seen_without_server(world, one) && world->socket_beside && !since_then &&
           awake_between(first, world->tick) >= SECOND_LOOK_MS;
}

/* Without a usable record only tmux can tell; another namespace may have a tmux of its own. */
static enum life life_by_session(const struct world *world, const struct world_case *one) {
    bool session_gone = one->session != SEEN_UNKNOWN && !seen_own_session(one); /* the name may be another's by now */
    if (seen_own_session(one) && one->pane_dead)
        return LIFE_DEAD;
    if (seen_pid(one) && !one->elsewhere)
        return world->server == SEEN_YES && session_gone ? LIFE_DEAD : LIFE_UNKNOWN;
    if (seen_own_session(one))
        return one->pane_pid > 0 ? LIFE_ALIVE : LIFE_UNKNOWN;
    if (world->server == SEEN_NO)
        return one->elsewhere && !seen_gone_elsewhere(world, one) ? LIFE_UNKNOWN : LIFE_DEAD;
    return session_gone ? LIFE_DEAD : LIFE_UNKNOWN;
}

enum life seen_life(const struct world *world, const struct world_case *one) {
    if (seen_other_boot(world, one))
        return LIFE_DEAD;
    bool told = seen_pid(one) && !one->elsewhere;
    if (told && one->process == SEEN_YES)
        return LIFE_ALIVE;
    if (world->server == SEEN_UNKNOWN)
        return LIFE_UNKNOWN;
    if (told && one->process == SEEN_NO)
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

bool seen_ticket_waits(const struct world_case *one) {
    return one->ticket_exists && !seen_ticket_closed(one) && one->ticket.status != TICKET_TODO &&
           one->ticket.status != TICKET_IN_PROGRESS;
}

bool seen_stopped(const struct run *run) {
    int outcome = run_outcome_from(run->outcome);

    return run->ended_at && (outcome == RUN_STOPPED || outcome == RUN_HOST_LOST);
}

bool seen_timed(const struct world *world, const struct world_case *one) {
    return awake_known(&one->runtime, world->boot_id);
}

static int64_t since(const struct world *world, const struct world_case *one, int64_t tick) {
    return seen_timed(world, one) ? awake_between(tick, world->tick) : 0;
}

int64_t seen_age(const struct world *world, const struct world_case *one) {
    return since(world, one, one->runtime.spawned_tick);
}

static int64_t later(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t less(int64_t a, int64_t b) {
    return a < b ? a : b;
}

int64_t seen_turn_age(const struct world *world, const struct world_case *one) {
    return since(world, one, later(one->runtime.spawned_tick, one->runtime.turn_started_tick));
}

int64_t seen_stall_age(const struct world *world, const struct world_case *one) {
    return one->runtime.stall_tick ? since(world, one, one->runtime.stall_tick) : 0;
}

int64_t seen_here(const struct world *world) {
    return world->now + world->ahead;
}

/* Of a stamp that lies ahead the clock was set back since: then it tells nothing. */
static int64_t wall_since(int64_t now, int64_t then) {
    if (then - CLOCKS_AGREE_MS > now)
        return INT64_MAX;
    return now > then ? now - then : 0;
}

/* Since the last sign of it. The row's own stamps count only where tmux has none; what a stall has noted there is
 * tmux's, too. */
static int64_t sign_age(const struct world *world, const struct world_case *one) {
    const struct runtime *runtime = &one->runtime;
    int64_t output = runtime->last_output_at - (runtime->stall_tick ? world->ahead : 0);
    int64_t row = later(later(runtime->turn_started_at, output), runtime->spawned_at);
    return one->activity ? wall_since(seen_here(world), one->activity) : wall_since(world->now, row);
}

int64_t seen_idle_age(const struct world *world, const struct world_case *one) {
    const struct runtime *runtime = &one->runtime;
    int64_t tick = later(runtime->spawned_tick, later(runtime->turn_started_tick, runtime->idle_tick));
    return less(sign_age(world, one), since(world, one, tick));
}

int64_t seen_quiet_age(const struct world *world, const struct world_case *one) {
    return less(sign_age(world, one), seen_turn_age(world, one));
}

bool seen_stall_stands(const struct world *world, const struct world_case *one) {
    const struct runtime *runtime = &one->runtime;
    bool of_this_turn = runtime->stall_tick && runtime->stall_tick >= runtime->turn_started_tick;
    return seen_timed(world, one) && of_this_turn && (!one->activity || one->activity == runtime->last_output_at);
}

/* A run that goes on has its agent, whatever a hand has made of its ticket and its row. */
bool seen_session_lost(const struct world_session *session) {
    bool goes_on = !session->run.ended_at && !session->row_closed_at && !session->elsewhere;

    return session->run_exists && (session->run_is_tickets || goes_on) && !seen_stopped(&session->run);
}

/* A stamp that lies further ahead than the linger is of a clock that was set back: nobody waits for that. */
static bool lingered(const struct world *world, int64_t over) {
    int64_t age = world->now - over;
    return age >= world->linger_ms || age < -world->linger_ms;
}

bool seen_session_orphan(const struct world *world, const struct world_session *session) {
    int64_t closed = session->row_closed_at, ended = session->run.ended_at;
    int64_t over = closed > ended ? closed : ended;
    /* Its ticket may be at work elsewhere; and of a host that was given up no row says what is in its sessions. */
    bool given_up = world->back || run_outcome_from(session->run.outcome) == RUN_HOST_LOST;
    return session->run_exists && !seen_session_lost(session) && over && (given_up || lingered(world, over));
}
