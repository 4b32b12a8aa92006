/* The rules of SPEC section 11 as tables, tried from the top: the first that holds for a subject decides it. Their
 * order is their precedence: who must be left alone, what is dead, what lives and is out of step. */
#include "rules/heal.h"

#include "base/mem.h"
#include "rules/adopt.h"
#include "rules/heal_seen.h"

enum { MASS_DEATH_LEAST = 5 };

/* What ends a turn must be seen by two pickups at least so far apart. */
enum { SECOND_LOOK_MS = 60 * 1000 };

struct view {
    const struct world *world;
    const struct world_case *one;
    enum life life;
};

enum act {
    LEAVE,
    REPAIR,
    REPAIR_DEAD /* rests on a death: held back when many look dead at once */
};

struct rule {
    bool (*holds)(const struct view *view);
    enum act act;
    enum heal_rule rule;
    enum remedy remedy;
    const char *reason;
};

static bool always(const struct view *v) {
    (void)v;
    return true;
}

static bool past_grace(const struct view *v) {
    return seen_age(v->world, v->one) > v->world->newborn_grace_ms;
}

static bool nothing_recorded(const struct view *v) {
    return !seen_pid(v->one);
}

static bool pickup_at_work(const struct view *v) {
    return v->one->pickup == SEEN_YES && (v->one->runtime.status == RUNTIME_SPAWNING || v->one->message.id);
}

static bool tmux_silent(const struct view *v) {
    return v->world->server == SEEN_UNKNOWN && !seen_other_boot(v->world, v->one);
}

static bool rows_missing(const struct view *v) {
    return !v->one->ticket_exists || !v->one->run_exists;
}

static bool untimed(const struct view *v) {
    return !seen_timed(v->world, v->one);
}

static bool never_started_untimed(const struct view *v) {
    return seen_never_started(v->world, v->one) && untimed(v);
}

static bool cannot_tell(const struct view *v) {
    return v->life == LIFE_UNKNOWN;
}

static bool never_started(const struct view *v) {
    return seen_never_started(v->world, v->one);
}

static bool claim_abandoned(const struct view *v) {
    bool spawn_came_back = v->one->spawn_recorded && v->one->spawn != EFFECT_INTENT;
    return never_started(v) && v->one->pickup == SEEN_NO && !spawn_came_back;
}

static bool stillborn(const struct view *v) {
    return never_started(v) && (v->one->pickup == SEEN_NO || past_grace(v));
}

static bool boot_is_over(const struct view *v) {
    return seen_other_boot(v->world, v->one);
}

static bool ticket_closed(const struct view *v) {
    return seen_ticket_closed(v->one);
}

static bool end_begun_ticket_elsewhere(const struct view *v) {
    return v->one->kill_pending && !seen_ticket_ours(v->one);
}

static bool end_begun(const struct view *v) {
    return v->one->kill_pending;
}

static bool dead(const struct view *v) {
    return v->life == LIFE_DEAD;
}

static bool dead_in_live_pane(const struct view *v) {
    return dead(v) && seen_own_session(v->one) && !v->one->pane_dead;
}

static bool dead_in_dead_pane(const struct view *v) {
    return dead(v) && seen_own_session(v->one) && v->one->pane_dead;
}

static bool dead_by_process(const struct view *v) {
    return dead(v) && seen_pid(v->one) && v->one->process == SEEN_NO;
}

static bool stale_unconfirmed(const struct view *v) {
    return seen_ticket_stale(v->one) && v->one->ticket.run_id && !v->one->runtime_is_tickets &&
           v->one->other_worker == SEEN_UNKNOWN;
}

static bool stale_unrecorded_old(const struct view *v) {
    return seen_ticket_stale(v->one) && nothing_recorded(v) && past_grace(v) && v->one->pickup != SEEN_YES;
}

static bool stale_unrecorded(const struct view *v) {
    return seen_ticket_stale(v->one) && nothing_recorded(v);
}

static bool stale_stopped(const struct view *v) {
    return seen_ticket_stale(v->one) && seen_stopped(&v->one->run);
}

static enum adopt_verdict adoption(const struct view *v) {
    const struct world_case *one = v->one;
    bool of_another = one->ticket.run_id && !one->runtime_is_tickets;
    struct adopt_facts facts = {
        .path = ADOPT_RECONCILE,
        .confirmed = one->ticket_exists,
        .status = one->ticket.status,
        .other_worker_alive = of_another && one->other_worker != SEEN_NO,
        .runtime_exists = one->runtime_exists,
        .runtime_is_runs = !of_another || one->other_worker == SEEN_NO,
        .session_tag_is_runs = one->session != SEEN_YES || one->session_ours,
        .pid_recorded = seen_pid(one),
        .process = one->elsewhere && v->life == LIFE_ALIVE ? SEEN_YES : one->process,
        .session = one->session,
        .age_ms = seen_age(v->world, one),
        .newborn_grace_ms = v->world->newborn_grace_ms,
    };
    return adopt_decide(&facts);
}

static bool hidden(const struct view *v) {
    return seen_ticket_stale(v->one) && adopt_granted(adoption(v));
}

static bool hidden_without_session(const struct view *v) {
    enum adopt_verdict verdict = adoption(v);
    bool gone = v->one->session != SEEN_UNKNOWN && !seen_own_session(v->one) && v->one->process == SEEN_YES;
    bool free = !v->one->ticket.run_id || v->one->runtime_is_tickets || v->one->other_worker == SEEN_NO;
    return seen_ticket_stale(v->one) && gone && free && (verdict == ADOPT_SESSION_GONE || verdict == ADOPT_FOREIGN_RUN);
}

static bool hidden_and_over(const struct view *v) {
    return seen_ticket_stale(v->one) && v->one->run.ended_at;
}

static bool hidden_declined(const struct view *v) {
    return seen_ticket_stale(v->one);
}

static bool spawn_unrecorded(const struct view *v) {
    return nothing_recorded(v) && v->one->pickup == SEEN_NO;
}

static bool spawn_unfinished(const struct view *v) {
    return v->one->runtime.status == RUNTIME_SPAWNING && !nothing_recorded(v) &&
           (v->one->pickup == SEEN_NO || past_grace(v));
}

static bool spawn_unrecorded_old(const struct view *v) {
    return v->one->runtime.status == RUNTIME_SPAWNING && nothing_recorded(v) && past_grace(v);
}

static bool send_interrupted(const struct view *v) {
    return v->one->message.id && v->one->pickup == SEEN_NO;
}

/* An agent whose person is asked, or whose ticket has moved on, rests, whatever its turn does. */
static bool rests(const struct view *v) {
    enum runtime_status status = v->one->runtime.status;
    return status == RUNTIME_IDLE || (status == RUNTIME_RUNNING && seen_ticket_waits(v->one));
}

static bool idle_too_long(const struct view *v) {
    return rests(v) && v->world->runtime_ttl_ms > 0 && seen_idle_age(v->world, v->one) > v->world->runtime_ttl_ms;
}

static bool idle_too_long_at_work(const struct view *v) {
    return idle_too_long(v) && seen_ticket_ours(v->one);
}

static bool at_its_turn(const struct view *v) {
    return v->one->runtime.status == RUNTIME_RUNNING && !rests(v) && v->world->stall_timeout_ms > 0;
}

static bool second_look(const struct view *v) {
    int64_t wait = v->world->stall_timeout_ms < SECOND_LOOK_MS ? v->world->stall_timeout_ms : SECOND_LOOK_MS;
    return seen_stall_stands(v->world, v->one) && seen_stall_age(v->world, v->one) >= wait;
}

/* Only a stall that an earlier pickup spoke of ends a turn, and only if nothing was put out since. */
static bool quiet_to_the_end(const struct view *v) {
    return at_its_turn(v) && second_look(v) && v->world->turn_timeout_ms > 0 &&
           seen_turn_age(v->world, v->one) > v->world->turn_timeout_ms;
}

static bool quiet_unsaid(const struct view *v) {
    return at_its_turn(v) && seen_quiet_age(v->world, v->one) > v->world->stall_timeout_ms &&
           !seen_stall_stands(v->world, v->one);
}

#define LEAVE_ALONE LEAVE, HEAL_RULE_COUNT, REMEDY_COUNT

static const struct rule runtime_rules[] = {
    {pickup_at_work, LEAVE_ALONE, "a live pickup is at work on it"},
    {tmux_silent, LEAVE_ALONE, "tmux does not answer, so nothing is known of it"},
    {cannot_tell, LEAVE_ALONE, "it cannot be told whether its agent lives"},

    {rows_missing, REPAIR, HEAL_FINISHED, REMEDY_CLOSE, "its ticket or its run is not on the board any more"},
    {claim_abandoned, REPAIR, HEAL_ABANDONED_CLAIM, REMEDY_RELEASE,
     "the pickup that claimed it is gone and no agent was started"},
    {stillborn, REPAIR, HEAL_STILLBORN, REMEDY_RETIRE, "its start left no process and no session"},
    {never_started_untimed, REPAIR, HEAL_UNTIMED, REMEDY_START_CLOCK, "its row has no reading of the awake clock"},
    {never_started, LEAVE_ALONE, "it is young and its pickup cannot be told"},
    {boot_is_over, REPAIR_DEAD, HEAL_WORKER_DIED, REMEDY_RETIRE, "the machine was started again since"},
    {ticket_closed, REPAIR, HEAL_FINISHED, REMEDY_CLOSE, "its ticket is closed"},
    {end_begun_ticket_elsewhere, REPAIR, HEAL_ORPHAN, REMEDY_CLOSE, "its end was begun and not finished"},
    {dead_in_live_pane, REPAIR_DEAD, HEAL_GHOST, REMEDY_RETIRE,
     "its session lives, but the recorded process is gone or another one"},
    {dead_in_dead_pane, REPAIR_DEAD, HEAL_WORKER_DIED, REMEDY_RETIRE, "its agent has ended, the dead pane is kept"},
    {dead_by_process, REPAIR_DEAD, HEAL_WORKER_DIED, REMEDY_RETIRE, "the recorded process is gone or another one"},
    {dead, REPAIR_DEAD, HEAL_WORKER_DIED, REMEDY_RETIRE, "tmux has no such session of this run"},

    {end_begun, REPAIR, HEAL_WORKER_DIED, REMEDY_RETIRE, "its end was begun and not finished"},
    {untimed, REPAIR, HEAL_UNTIMED, REMEDY_START_CLOCK, "its row has no reading of the awake clock"},
    {stale_unconfirmed, LEAVE_ALONE, "it cannot be told whether the ticket's other run has a live worker"},
    {stale_unrecorded_old, REPAIR, HEAL_STILLBORN, REMEDY_RETIRE, "past the grace without a recorded process"},
    {stale_unrecorded, LEAVE_ALONE, "no recorded process to adopt"},
    {stale_stopped, REPAIR, HEAL_ORPHAN, REMEDY_CLOSE, "an operator stopped its run, and its agent is still there"},
    {hidden, REPAIR, HEAL_HIDDEN_RUNTIME, REMEDY_ADOPT, "its recorded process lives behind a ticket that nobody works"},
    {hidden_without_session, REPAIR, HEAL_ORPHAN, REMEDY_CLOSE,
     "its session is gone, so the ticket that is to be done again cannot adopt it"},
    {hidden_and_over, REPAIR, HEAL_ORPHAN, REMEDY_CLOSE, "its run has ended and the ticket is another's"},
    {hidden_declined, LEAVE_ALONE, "the ticket cannot adopt it"},
    {spawn_unrecorded, REPAIR, HEAL_HIDDEN_RUNTIME, REMEDY_RECORD_PID,
     "its agent lives in its session and was not recorded"},
    {spawn_unfinished, REPAIR, HEAL_HIDDEN_RUNTIME, REMEDY_RECORD_PID,
     "its agent lives and nobody is at work on its start"},
    {spawn_unrecorded_old, REPAIR, HEAL_STILLBORN, REMEDY_RETIRE, "past the grace without a recorded process"},
    {send_interrupted, REPAIR, HEAL_INTERRUPTED_SEND, REMEDY_RESOLVE_SEND, "the pickup that was sending to it is gone"},
    {idle_too_long_at_work, REPAIR, HEAL_EXPIRED, REMEDY_RETIRE, "idle for longer than runtime_ttl_s"},
    {idle_too_long, REPAIR, HEAL_EXPIRED, REMEDY_CLOSE, "idle for longer than runtime_ttl_s"},
    {quiet_to_the_end, REPAIR, HEAL_STALLED, REMEDY_RETIRE, "no output, and the turn is older than turn_timeout_s"},
    {quiet_unsaid, REPAIR, HEAL_STALLED, REMEDY_NOTE_STALL, "a turn without output for longer than stall_timeout_s"},
    {always, LEAVE_ALONE, "rows and agent agree"},
};

/* What was sent along with an unrecorded spawn is still to be resolved after RECORD_PID. */
static const struct rule sent_at_spawn = {send_interrupted, REPAIR, HEAL_INTERRUPTED_SEND, REMEDY_RESOLVE_SEND,
                                          "its prompt went with a start whose pickup is gone"};

static bool claim_has_pickup(const struct view *v) {
    return v->one->pickup == SEEN_YES;
}

static bool claim_moved_on(const struct view *v) {
    return !v->one->ticket_exists || v->one->ticket.status != TICKET_IN_PROGRESS;
}

/* Its row is lost; what the ticket knows of its agent must not be worked beside. */
static bool claim_has_worker(const struct view *v) {
    return v->one->other_worker == SEEN_YES;
}

static bool claim_untold(const struct view *v) {
    return v->one->other_worker == SEEN_UNKNOWN && v->one->pickup == SEEN_UNKNOWN && v->one->run_exists;
}

/* By an operator's hand: no pickup and no agent can be asked for. */
static bool claim_unowned(const struct view *v) {
    return !v->one->ticket.run_id || !v->one->run_exists;
}

static bool claim_has_session(const struct view *v) {
    return seen_own_session(v->one) && !seen_stopped(&v->one->run);
}

static bool session_untold(const struct view *v) {
    return v->one->session == SEEN_UNKNOWN && v->world->server == SEEN_YES && !seen_other_boot(v->world, v->one);
}

/* An in_progress ticket without an active runtime row. A claim makes both at once: without row and session there is
 * nothing that a pickup could be at work on. */
static const struct rule claim_rules[] = {
    {claim_moved_on, LEAVE_ALONE, "the ticket is not in progress"},
    {claim_has_pickup, LEAVE_ALONE, "a live pickup is at work on it"},
    {tmux_silent, LEAVE_ALONE, "tmux does not answer, so nothing is known of it"},
    {claim_has_worker, LEAVE_ALONE, "the process recorded as its worker lives"},
    {claim_untold, LEAVE_ALONE, "neither its worker nor its pickup can be told"},
    {claim_unowned, REPAIR, HEAL_ABANDONED_CLAIM, REMEDY_RELEASE, "it is in progress and no run of it is on the board"},
    {claim_has_session, LEAVE_ALONE, "its session lives: the row is made again from it"},
    {session_untold, LEAVE_ALONE, "it cannot be told whether its session lives"},
    {always, REPAIR, HEAL_ABANDONED_CLAIM, REMEDY_RELEASE,
     "the pickup that claimed it is gone, and so are its row and its session"},
};

static const struct rule *first_that_holds(const struct rule *rules, const struct view *view) {
    while (!rules->holds(view))
        rules++;
    return rules;
}

static void plan_add(struct heal_plan *plan, const struct rule *rule, bool of_session, size_t index) {
    plan->repairs = xgrow(plan->repairs, plan->count, &plan->cap, sizeof *plan->repairs);
    plan->repairs[plan->count++] = (struct repair){rule->rule, rule->remedy, of_session, index, rule->reason};
}

static const struct rule *case_rule(const struct view *view) {
    return first_that_holds(view->one->runtime_exists ? runtime_rules : claim_rules, view);
}

static struct view case_view(const struct world *world, const struct world_case *one) {
    return (struct view){world, one, seen_life(world, one)};
}

static void decide_case(struct heal_plan *plan, const struct world *world, size_t index) {
    struct view view = case_view(world, &world->cases[index]);
    const struct rule *rule = case_rule(&view);
    if (rule->act == LEAVE || (rule->act == REPAIR_DEAD && plan->mass_death && !boot_is_over(&view)))
        return;
    plan_add(plan, rule, false, index);
    if (rule->remedy == REMEDY_RECORD_PID && sent_at_spawn.holds(&view))
        plan_add(plan, &sent_at_spawn, false, index);
}

/* A reboot is known without doubt, and what was never started has not died: neither is counted. */
static void count_dead(struct heal_plan *plan, const struct world *world) {
    for (size_t i = 0; i < world->case_count; i++) {
        struct view view = case_view(world, &world->cases[i]);
        if (!view.one->runtime_exists || view.life == LIFE_UNKNOWN || boot_is_over(&view) || never_started(&view))
            continue;
        plan->judged++;
        plan->dead_seen += view.life == LIFE_DEAD;
    }
    bool many = plan->judged >= MASS_DEATH_LEAST && plan->dead_seen > plan->judged / 2;
    plan->mass_death = many && !world->mass_death_said;
}

static const struct rule lost_row = {NULL, REPAIR, HEAL_LOST_ROW, REMEDY_REBUILD,
                                     "a session of the ticket's run, and no runtime row"};
static const struct rule orphan = {NULL, REPAIR, HEAL_ORPHAN, REMEDY_CLOSE_SESSION,
                                   "a session whose run has ended, for longer than linger_s"};

/* One without a run row on this board is never closed: it may be another board's. */
static void decide_session(struct heal_plan *plan, const struct world *world, size_t index) {
    const struct world_session *session = &world->sessions[index];
    if (seen_session_lost(session))
        plan_add(plan, &lost_row, true, index);
    else if (seen_session_orphan(world, session))
        plan_add(plan, &orphan, true, index);
}

void heal_decide(struct heal_plan *plan, const struct world *world) {
    *plan = (struct heal_plan){.server_unreachable = world->server == SEEN_UNKNOWN && world->case_count > 0};
    count_dead(plan, world);
    for (size_t i = 0; i < world->case_count; i++)
        decide_case(plan, world, i);
    for (size_t i = 0; i < world->session_count; i++)
        decide_session(plan, world, i);
}

const char *heal_left_because(const struct world *world, const struct world_case *one) {
    struct view view = case_view(world, one);
    const struct rule *rule = case_rule(&view);
    return rule->act == LEAVE ? rule->reason : NULL;
}

bool heal_still(const struct world *world, const struct world_case *again, const struct repair *repair) {
    struct view view = case_view(world, again);
    const struct rule *rule = case_rule(&view);
    if (rule->remedy == REMEDY_RECORD_PID && sent_at_spawn.holds(&view) && repair->remedy == sent_at_spawn.remedy)
        return true;
    return rule->act != LEAVE && rule->remedy == repair->remedy;
}
