#include "rules/heal.h"
#include "base/text.h"
#include "rules/heal_rules.h"
#include "rules/heal_seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define RUN "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER_RUN "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define BOOT "11111111-1111-1111-1111-111111111111"
#define OTHER_BOOT "22222222-2222-2222-2222-222222222222"

enum {
    NOW = 10000000,
    TICK = 50000000,
    GRACE = 300000,
    TTL = 3600000,
    LINGER = 60000,
    SECOND_LOOK = 60000,
    STALL = 600000,
    TURN = 1800000
};

static struct world world_of(struct world_case *cases, size_t count) {
    struct world world = {.now = NOW,
                          .tick = TICK,
                          .server = SEEN_YES,
                          .newborn_grace_ms = GRACE,
                          .runtime_ttl_ms = TTL,
                          .linger_ms = LINGER,
                          .stall_timeout_ms = STALL,
                          .turn_timeout_ms = TURN,
                          .cases = cases,
                          .case_count = count};
    text_copy(world.boot_id, sizeof world.boot_id, BOOT);
    return world;
}

/* A healthy one: in_progress, a turn running in a live agent, its pickup long gone. */
static struct world_case working(void) {
    static char run[] = RUN;
    struct world_case one = {.ticket = {.id = 4629, .status = TICKET_IN_PROGRESS, .run_id = run},
                             .ticket_exists = true,
                             .run = {.ticket_id = 4629, .attempt = 1, .started_at = NOW - 5000},
                             .run_exists = true,
                             .runtime = {.ticket_id = 4629,
                                         .run_id = run,
                                         .status = RUNTIME_RUNNING,
                                         .agent = {.pid = 77, .start = 7},
                                         .spawned_at = NOW - 5000,
                                         .turn_started_at = NOW - 4000,
                                         .last_output_at = NOW - 1000,
                                         .spawned_tick = TICK - 5000,
                                         .turn_started_tick = TICK - 4000},
                             .runtime_exists = true,
                             .runtime_is_tickets = true,
                             .spawn = EFFECT_DONE,
                             .spawn_recorded = true,
                             .pickup = SEEN_NO,
                             .process = SEEN_YES,
                             .session = SEEN_YES,
                             .session_ours = true,
                             .pane_pid = 77,
                             .pane_id = "%1",
                             .activity = NOW - 1000,
                             .other_worker = SEEN_NO};
    text_copy(one.run.run_id, sizeof one.run.run_id, RUN);
    text_copy(one.run.pickup.boot, sizeof one.run.pickup.boot, BOOT);
    text_copy(one.runtime.agent.boot, sizeof one.runtime.agent.boot, BOOT);
    text_copy(one.runtime.tick_boot, sizeof one.runtime.tick_boot, BOOT);
    return one;
}

static void spawned_ago(struct world_case *one, int64_t ms) {
    one->runtime.spawned_at = NOW - ms;
    one->runtime.spawned_tick = TICK - ms;
}

static void turn_ago(struct world_case *one, int64_t ms) {
    one->runtime.turn_started_at = NOW - ms;
    one->runtime.turn_started_tick = TICK - ms;
}

static struct world_case idle(enum ticket_status status) {
    struct world_case one = working();
    one.runtime.status = RUNTIME_IDLE;
    one.runtime.idle_tick = TICK - 1000;
    one.ticket.status = status;
    return one;
}

static struct world_case dead(void) {
    struct world_case one = working();
    one.process = SEEN_NO;
    one.pane_dead = true;
    return one;
}

/* Claimed and not yet more. */
static struct world_case claimed(void) {
    struct world_case one = working();
    one.runtime.status = RUNTIME_SPAWNING;
    one.runtime.agent = (struct identity){0};
    one.runtime.turn_started_at = one.runtime.last_output_at = one.runtime.turn_started_tick = 0;
    one.activity = 0;
    one.spawn = EFFECT_INTENT;
    one.process = SEEN_UNKNOWN;
    one.session = SEEN_NO;
    one.session_ours = false;
    one.pane_pid = 0;
    return one;
}

static struct world_case claimed_with_session(void) {
    struct world_case one = claimed();
    one.session = SEEN_YES;
    one.session_ours = true;
    one.pane_pid = 77;
    return one;
}

static struct world_case without_row(void) {
    struct world_case one = working();
    one.runtime = (struct runtime){0};
    one.runtime_exists = one.runtime_is_tickets = false;
    one.process = SEEN_UNKNOWN;
    one.session = SEEN_NO;
    one.session_ours = false;
    return one;
}

static void expect(const struct world *world, enum heal_rule rule, enum remedy remedy) {
    struct heal_plan plan;
    heal_decide(&plan, world);
    assert_int_equal(plan.count, 1);
    assert_string_equal(heal_rule_name(plan.repairs[0].rule), heal_rule_name(rule));
    assert_string_equal(remedy_name(plan.repairs[0].remedy), remedy_name(remedy));
    assert_true(strlen(plan.repairs[0].reason) > 10);
    assert_int_equal(plan.repairs[0].index, 0);
    if (!plan.repairs[0].of_session)
        assert_true(heal_still(world, &world->cases[0], &plan.repairs[0]));
    heal_plan_release(&plan);
}

static void expect_nothing(const struct world *world) {
    struct heal_plan plan;
    heal_decide(&plan, world);
    if (plan.count)
        fail_msg("%s: %s", heal_rule_name(plan.repairs[0].rule), plan.repairs[0].reason);
    heal_plan_release(&plan);
}

static void expect_of(struct world_case one, enum heal_rule rule, enum remedy remedy) {
    struct world world = world_of(&one, 1);
    expect(&world, rule, remedy);
}

static void expect_left(struct world_case one) {
    struct world world = world_of(&one, 1);
    expect_nothing(&world);
}

static void an_empty_world_has_an_empty_plan(void **state) {
    (void)state;
    struct world world = world_of(NULL, 0);
    expect_nothing(&world);
}

static void a_working_agent_is_left_alone(void **state) {
    (void)state;
    expect_left(working());
    expect_left(idle(TICKET_IN_PROGRESS));
    expect_left(idle(TICKET_IN_REVIEW));
    expect_left(idle(TICKET_NEEDS_INPUT));
    expect_left(idle(TICKET_BLOCKED));
    expect_left(idle(TICKET_INBOX));
}

static void a_survivor_without_its_session_is_left_at_work(void **state) {
    (void)state;
    struct world_case one = working();
    one.session = SEEN_NO;
    one.session_ours = false;
    expect_left(one);
    struct world world = world_of(&one, 1);
    world.server = SEEN_NO;
    expect_nothing(&world);
}

static void a_live_pickup_is_not_disturbed(void **state) {
    (void)state;
    struct world_case one = claimed();
    one.pickup = SEEN_YES;
    spawned_ago(&one, TICK - 1);
    expect_left(one);
    one = dead();
    one.pickup = SEEN_YES;
    one.message.id = 5;
    expect_left(one);
}

static void a_dead_agent_is_retired(void **state) {
    (void)state;
    expect_of(dead(), HEAL_WORKER_DIED, REMEDY_RETIRE);
    struct world_case one = dead();
    one.session = SEEN_NO;
    one.session_ours = one.pane_dead = false;
    expect_of(one, HEAL_WORKER_DIED, REMEDY_RETIRE);
    struct world world = world_of(&one, 1);
    world.server = SEEN_NO;
    expect(&world, HEAL_WORKER_DIED, REMEDY_RETIRE);
}

static void a_process_that_cannot_be_told_is_dead_only_without_a_session(void **state) {
    (void)state;
    struct world_case one = working();
    one.process = SEEN_UNKNOWN;
    expect_left(one);
    one.ticket.status = TICKET_DONE;
    expect_left(one);
    one.ticket.status = TICKET_IN_PROGRESS;
    one.session = SEEN_NO;
    one.session_ours = false;
    expect_of(one, HEAL_WORKER_DIED, REMEDY_RETIRE);
    struct world world = world_of(&one, 1);
    world.server = SEEN_NO;
    expect_nothing(&world);
}

static void a_live_pane_does_not_raise_the_dead(void **state) {
    (void)state;
    struct world_case one = dead();
    one.pane_dead = false;
    expect_of(one, HEAL_GHOST, REMEDY_RETIRE);
    one.ticket.status = TICKET_TODO;
    expect_of(one, HEAL_GHOST, REMEDY_RETIRE);
}

static void another_runs_session_does_not_stand_for_ours(void **state) {
    (void)state;
    struct world_case one = dead();
    one.session_ours = one.pane_dead = false;
    expect_of(one, HEAL_WORKER_DIED, REMEDY_RETIRE);
}

static void a_dead_agent_behind_a_waiting_ticket_is_retired(void **state) {
    (void)state;
    const enum ticket_status waiting[] = {TICKET_IN_REVIEW, TICKET_NEEDS_INPUT, TICKET_BLOCKED, TICKET_INBOX};
    for (size_t i = 0; i < sizeof waiting / sizeof *waiting; i++) {
        struct world_case one = dead();
        one.ticket.status = waiting[i];
        expect_of(one, HEAL_WORKER_DIED, REMEDY_RETIRE);
    }
}

static void a_silent_server_proves_nothing(void **state) {
    (void)state;
    struct world_case cases[] = {dead(), claimed(), without_row(), idle(TICKET_DONE)};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cases[i].session = SEEN_UNKNOWN;
        cases[i].session_ours = cases[i].pane_dead = false;
    }
    struct world world = world_of(cases, sizeof cases / sizeof *cases);
    world.server = SEEN_UNKNOWN;
    struct heal_plan plan;
    heal_decide(&plan, &world);
    assert_int_equal(plan.count, 0);
    assert_true(plan.server_unreachable);
    heal_plan_release(&plan);
}

static void another_boot_is_death_even_with_a_silent_server(void **state) {
    (void)state;
    struct world_case one = working();
    one.other_boot = true;
    one.session = SEEN_UNKNOWN;
    one.session_ours = false;
    struct world world = world_of(&one, 1);
    world.server = SEEN_UNKNOWN;
    expect(&world, HEAL_WORKER_DIED, REMEDY_RETIRE);
}

static void a_claim_of_another_boot_is_released(void **state) {
    (void)state;
    struct world_case cases[] = {claimed(), without_row()};
    for (size_t i = 0; i < 2; i++) {
        text_copy(cases[i].run.pickup.boot, sizeof cases[i].run.pickup.boot, OTHER_BOOT);
        struct world world = world_of(&cases[i], 1);
        world.server = SEEN_UNKNOWN;
        cases[i].session = SEEN_UNKNOWN;
        expect(&world, HEAL_ABANDONED_CLAIM, REMEDY_RELEASE);
    }
}

static void a_reboot_heals_all_in_one_pass(void **state) {
    (void)state;
    struct world_case cases[20];
    for (size_t i = 0; i < 20; i++) {
        cases[i] = dead();
        cases[i].other_boot = true;
    }
    struct world world = world_of(cases, 20);
    struct heal_plan plan;
    heal_decide(&plan, &world);
    assert_int_equal(plan.count, 20);
    assert_false(plan.mass_death);
    heal_plan_release(&plan);
}

static void a_mass_death_is_held_back_once(void **state) {
    (void)state;
    struct world_case cases[] = {dead(), dead(), dead(), working(), working(), claimed()};
    struct world world = world_of(cases, 6);
    struct heal_plan plan;
    heal_decide(&plan, &world);
    assert_true(plan.mass_death);
    assert_int_equal(plan.dead_seen, 3);
    assert_int_equal(plan.judged, 5);
    assert_int_equal(plan.count, 1);
    assert_int_equal(plan.repairs[0].index, 5);
    heal_plan_release(&plan);

    /* The second look of the same moment proves nothing. */
    world.mass_death_tick = world.tick - SECOND_LOOK + 1;
    heal_decide(&plan, &world);
    assert_true(plan.many_dead && plan.mass_death);
    assert_int_equal(plan.count, 1);
    heal_plan_release(&plan);

    world.mass_death_tick = world.tick - SECOND_LOOK;
    heal_decide(&plan, &world);
    assert_true(plan.many_dead);
    assert_false(plan.mass_death);
    assert_int_equal(plan.count, 4);
    heal_plan_release(&plan);
}

static void half_of_them_or_four_are_no_mass_death(void **state) {
    (void)state;
    struct world_case cases[] = {dead(), dead(), dead(), working(), working(), working()};
    struct world world = world_of(cases, 6);
    struct heal_plan plan;
    heal_decide(&plan, &world);
    assert_false(plan.mass_death);
    assert_int_equal(plan.count, 3);
    heal_plan_release(&plan);

    world = world_of(cases, 4);
    heal_decide(&plan, &world);
    assert_false(plan.mass_death);
    heal_plan_release(&plan);
}

static void a_claim_whose_pickup_died_is_released(void **state) {
    (void)state;
    expect_of(claimed(), HEAL_ABANDONED_CLAIM, REMEDY_RELEASE);
    struct world_case one = claimed();
    one.spawn_recorded = false;
    one.spawn = EFFECT_UNKNOWN;
    expect_of(one, HEAL_ABANDONED_CLAIM, REMEDY_RELEASE);
    struct world world = world_of(&one, 1);
    world.server = SEEN_NO;
    expect(&world, HEAL_ABANDONED_CLAIM, REMEDY_RELEASE);
    expect_of(without_row(), HEAL_ABANDONED_CLAIM, REMEDY_RELEASE);
}

static void a_claim_is_never_judged_by_its_age(void **state) {
    (void)state;
    struct world_case one = without_row();
    one.pickup = SEEN_YES;
    one.run.started_at = 1;
    expect_left(one);
    one.run.ended_at = NOW - 1;
    expect_left(one);
    one.run.ended_at = 0;
    one.pickup = SEEN_UNKNOWN;
    expect_of(one, HEAL_ABANDONED_CLAIM, REMEDY_RELEASE);
    struct world world = world_of(&one, 1);
    world.server = SEEN_UNKNOWN;
    expect_nothing(&world);
}

static void a_claim_whose_session_lives_waits_for_its_row(void **state) {
    (void)state;
    struct world_case one = without_row();
    one.session = SEEN_YES;
    one.session_ours = true;
    expect_left(one);
    one.session = SEEN_UNKNOWN;
    one.session_ours = false;
    expect_left(one);
}

static void a_start_that_left_nothing_is_stillborn(void **state) {
    (void)state;
    struct world_case one = claimed();
    one.spawn = EFFECT_FAILED;
    expect_of(one, HEAL_STILLBORN, REMEDY_RETIRE);
    one = claimed();
    one.pickup = SEEN_UNKNOWN;
    expect_left(one);
    spawned_ago(&one, GRACE + 1);
    expect_of(one, HEAL_STILLBORN, REMEDY_RETIRE);
}

static void an_unrecorded_agent_past_the_grace_is_stillborn(void **state) {
    (void)state;
    struct world_case one = claimed_with_session();
    one.ticket.status = TICKET_TODO;
    one.ticket.run_id = NULL;
    expect_left(one);
    spawned_ago(&one, GRACE + 1);
    expect_of(one, HEAL_STILLBORN, REMEDY_RETIRE);
    one = claimed_with_session();
    one.pickup = SEEN_UNKNOWN;
    expect_left(one);
    spawned_ago(&one, GRACE + 1);
    expect_of(one, HEAL_STILLBORN, REMEDY_RETIRE);
}

static void an_unrecorded_agent_is_recorded(void **state) {
    (void)state;
    expect_of(claimed_with_session(), HEAL_HIDDEN_RUNTIME, REMEDY_RECORD_PID);
    struct world_case one = claimed_with_session();
    one.runtime.agent = working().runtime.agent;
    one.process = SEEN_YES;
    expect_of(one, HEAL_HIDDEN_RUNTIME, REMEDY_RECORD_PID);
    one.ticket.status = TICKET_NEEDS_INPUT;
    expect_of(one, HEAL_HIDDEN_RUNTIME, REMEDY_RECORD_PID);
}

static void a_prompt_that_went_with_the_start_is_resolved_too(void **state) {
    (void)state;
    struct world_case one = claimed_with_session();
    one.message.id = 3;
    struct world world = world_of(&one, 1);
    struct heal_plan plan;
    heal_decide(&plan, &world);
    assert_int_equal(plan.count, 2);
    assert_int_equal(plan.repairs[0].remedy, REMEDY_RECORD_PID);
    assert_int_equal(plan.repairs[1].remedy, REMEDY_RESOLVE_SEND);
    assert_true(heal_still(&world, &one, &plan.repairs[1]));
    one.runtime = working().runtime;
    one.process = SEEN_YES;
    assert_false(heal_still(&world, &one, &plan.repairs[0]));
    assert_true(heal_still(&world, &one, &plan.repairs[1]));
    heal_plan_release(&plan);
}

static void an_unrecorded_agent_that_died_is_retired(void **state) {
    (void)state;
    struct world_case one = claimed_with_session();
    one.pane_dead = true;
    expect_of(one, HEAL_WORKER_DIED, REMEDY_RETIRE);
}

static void a_live_worker_behind_todo_is_adopted(void **state) {
    (void)state;
    struct world_case one = working();
    one.ticket.status = TICKET_TODO;
    one.ticket.run_id = NULL;
    one.runtime_is_tickets = false;
    expect_of(one, HEAL_HIDDEN_RUNTIME, REMEDY_ADOPT);
    one.run.ended_at = NOW - 10;
    one.run.outcome = (char[]){"failed"};
    expect_of(one, HEAL_HIDDEN_RUNTIME, REMEDY_ADOPT);
    one.ticket.status = TICKET_IN_PROGRESS;
    expect_of(one, HEAL_HIDDEN_RUNTIME, REMEDY_ADOPT);
}

static void what_an_operator_stopped_is_not_adopted(void **state) {
    (void)state;
    struct world_case one = working();
    one.ticket.status = TICKET_TODO;
    one.run.ended_at = NOW - 10;
    one.run.outcome = (char[]){"stopped"};
    expect_of(one, HEAL_ORPHAN, REMEDY_CLOSE);
}

static void a_ticket_of_another_live_worker_is_not_taken(void **state) {
    (void)state;
    struct world_case one = working();
    one.runtime_is_tickets = false;
    one.ticket.run_id = (char[]){OTHER_RUN};
    one.other_worker = SEEN_YES;
    expect_left(one);
    one.run.ended_at = NOW - 10;
    expect_of(one, HEAL_ORPHAN, REMEDY_CLOSE);
    one.other_worker = SEEN_UNKNOWN;
    expect_left(one);
    one.other_worker = SEEN_NO;
    one.run.ended_at = 0;
    expect_of(one, HEAL_HIDDEN_RUNTIME, REMEDY_ADOPT);
}

static void a_survivor_behind_todo_is_ended_first(void **state) {
    (void)state;
    struct world_case one = working();
    one.ticket.status = TICKET_TODO;
    one.session = SEEN_NO;
    one.session_ours = false;
    expect_of(one, HEAL_ORPHAN, REMEDY_CLOSE);
    one.session = SEEN_UNKNOWN;
    expect_left(one);
}

static void an_end_that_was_begun_is_finished(void **state) {
    (void)state;
    struct world_case one = working();
    one.kill_pending = true;
    expect_of(one, HEAL_WORKER_DIED, REMEDY_RETIRE);
    const enum ticket_status elsewhere[] = {TICKET_TODO, TICKET_BLOCKED, TICKET_IN_REVIEW, TICKET_NEEDS_INPUT};
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        one.ticket.status = elsewhere[i];
        expect_of(one, HEAL_ORPHAN, REMEDY_CLOSE);
    }
    one.ticket.status = TICKET_CANCELLED;
    expect_of(one, HEAL_FINISHED, REMEDY_CLOSE);
}

static void a_closed_ticket_needs_no_agent(void **state) {
    (void)state;
    expect_of(idle(TICKET_DONE), HEAL_FINISHED, REMEDY_CLOSE);
    expect_of(idle(TICKET_CANCELLED), HEAL_FINISHED, REMEDY_CLOSE);
    struct world_case one = working();
    one.ticket_exists = false;
    expect_of(one, HEAL_FINISHED, REMEDY_CLOSE);
    one = dead();
    one.ticket.status = TICKET_DONE;
    expect_of(one, HEAL_FINISHED, REMEDY_CLOSE);
}

static void rest_for(struct world_case *one, int64_t ms) {
    spawned_ago(one, ms + 2);
    turn_ago(one, ms + 1);
    one->runtime.idle_tick = TICK - ms;
    one->runtime.last_output_at = one->activity = NOW - ms;
}

static void an_idle_agent_expires(void **state) {
    (void)state;
    struct world_case one = idle(TICKET_IN_REVIEW);
    rest_for(&one, TTL);
    expect_left(one);
    rest_for(&one, TTL + 1);
    expect_of(one, HEAL_EXPIRED, REMEDY_CLOSE);
    one.activity = NOW - 1;
    expect_left(one);
    one.activity = 0;
    expect_of(one, HEAL_EXPIRED, REMEDY_CLOSE);
    one.ticket.status = TICKET_IN_PROGRESS;
    expect_of(one, HEAL_EXPIRED, REMEDY_RETIRE);
}

/* SPEC section 12. What waited for a pause and goes elsewhere by now keeps nobody. */
static void an_agent_that_waits_for_the_end_of_a_limit_is_kept(void **state) {
    (void)state;
    struct world_case one = idle(TICKET_IN_PROGRESS);
    rest_for(&one, TTL + 1);
    one.pausing = true;
    expect_left(one);
    one.ticket.status = TICKET_IN_REVIEW;
    expect_of(one, HEAL_EXPIRED, REMEDY_CLOSE);
}

/* It is never stalled, and only the limit of an agent at rest ends it. */
static void an_agent_that_waits_for_its_person_rests(void **state) {
    (void)state;
    const enum ticket_status waiting[] = {TICKET_NEEDS_INPUT, TICKET_IN_REVIEW, TICKET_BLOCKED, TICKET_INBOX};
    for (size_t i = 0; i < sizeof waiting / sizeof *waiting; i++) {
        struct world_case one = working();
        one.ticket.status = waiting[i];
        turn_ago(&one, TURN + 1);
        one.activity = NOW - TURN;
        expect_left(one);
        one.runtime.stall_tick = TICK - TURN / 2;
        one.runtime.last_output_at = one.activity;
        expect_left(one);
        rest_for(&one, TTL + 1);
        one.runtime.idle_tick = 0;
        expect_of(one, HEAL_EXPIRED, REMEDY_CLOSE);
    }
}

static struct world_case stalled(int64_t said_ago) {
    struct world_case one = working();
    spawned_ago(&one, TURN + 2);
    turn_ago(&one, TURN + 1);
    one.activity = one.runtime.last_output_at = NOW - STALL - 1;
    one.runtime.stall_tick = said_ago ? TICK - said_ago : 0;
    return one;
}

static void a_quiet_turn_is_said_then_ended(void **state) {
    (void)state;
    struct world_case one = stalled(0);
    one.activity = NOW - STALL;
    expect_left(one);
    expect_of(stalled(0), HEAL_STALLED, REMEDY_NOTE_STALL);
    expect_left(stalled(59999));
    expect_of(stalled(60000), HEAL_STALLED, REMEDY_RETIRE);
    one = stalled(60000);
    turn_ago(&one, TURN);
    expect_left(one);
    one = stalled(0);
    one.activity = 0;
    expect_of(one, HEAL_STALLED, REMEDY_NOTE_STALL);
}

/* The same machine with its clock an hour or years off the board's: tmux stamps by it, the rows by the board's. */
static void two_clocks_make_no_difference(void **state) {
    static const int64_t off[] = {3600000, -3600000, INT64_C(30) * 365 * 86400000, INT64_C(-30) * 365 * 86400000};

    (void)state;
    for (size_t i = 0; i < sizeof off / sizeof *off; i++) {
        struct world_case one = stalled(0);
        struct world world = world_of(&one, 1);

        world.ahead = off[i];
        one.activity = NOW + off[i] - STALL;
        expect_nothing(&world);
        one.activity--;
        expect(&world, HEAL_STALLED, REMEDY_NOTE_STALL);
        one.runtime.stall_tick = TICK - 59999;
        one.runtime.last_output_at = one.activity;
        expect_nothing(&world);
        one.runtime.stall_tick = TICK - 60000;
        expect(&world, HEAL_STALLED, REMEDY_RETIRE);
        one.activity = 0; /* then what the stall has noted tells */
        expect(&world, HEAL_STALLED, REMEDY_RETIRE);
        one = idle(TICKET_IN_REVIEW);
        rest_for(&one, TTL + 1);
        one.activity = NOW + off[i] - TTL;
        expect_nothing(&world);
        one.activity--;
        expect(&world, HEAL_EXPIRED, REMEDY_CLOSE);
        one.activity = 0; /* its row's stamps are the board's */
        expect(&world, HEAL_EXPIRED, REMEDY_CLOSE);
        one = working();
        one.ticket.status = TICKET_NEEDS_INPUT;
        rest_for(&one, TTL + 1);
        one.activity = 0; /* but what a stall has noted is tmux's */
        one.runtime.stall_tick = TICK - TTL;
        one.runtime.last_output_at = NOW + off[i] - TTL;
        expect_nothing(&world);
        one.runtime.last_output_at--;
        expect(&world, HEAL_EXPIRED, REMEDY_CLOSE);
    }
}

static void a_turn_that_draws_for_ever_is_ended(void **state) {
    (void)state;
    struct world_case one = stalled(0);
    one.activity = NOW - 1;
    turn_ago(&one, TURN + SECOND_LOOK);
    spawned_ago(&one, TURN + SECOND_LOOK + 1);
    expect_left(one);
    turn_ago(&one, TURN + SECOND_LOOK + 1);
    expect_of(one, HEAL_STALLED, REMEDY_RETIRE);
    one.ticket.status = TICKET_NEEDS_INPUT;
    expect_left(one);
}

static void a_ticket_has_so_much_time(void **state) {
    (void)state;
    struct world_case one = working();
    struct world world = world_of(&one, 1);
    world.max_runtime_ms = 10000;
    one.ticket.worked_ms = 6000;
    expect_nothing(&world);
    one.ticket.worked_ms = 6001;
    expect(&world, HEAL_OVERTIME, REMEDY_PARK);
    one.ticket.status = TICKET_NEEDS_INPUT;
    expect_nothing(&world);
    one.ticket.status = TICKET_IN_PROGRESS;
    one.runtime.status = RUNTIME_IDLE;
    one.runtime.idle_tick = TICK - 1;
    expect_nothing(&world);
}

/* A limit of 0 is none. */
static void without_limits_nothing_ends(void **state) {
    (void)state;
    struct world_case one = idle(TICKET_IN_REVIEW);
    struct world world = world_of(&one, 1);
    rest_for(&one, TTL + 1);
    world.runtime_ttl_ms = 0;
    expect_nothing(&world);
    one = stalled(60000);
    expect(&world, HEAL_STALLED, REMEDY_RETIRE);
    world.turn_timeout_ms = 0;
    expect_nothing(&world);
    one = stalled(0);
    expect(&world, HEAL_STALLED, REMEDY_NOTE_STALL);
    world.stall_timeout_ms = 0;
    expect_nothing(&world);
    one.activity = NOW - 1; /* it draws for ever */
    spawned_ago(&one, TURN + SECOND_LOOK + 2);
    turn_ago(&one, TURN + SECOND_LOOK + 1);
    world.turn_timeout_ms = TURN;
    expect_nothing(&world);
    world.stall_timeout_ms = STALL;
    expect(&world, HEAL_STALLED, REMEDY_RETIRE);
    world.turn_timeout_ms = 0;
    expect_nothing(&world);
    one.ticket.worked_ms = INT64_C(1) << 40;
    expect_nothing(&world);
    world.max_runtime_ms = 1;
    expect(&world, HEAL_OVERTIME, REMEDY_PARK);
}

static void output_since_ends_the_stall(void **state) {
    (void)state;
    struct world_case one = stalled(60000);
    one.activity = NOW - 1;
    expect_left(one);
    /* Long ago by a clock that was set since: it is another output all the same. */
    one.activity = NOW - STALL - 5000;
    expect_of(one, HEAL_STALLED, REMEDY_NOTE_STALL);
    one.activity = NOW + TTL;
    expect_of(one, HEAL_STALLED, REMEDY_NOTE_STALL);
}

static void a_stall_of_the_turn_before_says_nothing_of_this_one(void **state) {
    (void)state;
    struct world_case one = stalled(TURN + 2);
    expect_of(one, HEAL_STALLED, REMEDY_NOTE_STALL);
}

static void a_short_patience_makes_a_short_second_look(void **state) {
    (void)state;
    struct world_case one = stalled(1000);
    struct world world = world_of(&one, 1);
    world.stall_timeout_ms = 1000;
    expect(&world, HEAL_STALLED, REMEDY_RETIRE);
    one.runtime.stall_tick++;
    expect_nothing(&world);
}

/* A year ahead, a year back, a suspend of five hours: the awake clock does not move. */
static void no_clock_that_is_set_ends_a_live_agent(void **state) {
    (void)state;
    const int64_t year = INT64_C(365) * 24 * 3600 * 1000;
    const int64_t jumps[] = {year, -year, 5 * 3600 * 1000, 1 - NOW};
    for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
        struct world_case cases[] = {working(), idle(TICKET_IN_REVIEW), claimed(), idle(TICKET_IN_PROGRESS),
                                     stalled(30000)};
        cases[2].pickup = SEEN_UNKNOWN;
        struct world world = world_of(cases, sizeof cases / sizeof *cases);
        world.now += jumps[i];
        expect_nothing(&world);
    }
}

/* After the clock was set back, what is quiet for good is still found. */
static void a_stamp_ahead_hides_no_stall(void **state) {
    (void)state;
    struct world_case one = stalled(0);
    one.activity = NOW + TTL;
    expect_of(one, HEAL_STALLED, REMEDY_NOTE_STALL);
    one.runtime.stall_tick = TICK - 60000;
    one.runtime.last_output_at = one.activity;
    expect_of(one, HEAL_STALLED, REMEDY_RETIRE);
    one = idle(TICKET_IN_REVIEW);
    rest_for(&one, TTL + 1);
    one.activity = NOW + TTL;
    expect_of(one, HEAL_EXPIRED, REMEDY_CLOSE);
}

static void a_row_without_a_reading_of_this_boot_gets_one(void **state) {
    (void)state;
    struct world_case cases[] = {stalled(60000), idle(TICKET_IN_REVIEW), claimed(), working()};
    rest_for(&cases[1], TTL + 1);
    cases[2].pickup = SEEN_UNKNOWN;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world_case one = cases[i];
        text_copy(one.runtime.tick_boot, sizeof one.runtime.tick_boot, OTHER_BOOT);
        expect_of(one, HEAL_UNTIMED, REMEDY_START_CLOCK);
        one = cases[i];
        one.runtime.spawned_tick = 0;
        expect_of(one, HEAL_UNTIMED, REMEDY_START_CLOCK);
    }
    struct world_case one = dead();
    one.runtime.spawned_tick = 0;
    expect_of(one, HEAL_WORKER_DIED, REMEDY_RETIRE);
}

/* Counted in another pid namespace: its number says nothing here. */
static void of_another_namespace_only_tmux_can_tell(void **state) {
    (void)state;
    const enum seen servers[] = {SEEN_YES, SEEN_NO, SEEN_UNKNOWN}, sessions[] = {SEEN_YES, SEEN_NO, SEEN_UNKNOWN};
    const enum seen processes[] = {SEEN_YES, SEEN_NO, SEEN_UNKNOWN};
    for (int i = 0; i < 3 * 3 * 3 * 2 * 2; i++) {
        struct world_case one = working();
        struct world world = world_of(&one, 1);
        one.elsewhere = true;
        world.server = servers[i % 3];
        one.session = sessions[i / 3 % 3];
        one.process = processes[i / 9 % 3];
        one.session_ours = i / 27 % 2 && one.session == SEEN_YES;
        one.pane_dead = i / 54 % 2 && one.session_ours;
        if (world.server == SEEN_YES && (one.pane_dead || (one.session != SEEN_UNKNOWN && !one.session_ours)))
            expect(&world, HEAL_WORKER_DIED, REMEDY_RETIRE);
        else if (world.server == SEEN_NO && one.pane_dead)
            continue; /* no server shows a pane */
        else
            expect_nothing(&world);
    }
    struct world_case hidden = working();
    hidden.elsewhere = true;
    hidden.process = SEEN_UNKNOWN;
    hidden.ticket.status = TICKET_TODO;
    expect_of(hidden, HEAL_HIDDEN_RUNTIME, REMEDY_ADOPT);
}

static struct world_case of_elsewhere(void) {
    struct world_case one = working();
    one.elsewhere = true;
    one.process = SEEN_UNKNOWN;
    one.session = SEEN_NO;
    one.session_ours = false;
    spawned_ago(&one, 2 * SECOND_LOOK);
    return one;
}

/* Its terminal is gone for certain: two looks a minute apart are enough, on a socket that all who share the board see.
 */
static void an_ended_namespace_is_believed_by_the_second_look(void **state) {
    (void)state;
    struct world_case one = of_elsewhere();
    struct world world = world_of(&one, 1);
    struct heal_plan plan;
    world.server = SEEN_NO;
    world.socket_beside = true;
    expect_nothing(&world);
    assert_non_null(strstr(heal_untold(&world, &one), "in a minute"));
    heal_decide(&plan, &world);
    assert_int_equal(plan.without_server, 1);
    assert_int_equal(plan.gone_elsewhere, 0);
    heal_plan_release(&plan);
    world.no_server_tick = TICK - SECOND_LOOK + 1;
    expect_nothing(&world);
    world.no_server_tick = TICK - SECOND_LOOK;
    expect(&world, HEAL_WORKER_DIED, REMEDY_RETIRE);
    assert_null(heal_untold(&world, &one));
    /* Started after the first look: there was a server then. */
    spawned_ago(&one, SECOND_LOOK - 1);
    expect_nothing(&world);
    heal_decide(&plan, &world);
    assert_true(plan.server_seen_since);
    heal_plan_release(&plan);
    one.runtime.spawned_tick = 0; /* no reading: the mark alone counts */
    one.runtime.tick_boot[0] = '\0';
    expect(&world, HEAL_WORKER_DIED, REMEDY_RETIRE);
    one = of_elsewhere();
    world.socket_beside = false;
    expect_nothing(&world);
    assert_non_null(strstr(heal_untold(&world, &one), "cancel"));
    world.socket_beside = true;
    world.server = SEEN_UNKNOWN;
    one.session = SEEN_UNKNOWN;
    expect_nothing(&world);
    assert_null(heal_untold(&world, &one)); /* a silent server is said by itself */
}

static void ended_namespaces_are_no_mass_death(void **state) {
    (void)state;
    struct world_case cases[] = {of_elsewhere(), of_elsewhere(), of_elsewhere(), of_elsewhere(), of_elsewhere()};
    struct world world = world_of(cases, 5);
    struct heal_plan plan;
    world.server = SEEN_NO;
    world.socket_beside = true;
    world.no_server_tick = TICK - SECOND_LOOK;
    heal_decide(&plan, &world);
    assert_false(plan.mass_death);
    assert_int_equal(plan.count, 5);
    assert_int_equal(plan.gone_elsewhere, 5);
    heal_plan_release(&plan);
}

/* Its pickup was killed between the two, or a hand has edited it: tmux tells, as without a record. */
static void a_pid_without_a_start_is_no_identity(void **state) {
    (void)state;
    struct world_case one = claimed_with_session();
    one.runtime.agent = (struct identity){.pid = 77};
    expect_of(one, HEAL_HIDDEN_RUNTIME, REMEDY_RECORD_PID);
    one = working();
    one.runtime.agent.start = 0;
    one.process = SEEN_UNKNOWN;
    expect_of(one, HEAL_HIDDEN_RUNTIME, REMEDY_RECORD_PID);
    one.session = SEEN_NO;
    one.session_ours = false;
    expect_of(one, HEAL_WORKER_DIED, REMEDY_RETIRE);
    struct world world = world_of(&one, 1);
    world.server = SEEN_NO;
    expect(&world, HEAL_WORKER_DIED, REMEDY_RETIRE);
}

static void what_lost_its_ticket_or_run_is_closed(void **state) {
    (void)state;
    struct world_case cases[] = {working(), dead(), claimed(), claimed_with_session(), idle(TICKET_IN_PROGRESS)};
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        struct world_case one = cases[i / 2];
        (i % 2 ? (one.ticket_exists = false) : (one.run_exists = false));
        expect_of(one, HEAL_FINISHED, REMEDY_CLOSE);
    }
}

static void a_ticket_that_nobody_works_is_released(void **state) {
    (void)state;
    const enum seen seen[] = {SEEN_YES, SEEN_NO, SEEN_UNKNOWN};
    for (int i = 0; i < 2 * 3 * 3; i++) {
        struct world_case one = without_row();
        if (i % 2)
            one.ticket.run_id = NULL;
        one.run = (struct run){0};
        one.run_exists = false;
        one.pickup = SEEN_UNKNOWN;
        one.session = seen[i / 2 % 3];
        struct world world = world_of(&one, 1);
        world.server = seen[i / 6 % 3];
        if (world.server == SEEN_UNKNOWN)
            expect_nothing(&world);
        else
            expect(&world, HEAL_ABANDONED_CLAIM, REMEDY_RELEASE);
    }
}

static void a_claim_whose_worker_lives_is_not_worked_again(void **state) {
    (void)state;
    struct world_case one = without_row();
    one.other_worker = SEEN_YES;
    expect_left(one);
    one.run_exists = false;
    expect_left(one);
    one.run_exists = true;
    one.other_worker = SEEN_UNKNOWN;
    expect_of(one, HEAL_ABANDONED_CLAIM, REMEDY_RELEASE);
    one.pickup = SEEN_UNKNOWN;
    expect_left(one);
}

static void a_repair_of_another_kind_is_not_still_called_for(void **state) {
    (void)state;
    struct world_case one = idle(TICKET_IN_PROGRESS);
    rest_for(&one, TTL + 1);
    struct world world = world_of(&one, 1);
    struct heal_plan plan;
    heal_decide(&plan, &world);
    assert_int_equal(plan.repairs[0].remedy, REMEDY_RETIRE);
    one.ticket.status = TICKET_IN_REVIEW;
    assert_false(heal_still(&world, &one, &plan.repairs[0]));
    heal_plan_release(&plan);
}

static void a_mass_death_does_not_hold_a_reboot_back(void **state) {
    (void)state;
    struct world_case cases[] = {dead(), dead(), dead(), dead(), dead(), dead()};
    cases[5].other_boot = true;
    struct world world = world_of(cases, 6);
    struct heal_plan plan;
    heal_decide(&plan, &world);
    assert_true(plan.mass_death);
    assert_int_equal(plan.count, 1);
    assert_int_equal(plan.repairs[0].index, 5);
    heal_plan_release(&plan);
}

static const char *reason_of(struct world_case *one) {
    struct world world = world_of(one, 1);
    struct heal_plan plan;
    heal_decide(&plan, &world);
    assert_int_equal(plan.count, 1);
    const char *reason = plan.repairs[0].reason;
    heal_plan_release(&plan);
    return reason;
}

/* What stands in the report must be what was seen. */
static void a_death_is_told_by_its_evidence(void **state) {
    (void)state;
    struct world_case one = dead();
    one.other_boot = true;
    assert_string_equal(reason_of(&one), "the machine was started again since");
    one.other_boot = false;
    assert_string_equal(reason_of(&one), "its agent has ended, the dead pane is kept");
    one.session = SEEN_NO;
    one.session_ours = one.pane_dead = false;
    assert_string_equal(reason_of(&one), "the recorded process is gone or another one");
    one.process = SEEN_UNKNOWN;
    assert_string_equal(reason_of(&one), "tmux has no such session of this run");
}

/* Behind a ticket that cannot adopt it no other rule has a say. */
static void a_declined_hidden_runtime_is_left_alone(void **state) {
    (void)state;
    struct world_case one = working();
    one.runtime_is_tickets = false;
    one.ticket.run_id = (char[]){OTHER_RUN};
    one.other_worker = SEEN_YES;
    one.message.id = 5;
    expect_left(one);
    one.message.id = 0;
    turn_ago(&one, TURN + 1);
    one.activity = NOW - STALL - 1;
    expect_left(one);
    one.runtime.status = RUNTIME_IDLE;
    rest_for(&one, TTL + 1);
    expect_left(one);
}

/* Rules that look alike: the one above decides. */
static void the_first_rule_that_holds_decides(void **state) {
    (void)state;
    struct world_case one = working();
    text_copy(one.runtime.agent.boot, sizeof one.runtime.agent.boot, OTHER_BOOT);
    one.other_boot = true;
    one.ticket.status = TICKET_DONE;
    expect_of(one, HEAL_WORKER_DIED, REMEDY_RETIRE); /* not closed: there is nothing left to close */
    one = claimed();
    one.spawn = EFFECT_DONE;
    one.runtime.tick_boot[0] = '\0';
    expect_of(one, HEAL_STILLBORN, REMEDY_RETIRE); /* no clock is begun for it */
    one = claimed_with_session();
    spawned_ago(&one, GRACE + 1);
    expect_of(one, HEAL_HIDDEN_RUNTIME, REMEDY_RECORD_PID); /* its ticket is ours, however old it is */
    one = working();
    one.ticket.status = TICKET_TODO;
    one.other_worker = SEEN_UNKNOWN; /* of no other run */
    expect_of(one, HEAL_HIDDEN_RUNTIME, REMEDY_ADOPT);
    one.kill_pending = true;
    one.runtime.tick_boot[0] = '\0';
    expect_of(one, HEAL_ORPHAN, REMEDY_CLOSE);
}

static struct world_case waits_for_clock(void) {
    struct world_case one = working();
    one.runtime.tick_boot[0] = '\0';
    return one;
}

/* Only deaths wait for a second look: what else is to be done is done at once. */
static void a_mass_death_holds_nothing_else_back(void **state) {
    (void)state;
    struct world_case others[16], ended = working(), old = claimed_with_session(), hidden = working(),
                                  unrecorded = claimed_with_session(), finished = working(), gone = working(),
                                  sent = working();
    size_t count = 0;
    ended.kill_pending = true;
    spawned_ago(&old, GRACE + 1);
    old.ticket.status = TICKET_TODO;
    hidden.ticket.status = TICKET_TODO;
    finished.ticket.status = TICKET_DONE;
    gone.run_exists = false;
    sent.message.id = 9;
    others[count++] = ended;
    others[count++] = old;
    others[count++] = hidden;
    others[count++] = unrecorded;
    others[count++] = finished;
    others[count++] = gone;
    others[count++] = sent;
    others[count++] = waits_for_clock();
    others[count++] = stalled(0);
    others[count++] = stalled(60000);
    for (size_t i = 0; i < count; i++) {
        struct world_case cases[] = {dead(), dead(), dead(), dead(), dead(), others[i]};
        struct world world = world_of(cases, 6);
        struct heal_plan plan;
        heal_decide(&plan, &world);
        assert_true(plan.mass_death);
        if (plan.count != 1 || plan.repairs[0].index != 5)
            fail_msg("%zu: %zu repairs", i, plan.count);
        heal_plan_release(&plan);
    }
}

static void without_cases_no_server_is_missed(void **state) {
    (void)state;
    struct world_case one = working();
    struct world world = world_of(&one, 0);
    struct heal_plan plan;
    world.server = SEEN_UNKNOWN;
    heal_decide(&plan, &world);
    assert_false(plan.server_unreachable);
    heal_plan_release(&plan);
    world.case_count = 1;
    heal_decide(&plan, &world);
    assert_true(plan.server_unreachable);
    heal_plan_release(&plan);
}

/* Of agents of another namespace: was one started since the server was missed first? */
static void what_was_started_since_had_a_server(void **state) {
    (void)state;
    struct world_case one = of_elsewhere();
    struct world world = world_of(&one, 1);
    struct heal_plan plan;
    world.server = SEEN_NO;
    world.no_server_tick = one.runtime.spawned_tick - 1;
    heal_decide(&plan, &world);
    assert_true(plan.server_seen_since);
    heal_plan_release(&plan);
    world.no_server_tick = one.runtime.spawned_tick;
    heal_decide(&plan, &world);
    assert_false(plan.server_seen_since);
    heal_plan_release(&plan);
    world.no_server_tick = 0;
    text_copy(one.runtime.tick_boot, sizeof one.runtime.tick_boot, OTHER_BOOT); /* no reading of this boot */
    heal_decide(&plan, &world);
    assert_false(plan.server_seen_since);
    heal_plan_release(&plan);
}

/* A stamp may lie a minute ahead and is now; further ahead it is no sign. */
static void a_minute_ahead_is_now(void **state) {
    (void)state;
    struct world_case one = stalled(0);
    one.activity = NOW + 60000;
    expect_left(one);
    one.activity = NOW + 60001;
    expect_of(one, HEAL_STALLED, REMEDY_NOTE_STALL);
    one.activity = 0;
    one.runtime.last_output_at = NOW - STALL;
    expect_left(one);
}

/* Its session is gone and its process lives: only what nobody else works is ended. */
static void a_survivor_of_another_run_is_ended_only_where_the_ticket_is_free(void **state) {
    (void)state;
    struct world_case one = working();
    one.runtime_is_tickets = false;
    one.ticket.run_id = (char[]){OTHER_RUN};
    one.session = SEEN_NO;
    one.session_ours = false;
    one.other_worker = SEEN_NO;
    expect_of(one, HEAL_ORPHAN, REMEDY_CLOSE);
    one.session = SEEN_YES; /* by now another's of that name */
    expect_of(one, HEAL_ORPHAN, REMEDY_CLOSE);
    one.session = SEEN_UNKNOWN;
    expect_left(one);
    one.session = SEEN_NO;
    one.other_worker = SEEN_YES;
    expect_left(one);
    one.run.ended_at = NOW - 1;
    expect_of(one, HEAL_ORPHAN, REMEDY_CLOSE);
}

static void nothing_stands_of_what_is_gone(void **state) {
    (void)state;
    struct world_case gone = {0};
    struct world world = world_of(&gone, 1);
    expect_nothing(&world);
    assert_string_equal(heal_left_because(&world, &gone), "the ticket is not in progress");
    assert_null(heal_untold(&world, &gone));
    assert_false(seen_ticket_stale(&gone));
    assert_false(seen_ticket_ours(&gone));
    assert_false(seen_ticket_waits(&gone));
    assert_true(seen_ticket_closed(&gone));
    heal_plan_release(NULL);
}

static void a_boot_that_is_not_known_is_no_other_one(void **state) {
    (void)state;
    struct world_case one = claimed();
    struct world world = world_of(&one, 1);
    one.run.pickup.boot[0] = '\0';
    assert_false(seen_other_boot(&world, &one));
    text_copy(one.run.pickup.boot, sizeof one.run.pickup.boot, OTHER_BOOT);
    assert_true(seen_other_boot(&world, &one));
    world.boot_id[0] = '\0';
    assert_false(seen_other_boot(&world, &one));
}

static void a_send_whose_pickup_died_is_resolved(void **state) {
    (void)state;
    struct world_case one = working();
    one.message.id = 9;
    expect_of(one, HEAL_INTERRUPTED_SEND, REMEDY_RESOLVE_SEND);
    one.pickup = SEEN_UNKNOWN;
    expect_left(one);
    one.runtime.spawned_tick = TICK - GRACE * 2;
    one.runtime.turn_started_tick = TICK - GRACE;
    expect_left(one);
    one.runtime.turn_started_tick = TICK - GRACE - 1;
    expect_of(one, HEAL_INTERRUPTED_SEND, REMEDY_RESOLVE_SEND);
    one.pickup = SEEN_YES;
    expect_left(one);
    one = dead();
    one.message.id = 9;
    expect_of(one, HEAL_WORKER_DIED, REMEDY_RETIRE);
}

/* Of another pid namespace: as long as it may wait for an endpoint, and never only a moment, it is let be. */
static void a_pickup_that_is_never_seen_has_its_time(void **state) {
    (void)state;
    struct world_case one = working();
    struct world world = world_of(&one, 1);
    one.message.id = 9;
    one.pickup = SEEN_UNKNOWN;
    one.runtime.spawned_tick = TICK - GRACE * 2;
    one.runtime.turn_started_tick = TICK - GRACE - 100;
    world.send_timeout_ms = 100;
    assert_true(heal_leaves(heal_rule_of(&(struct heal_view){&world, &one, seen_life(&world, &one)})));
    world.send_timeout_ms = 99;
    assert_false(heal_leaves(heal_rule_of(&(struct heal_view){&world, &one, seen_life(&world, &one)})));
    world.send_timeout_ms = world.newborn_grace_ms = 0;
    one.runtime.turn_started_tick = TICK - SECOND_LOOK;
    assert_true(heal_leaves(heal_rule_of(&(struct heal_view){&world, &one, seen_life(&world, &one)})));
    one.runtime.turn_started_tick = TICK - SECOND_LOOK - 1;
    assert_false(heal_leaves(heal_rule_of(&(struct heal_view){&world, &one, seen_life(&world, &one)})));
}

static struct world_session tagged(void) {
    struct world_session session = {.name = "mc-MC-4629",
                                    .pane_id = "%4",
                                    .run_tag = RUN,
                                    .ticket_tag = "MC-4629",
                                    .ticket_id = 4629,
                                    .agent = {.pid = 88, .start = 8},
                                    .run = {.run_id = RUN},
                                    .run_exists = true};
    return session;
}

static void expect_session(struct world_session session, int count, enum heal_rule rule, enum remedy remedy) {
    struct world world = world_of(NULL, 0);
    world.sessions = &session;
    world.session_count = 1;
    if (count)
        expect(&world, rule, remedy);
    else
        expect_nothing(&world);
}

static void a_lost_row_is_made_again(void **state) {
    (void)state;
    struct world_session session = tagged();
    session.run_is_tickets = true;
    expect_session(session, 1, HEAL_LOST_ROW, REMEDY_REBUILD);
    session.run_exists = false; /* perhaps another board's */
    expect_session(session, 0, HEAL_RULE_COUNT, REMEDY_COUNT);
    session.run_exists = true;
    session.row_taken = true;
    expect_session(session, 0, HEAL_RULE_COUNT, REMEDY_COUNT);
    session.row_taken = false;
    session.run.ended_at = NOW;
    session.run.outcome = (char[]){"stopped"};
    expect_session(session, 0, HEAL_RULE_COUNT, REMEDY_COUNT);
}

/* By the hand that took its row away its ticket may be anything. */
static void so_is_that_of_a_run_that_goes_on(void **state) {
    (void)state;
    struct world_session session = tagged();
    expect_session(session, 1, HEAL_LOST_ROW, REMEDY_REBUILD);
    session.elsewhere = true;
    expect_session(session, 0, HEAL_RULE_COUNT, REMEDY_COUNT);
    session.elsewhere = false;
    session.row_closed_at = NOW - 1;
    expect_session(session, 0, HEAL_RULE_COUNT, REMEDY_COUNT);
    session.row_closed_at = NOW - LINGER;
    expect_session(session, 1, HEAL_ORPHAN, REMEDY_CLOSE_SESSION);
}

static void an_orphan_is_closed_after_its_linger(void **state) {
    (void)state;
    struct world_session session = tagged();
    session.run.ended_at = NOW - LINGER + 1;
    expect_session(session, 0, HEAL_RULE_COUNT, REMEDY_COUNT);
    session.run.ended_at = NOW - LINGER;
    expect_session(session, 1, HEAL_ORPHAN, REMEDY_CLOSE_SESSION);
    session.row_closed_at = NOW - 1;
    expect_session(session, 0, HEAL_RULE_COUNT, REMEDY_COUNT);
    session.row_closed_at = NOW + LINGER;
    expect_session(session, 0, HEAL_RULE_COUNT, REMEDY_COUNT);
    session.row_closed_at = NOW + LINGER + 1;
    expect_session(session, 1, HEAL_ORPHAN, REMEDY_CLOSE_SESSION);
    session.row_closed_at = session.run.ended_at;
    session.run_exists = false;
    expect_session(session, 0, HEAL_RULE_COUNT, REMEDY_COUNT);
}

static void what_a_host_was_given_up_with_waits_for_nobody(void **state) {
    (void)state;
    struct world_session session = tagged();
    struct world world = world_of(NULL, 0);
    session.run.ended_at = NOW - 1;
    session.run.outcome = (char[]){"host_lost"};
    expect_session(session, 1, HEAL_ORPHAN, REMEDY_CLOSE_SESSION);
    session.run.outcome = (char[]){"delivered"};
    expect_session(session, 0, HEAL_RULE_COUNT, REMEDY_COUNT);
    world.back = true;
    world.sessions = &session;
    world.session_count = 1;
    expect(&world, HEAL_ORPHAN, REMEDY_CLOSE_SESSION);
    session.run.ended_at = 0; /* it has not ended */
    expect(&world, HEAL_LOST_ROW, REMEDY_REBUILD);
}

static void every_rule_and_remedy_has_a_name(void **state) {
    (void)state;
    for (int i = 0; i < HEAL_RULE_COUNT; i++)
        assert_true(strlen(heal_rule_name((enum heal_rule)i)) > 0);
    for (int i = 0; i < REMEDY_COUNT; i++)
        assert_true(strlen(remedy_name((enum remedy)i)) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_world_has_an_empty_plan),
        cmocka_unit_test(a_working_agent_is_left_alone),
        cmocka_unit_test(a_survivor_without_its_session_is_left_at_work),
        cmocka_unit_test(a_live_pickup_is_not_disturbed),
        cmocka_unit_test(a_dead_agent_is_retired),
        cmocka_unit_test(a_process_that_cannot_be_told_is_dead_only_without_a_session),
        cmocka_unit_test(a_live_pane_does_not_raise_the_dead),
        cmocka_unit_test(another_runs_session_does_not_stand_for_ours),
        cmocka_unit_test(a_dead_agent_behind_a_waiting_ticket_is_retired),
        cmocka_unit_test(a_silent_server_proves_nothing),
        cmocka_unit_test(another_boot_is_death_even_with_a_silent_server),
        cmocka_unit_test(a_claim_of_another_boot_is_released),
        cmocka_unit_test(a_reboot_heals_all_in_one_pass),
        cmocka_unit_test(a_mass_death_is_held_back_once),
        cmocka_unit_test(an_ended_namespace_is_believed_by_the_second_look),
        cmocka_unit_test(ended_namespaces_are_no_mass_death),
        cmocka_unit_test(half_of_them_or_four_are_no_mass_death),
        cmocka_unit_test(a_claim_whose_pickup_died_is_released),
        cmocka_unit_test(a_claim_is_never_judged_by_its_age),
        cmocka_unit_test(a_claim_whose_session_lives_waits_for_its_row),
        cmocka_unit_test(a_start_that_left_nothing_is_stillborn),
        cmocka_unit_test(an_unrecorded_agent_past_the_grace_is_stillborn),
        cmocka_unit_test(an_unrecorded_agent_is_recorded),
        cmocka_unit_test(a_prompt_that_went_with_the_start_is_resolved_too),
        cmocka_unit_test(an_unrecorded_agent_that_died_is_retired),
        cmocka_unit_test(a_live_worker_behind_todo_is_adopted),
        cmocka_unit_test(what_an_operator_stopped_is_not_adopted),
        cmocka_unit_test(a_ticket_of_another_live_worker_is_not_taken),
        cmocka_unit_test(a_survivor_behind_todo_is_ended_first),
        cmocka_unit_test(an_end_that_was_begun_is_finished),
        cmocka_unit_test(a_closed_ticket_needs_no_agent),
        cmocka_unit_test(an_idle_agent_expires),
        cmocka_unit_test(an_agent_that_waits_for_the_end_of_a_limit_is_kept),
        cmocka_unit_test(an_agent_that_waits_for_its_person_rests),
        cmocka_unit_test(a_turn_that_draws_for_ever_is_ended),
        cmocka_unit_test(a_ticket_has_so_much_time),
        cmocka_unit_test(a_quiet_turn_is_said_then_ended),
        cmocka_unit_test(two_clocks_make_no_difference),
        cmocka_unit_test(output_since_ends_the_stall),
        cmocka_unit_test(without_limits_nothing_ends),
        cmocka_unit_test(the_first_rule_that_holds_decides),
        cmocka_unit_test(a_mass_death_holds_nothing_else_back),
        cmocka_unit_test(without_cases_no_server_is_missed),
        cmocka_unit_test(what_was_started_since_had_a_server),
        cmocka_unit_test(a_minute_ahead_is_now),
        cmocka_unit_test(a_survivor_of_another_run_is_ended_only_where_the_ticket_is_free),
        cmocka_unit_test(nothing_stands_of_what_is_gone),
        cmocka_unit_test(a_boot_that_is_not_known_is_no_other_one),
        cmocka_unit_test(a_stall_of_the_turn_before_says_nothing_of_this_one),
        cmocka_unit_test(a_short_patience_makes_a_short_second_look),
        cmocka_unit_test(no_clock_that_is_set_ends_a_live_agent),
        cmocka_unit_test(a_stamp_ahead_hides_no_stall),
        cmocka_unit_test(a_row_without_a_reading_of_this_boot_gets_one),
        cmocka_unit_test(of_another_namespace_only_tmux_can_tell),
        cmocka_unit_test(a_pid_without_a_start_is_no_identity),
        cmocka_unit_test(what_lost_its_ticket_or_run_is_closed),
        cmocka_unit_test(a_ticket_that_nobody_works_is_released),
        cmocka_unit_test(a_claim_whose_worker_lives_is_not_worked_again),
        cmocka_unit_test(a_repair_of_another_kind_is_not_still_called_for),
        cmocka_unit_test(a_mass_death_does_not_hold_a_reboot_back),
        cmocka_unit_test(a_death_is_told_by_its_evidence),
        cmocka_unit_test(a_declined_hidden_runtime_is_left_alone),
        cmocka_unit_test(a_send_whose_pickup_died_is_resolved),
        cmocka_unit_test(a_pickup_that_is_never_seen_has_its_time),
        cmocka_unit_test(a_lost_row_is_made_again),
        cmocka_unit_test(so_is_that_of_a_run_that_goes_on),
        cmocka_unit_test(an_orphan_is_closed_after_its_linger),
        cmocka_unit_test(what_a_host_was_given_up_with_waits_for_nobody),
        cmocka_unit_test(every_rule_and_remedy_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
