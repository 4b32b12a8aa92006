/* The rules of SPEC section 11 as tables, tried from the top: the first that holds for a subject decides it. Their
 * order is their precedence: who must be left alone, what is dead, what lives and is out of step. */
#include "rules/heal_rules.h"

#include "rules/adopt.h"
#include "rules/heal_seen.h"
#include "rules/world.h"

static bool always(const struct heal_view *v) {
    (void)v;
    return true;
}

static bool past_grace(const struct heal_view *v) {
    return seen_age(v->world, v->one) > v->world->newborn_grace_ms;
}

static bool nothing_recorded(const struct heal_view *v) {
    return !seen_pid(v->one);
}

static bool pickup_at_work(const struct heal_view *v) {
    return v->one->pickup == SEEN_YES && (v->one->runtime.status == RUNTIME_SPAWNING || v->one->message.id);
}

static bool tmux_silent(const struct heal_view *v) {
    return v->world->server == SEEN_UNKNOWN && !seen_other_boot(v->world, v->one);
}

static bool rows_missing(const struct heal_view *v) {
    return !v->one->ticket_exists || !v->one->run_exists;
}

static bool untimed(const struct heal_view *v) {
    return !seen_timed(v->world, v->one);
}

static bool never_started_untimed(const struct heal_view *v) {
    return seen_never_started(v->world, v->one) && untimed(v);
}

static bool cannot_tell(const struct heal_view *v) {
    return v->life == LIFE_UNKNOWN;
}

static bool gone_elsewhere(const struct heal_view *v) {
    return seen_gone_elsewhere(v->world, v->one);
}

static bool without_server(const struct heal_view *v) {
    return v->life == LIFE_UNKNOWN && v->world->socket_beside && seen_without_server(v->world, v->one);
}

static bool without_server_there(const struct heal_view *v) {
    return v->life == LIFE_UNKNOWN && seen_without_server(v->world, v->one);
}

static bool never_started(const struct heal_view *v) {
    return seen_never_started(v->world, v->one);
}

static bool claim_abandoned(const struct heal_view *v) {
    bool spawn_came_back = v->one->spawn_recorded && v->one->spawn != EFFECT_INTENT;
    return never_started(v) && v->one->pickup == SEEN_NO && !spawn_came_back;
}

static bool stillborn(const struct heal_view *v) {
    return never_started(v) && (v->one->pickup == SEEN_NO || past_grace(v));
}

static bool boot_is_over(const struct heal_view *v) {
    return seen_other_boot(v->world, v->one);
}

static bool ticket_closed(const struct heal_view *v) {
    return seen_ticket_closed(v->one);
}

static bool end_begun_ticket_elsewhere(const struct heal_view *v) {
    return v->one->kill_pending && !seen_ticket_ours(v->one);
}

static bool end_begun(const struct heal_view *v) {
    return v->one->kill_pending;
}

static bool dead(const struct heal_view *v) {
    return v->life == LIFE_DEAD;
}

static bool dead_in_live_pane(const struct heal_view *v) {
    return dead(v) && seen_own_session(v->one) && !v->one->pane_dead;
}

static bool dead_in_dead_pane(const struct heal_view *v) {
    return dead(v) && seen_own_session(v->one) && v->one->pane_dead;
}

static bool dead_by_process(const struct heal_view *v) {
    return dead(v) && seen_pid(v->one) && v->one->process == SEEN_NO;
}

static bool stale_unconfirmed(const struct heal_view *v) {
    return seen_ticket_stale(v->one) && v->one->ticket.run_id && !v->one->runtime_is_tickets &&
           v->one->other_worker == SEEN_UNKNOWN;
}

static bool stale_unrecorded_old(const struct heal_view *v) {
    return seen_ticket_stale(v->one) && nothing_recorded(v) && past_grace(v) && v->one->pickup != SEEN_YES;
}

static bool stale_unrecorded(const struct heal_view *v) {
    return seen_ticket_stale(v->one) && nothing_recorded(v);
}

static bool stale_stopped(const struct heal_view *v) {
    return seen_ticket_stale(v->one) && seen_stopped(&v->one->run);
}

static enum adopt_verdict adoption(const struct heal_view *v) {
    const struct world_case *one = v->one;
    bool of_another = one->ticket.run_id && !one->runtime_is_tickets;
    struct adopt_facts facts = {
        .path = ADOPT_RECONCILE,
        .confirmed = one->ticket_exists,
        .status = one->ticket.status,
        .other_worker_alive = of_another && one->other_worker != SEEN_NO,
        .runtime_exists = one->runtime_exists,
        .runtime_is_runs = true, /* or another's worker, if any lives, decides */
        .session_tag_is_runs = one->session != SEEN_YES || one->session_ours,
        .pid_recorded = seen_pid(one),
        .process = one->elsewhere && v->life == LIFE_ALIVE ? SEEN_YES : one->process,
        .session = one->session,
        .age_ms = seen_age(v->world, one),
        .newborn_grace_ms = v->world->newborn_grace_ms,
    };
    return adopt_decide(&facts);
}

static bool hidden(const struct heal_view *v) {
    return seen_ticket_stale(v->one) && adopt_granted(adoption(v));
}

static bool hidden_without_session(const struct heal_view *v) {
    bool gone = v->one->session != SEEN_UNKNOWN && !seen_own_session(v->one) && v->one->process == SEEN_YES;
    bool free = !v->one->ticket.run_id || v->one->runtime_is_tickets || v->one->other_worker == SEEN_NO;
    return seen_ticket_stale(v->one) && gone && free;
}

static bool hidden_and_over(const struct heal_view *v) {
    return seen_ticket_stale(v->one) && v->one->run.ended_at;
}

static bool hidden_declined(const struct heal_view *v) {
    return seen_ticket_stale(v->one);
}

static bool spawn_unrecorded(const struct heal_view *v) {
    return nothing_recorded(v) && v->one->pickup == SEEN_NO;
}

static bool spawn_unfinished(const struct heal_view *v) {
    return v->one->runtime.status == RUNTIME_SPAWNING && !nothing_recorded(v) &&
           (v->one->pickup == SEEN_NO || past_grace(v));
}

static bool spawn_unrecorded_old(const struct heal_view *v) {
    return v->one->runtime.status == RUNTIME_SPAWNING && nothing_recorded(v) && past_grace(v);
}

static bool send_interrupted(const struct heal_view *v) {
    return v->one->message.id && v->one->pickup == SEEN_NO;
}

/* A pickup of another pid namespace is never seen to end. By now it would have said how its send went; a live one loses
 * the right to type with the look. */
static bool send_untold(const struct heal_view *v) {
    int64_t wait = v->world->newborn_grace_ms > SECOND_LOOK_MS ? v->world->newborn_grace_ms : SECOND_LOOK_MS;
    return v->one->message.id && v->one->pickup == SEEN_UNKNOWN &&
           seen_turn_age(v->world, v->one) > wait + v->world->send_timeout_ms;
}

/* An agent whose person is asked, or whose ticket has moved on, rests, whatever its turn does. */
static bool rests(const struct heal_view *v) {
    enum runtime_status status = v->one->runtime.status;
    return status == RUNTIME_IDLE || (status == RUNTIME_RUNNING && seen_ticket_waits(v->one));
}

/* SPEC section 12: of a limit that its ticket waits for the end of, the agent is kept. */
static bool pausing(const struct heal_view *v) {
    return v->one->pausing && seen_ticket_ours(v->one);
}

static bool idle_too_long(const struct heal_view *v) {
    return rests(v) && !pausing(v) && v->world->runtime_ttl_ms > 0 &&
           seen_idle_age(v->world, v->one) > v->world->runtime_ttl_ms;
}

static bool idle_too_long_at_work(const struct heal_view *v) {
    return idle_too_long(v) && seen_ticket_ours(v->one);
}

static bool at_its_turn(const struct heal_view *v) {
    return v->one->runtime.status == RUNTIME_RUNNING && !rests(v) && v->world->stall_timeout_ms > 0;
}

static bool second_look(const struct heal_view *v) {
    int64_t wait = v->world->stall_timeout_ms < SECOND_LOOK_MS ? v->world->stall_timeout_ms : SECOND_LOOK_MS;
    return seen_stall_stands(v->world, v->one) && seen_stall_age(v->world, v->one) >= wait;
}

/* Only a stall that an earlier pickup spoke of ends a turn, and only if nothing was put out since. */
static bool quiet_to_the_end(const struct heal_view *v) {
    return at_its_turn(v) && second_look(v) && v->world->turn_timeout_ms > 0 &&
           seen_turn_age(v->world, v->one) > v->world->turn_timeout_ms;
}

/* A spinner on a request that hangs is output, too. The same patience as for a second look, for a turn that is just
 * ending. */
static bool draws_to_the_end(const struct heal_view *v) {
    return at_its_turn(v) && v->world->turn_timeout_ms > 0 &&
           seen_turn_age(v->world, v->one) > v->world->turn_timeout_ms + SECOND_LOOK_MS &&
           seen_quiet_age(v->world, v->one) <= v->world->stall_timeout_ms;
}

/* With the turns before it. */
static bool overtime(const struct heal_view *v) {
    return at_its_turn(v) && seen_ticket_ours(v->one) && v->world->max_runtime_ms > 0 &&
           v->one->ticket.worked_ms + seen_turn_age(v->world, v->one) > v->world->max_runtime_ms;
}

static bool quiet_unsaid(const struct heal_view *v) {
    return at_its_turn(v) && seen_quiet_age(v->world, v->one) > v->world->stall_timeout_ms &&
           !seen_stall_stands(v->world, v->one);
}

#define LEAVE_ALONE HEAL_LEAVE, HEAL_RULE_COUNT, REMEDY_COUNT
#define LEAVE_AND_SAY HEAL_LEAVE_SAID, HEAL_RULE_COUNT, REMEDY_COUNT

static const struct heal_case_rule runtime_rules[] = {
    {pickup_at_work, LEAVE_ALONE, "a live pickup is at work on it"},
    {tmux_silent, LEAVE_ALONE, "tmux does not answer, so nothing is known of it"},
    {without_server, LEAVE_AND_SAY,
     "it is of another pid namespace, and no tmux server is there: if that is still so in a minute, it is retired"},
    {without_server_there, LEAVE_AND_SAY,
     "it is of another pid namespace, and no tmux server answers here on the socket that is set; if that namespace is "
     "over, mc-ticket cancel the ticket or move it to todo"},
    {cannot_tell, LEAVE_AND_SAY, "it cannot be told whether its agent lives"},

    {rows_missing, HEAL_REPAIR, HEAL_FINISHED, REMEDY_CLOSE, "its ticket or its run is not on the board any more"},
    {claim_abandoned, HEAL_REPAIR, HEAL_ABANDONED_CLAIM, REMEDY_RELEASE,
     "the pickup that claimed it is gone and no agent was started"},
    {stillborn, HEAL_REPAIR, HEAL_STILLBORN, REMEDY_RETIRE, "its start left no process and no session"},
    {never_started_untimed, HEAL_REPAIR, HEAL_UNTIMED, REMEDY_START_CLOCK, "its row has no reading of the awake clock"},
    {never_started, LEAVE_ALONE, "it is young and its pickup cannot be told"},
    {boot_is_over, HEAL_REPAIR_DEAD, HEAL_WORKER_DIED, REMEDY_RETIRE, "the machine was started again since"},
    {ticket_closed, HEAL_REPAIR, HEAL_FINISHED, REMEDY_CLOSE, "its ticket is closed"},
    {end_begun_ticket_elsewhere, HEAL_REPAIR, HEAL_ORPHAN, REMEDY_CLOSE, "its end was begun and not finished"},
    {gone_elsewhere, HEAL_REPAIR, HEAL_WORKER_DIED, REMEDY_RETIRE, "its pid namespace and its terminal are gone"},
    {dead_in_live_pane, HEAL_REPAIR_DEAD, HEAL_GHOST, REMEDY_RETIRE,
     "its session lives, but the recorded process is gone or another one"},
    {dead_in_dead_pane, HEAL_REPAIR_DEAD, HEAL_WORKER_DIED, REMEDY_RETIRE,
     "its agent has ended, the dead pane is kept"},
    {dead_by_process, HEAL_REPAIR_DEAD, HEAL_WORKER_DIED, REMEDY_RETIRE, "the recorded process is gone or another one"},
    {dead, HEAL_REPAIR_DEAD, HEAL_WORKER_DIED, REMEDY_RETIRE, "tmux has no such session of this run"},

    {end_begun, HEAL_REPAIR, HEAL_WORKER_DIED, REMEDY_RETIRE, "its end was begun and not finished"},
    {untimed, HEAL_REPAIR, HEAL_UNTIMED, REMEDY_START_CLOCK, "its row has no reading of the awake clock"},
    {stale_unconfirmed, LEAVE_AND_SAY, "it cannot be told whether the ticket's other run has a live worker"},
    {stale_unrecorded_old, HEAL_REPAIR, HEAL_STILLBORN, REMEDY_RETIRE, "past the grace without a recorded process"},
    {stale_unrecorded, LEAVE_ALONE, "no recorded process to adopt"},
    {stale_stopped, HEAL_REPAIR, HEAL_ORPHAN, REMEDY_CLOSE,
     "an operator stopped its run, and its agent is still there"},
    {hidden, HEAL_REPAIR, HEAL_HIDDEN_RUNTIME, REMEDY_ADOPT,
     "its recorded process lives behind a ticket that nobody works"},
    {hidden_without_session, HEAL_REPAIR, HEAL_ORPHAN, REMEDY_CLOSE,
     "its session is gone, so the ticket that is to be done again cannot adopt it"},
    {hidden_and_over, HEAL_REPAIR, HEAL_ORPHAN, REMEDY_CLOSE, "its run has ended and the ticket is another's"},
    {hidden_declined, LEAVE_ALONE, "the ticket cannot adopt it"},
    {spawn_unrecorded, HEAL_REPAIR, HEAL_HIDDEN_RUNTIME, REMEDY_RECORD_PID,
     "its agent lives in its session and was not recorded"},
    {spawn_unfinished, HEAL_REPAIR, HEAL_HIDDEN_RUNTIME, REMEDY_RECORD_PID,
     "its agent lives and nobody is at work on its start"},
    {spawn_unrecorded_old, HEAL_REPAIR, HEAL_STILLBORN, REMEDY_RETIRE, "past the grace without a recorded process"},
    {send_interrupted, HEAL_REPAIR, HEAL_INTERRUPTED_SEND, REMEDY_RESOLVE_SEND,
     "the pickup that was sending to it is gone"},
    {send_untold, HEAL_REPAIR, HEAL_INTERRUPTED_SEND, REMEDY_RESOLVE_SEND,
     "the pickup that was sending to it cannot be seen from here, and has said nothing for too long"},
    {idle_too_long_at_work, HEAL_REPAIR, HEAL_EXPIRED, REMEDY_RETIRE, "idle for longer than runtime_ttl_s"},
    {idle_too_long, HEAL_REPAIR, HEAL_EXPIRED, REMEDY_CLOSE, "idle for longer than runtime_ttl_s"},
    {draws_to_the_end, HEAL_REPAIR, HEAL_STALLED, REMEDY_RETIRE,
     "its agent puts out and puts out, and the turn is older than turn_timeout_s"},
    {quiet_to_the_end, HEAL_REPAIR, HEAL_STALLED, REMEDY_RETIRE,
     "no output, and the turn is older than turn_timeout_s"},
    {overtime, HEAL_REPAIR, HEAL_OVERTIME, REMEDY_PARK,
     "the ticket's turns have run for max_runtime_s since a person last spoke"},
    {quiet_unsaid, HEAL_REPAIR, HEAL_STALLED, REMEDY_NOTE_STALL,
     "a turn without output for longer than stall_timeout_s"},
    {always, LEAVE_ALONE, "rows and agent agree"},
};

/* What was sent along with an unrecorded spawn is still to be resolved after RECORD_PID. */
const struct heal_case_rule heal_sent_at_spawn = {send_interrupted, HEAL_REPAIR, HEAL_INTERRUPTED_SEND,
                                                  REMEDY_RESOLVE_SEND,
                                                  "its prompt went with a start whose pickup is gone"};

static bool claim_has_pickup(const struct heal_view *v) {
    return v->one->pickup == SEEN_YES;
}

static bool claim_moved_on(const struct heal_view *v) {
    return !v->one->ticket_exists || v->one->ticket.status != TICKET_IN_PROGRESS;
}

/* Its row is lost; what the ticket knows of its agent must not be worked beside. */
static bool claim_has_worker(const struct heal_view *v) {
    return v->one->other_worker == SEEN_YES;
}

static bool claim_untold(const struct heal_view *v) {
    return v->one->other_worker == SEEN_UNKNOWN && v->one->pickup == SEEN_UNKNOWN && v->one->run_exists;
}

/* By an operator's hand: no pickup and no agent can be asked for. */
static bool claim_unowned(const struct heal_view *v) {
    return !v->one->ticket.run_id || !v->one->run_exists;
}

static bool claim_has_session(const struct heal_view *v) {
    return seen_own_session(v->one) && !seen_stopped(&v->one->run);
}

static bool session_untold(const struct heal_view *v) {
    return v->one->session == SEEN_UNKNOWN && v->world->server == SEEN_YES && !seen_other_boot(v->world, v->one);
}

/* An in_progress ticket without an active runtime row. A claim makes both at once: without row and session there is
 * nothing that a pickup could be at work on. */
static const struct heal_case_rule claim_rules[] = {
    {claim_moved_on, LEAVE_ALONE, "the ticket is not in progress"},
    {claim_has_pickup, LEAVE_ALONE, "a live pickup is at work on it"},
    {tmux_silent, LEAVE_ALONE, "tmux does not answer, so nothing is known of it"},
    {claim_has_worker, LEAVE_ALONE, "the process recorded as its worker lives"},
    {claim_untold, LEAVE_AND_SAY, "neither its worker nor its pickup can be told"},
    {claim_unowned, HEAL_REPAIR, HEAL_ABANDONED_CLAIM, REMEDY_RELEASE,
     "it is in progress and no run of it is on the board"},
    {claim_has_session, LEAVE_ALONE, "its session lives: the row is made again from it"},
    {session_untold, LEAVE_ALONE, "it cannot be told whether its session lives"},
    {always, HEAL_REPAIR, HEAL_ABANDONED_CLAIM, REMEDY_RELEASE,
     "the pickup that claimed it is gone, and so are its row and its session"},
};

static const struct heal_case_rule *first_that_holds(const struct heal_case_rule *rules, const struct heal_view *view) {
    while (!rules->holds(view))
        rules++;
    return rules;
}

struct heal_view heal_look(const struct world *world, const struct world_case *one) {
    return (struct heal_view){world, one, seen_life(world, one)};
}

const struct heal_case_rule *heal_rule_of(const struct heal_view *view) {
    return first_that_holds(view->one->runtime_exists ? runtime_rules : claim_rules, view);
}

bool heal_leaves(const struct heal_case_rule *rule) {
    return rule->act == HEAL_LEAVE || rule->act == HEAL_LEAVE_SAID;
}
