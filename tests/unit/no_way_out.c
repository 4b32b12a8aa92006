/* States with no way out: every combination of what the planner looks at is put through it, each repair's result again,
 * whatever it comes to, until the case comes to rest: in few steps, and never twice the same repair. Where it rests is
 * a line of heal/who_moves_next.txt, which says who moves it from there; that each of them can is looked at, too. */
#include "heal_model.h"
#include "moves_next.h"

#include "base/text.h"
#include "rules/heal.h"
#include "rules/moves.h"
#include "rules/next.h"

#include <stdio.h>
#include <string.h>

#define BOOT "11111111-1111-1111-1111-111111111111"
#define OTHER_BOOT "22222222-2222-2222-2222-222222222222"

enum { NOW = 900000000, TICK = 800000000, GRACE = 300000, TTL = 3600000, STALL = 600000, TURN = 1800000 };
enum { YOUNG = 1000, OLD = TTL + TURN, MOST = 5 };

static char run_id[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", other_run_id[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
static const enum seen seen[] = {SEEN_YES, SEEN_NO, SEEN_UNKNOWN};
static struct moves_next table;
static int states, longest;

/* All combinations, each once: a pass takes its choices one after the other, and the next pass the last of them anew.
 */
enum { CHOICES = 64 };
static unsigned chosen[CHOICES], of[CHOICES];
static size_t known, at;

static unsigned take(unsigned choices) {
    assert_true(at < CHOICES);
    if (at == known) {
        chosen[at] = 0;
        of[at] = choices;
        known++;
    }
    return chosen[at++];
}

static bool another(void) {
    for (known = at, at = 0; known && ++chosen[known - 1] == of[known - 1];)
        known--;
    return known > 0;
}

static struct world any_world(void) {
    struct world world = {.now = NOW,
                          .tick = TICK,
                          .newborn_grace_ms = GRACE,
                          .runtime_ttl_ms = TTL,
                          .stall_timeout_ms = STALL,
                          .turn_timeout_ms = TURN,
                          .max_runtime_ms = 24 * TTL,
                          .server = seen[take(3)]};
    text_copy(world.boot_id, sizeof world.boot_id, BOOT);
    world.socket_beside = take(2);
    world.no_server_tick = world.socket_beside ? TICK - OLD : 0;
    return world;
}

static void any_ticket(struct world_case *one) {
    char *const runs[] = {NULL, run_id, other_run_id};
    unsigned status = take(TICKET_STATUS_COUNT + 1);
    one->ticket_exists = status < TICKET_STATUS_COUNT;
    one->ticket.id = 1;
    one->ticket.status = one->ticket_exists ? (enum ticket_status)status : TICKET_TODO;
    one->ticket.run_id = one->ticket_exists ? runs[take(3)] : NULL;
    one->other_worker = SEEN_NO;
}

/* None, open, ended, and stopped by an operator. */
static void any_run(struct world_case *one) {
    unsigned kind = take(4);
    one->run_exists = kind > 0;
    one->run = (struct run){.attempt = 1, .started_at = NOW - OLD, .ended_at = kind > 1 ? NOW - YOUNG : 0};
    text_copy(one->run.run_id, sizeof one->run.run_id, run_id);
    text_copy(one->run.pickup.boot, sizeof one->run.pickup.boot, BOOT);
    if (kind > 1)
        one->run.outcome = (char *)(uintptr_t)run_outcome_name(kind == 2 ? RUN_FAILED : RUN_STOPPED);
    one->pickup = one->run_exists ? seen[take(3)] : SEEN_UNKNOWN;
}

/* No pid, a whole identity alive, dead or untold, one of another namespace, and one of another boot. */
static void any_agent(struct world_case *one) {
    unsigned kind = take(6);
    one->process = kind == 1 ? SEEN_YES : kind == 2 || kind == 5 ? SEEN_NO : SEEN_UNKNOWN;
    one->elsewhere = kind == 4;
    one->other_boot = kind == 5;
    if (!kind)
        return;
    one->runtime.agent = (struct identity){.pid = 77, .start = 7};
    text_copy(one->runtime.agent.boot, sizeof one->runtime.agent.boot, kind == 5 ? OTHER_BOOT : BOOT);
}

/* Young, old, and without a reading of this boot's clock. */
static void any_age(struct world_case *one) {
    unsigned kind = take(3);
    int64_t age = kind ? OLD : YOUNG;
    one->activity = NOW - age;
    one->runtime.spawned_at = one->runtime.turn_started_at = NOW - age;
    if (kind == 2)
        return;
    text_copy(one->runtime.tick_boot, sizeof one->runtime.tick_boot, BOOT);
    one->runtime.spawned_tick = one->runtime.turn_started_tick = one->runtime.idle_tick = TICK - age;
}

static void any_runtime(struct world_case *one) {
    one->runtime = (struct runtime){.run_id = run_id, .status = (enum runtime_status)take(RUNTIME_DEAD)};
    any_agent(one);
    any_age(one);
    one->runtime_is_tickets = one->ticket.run_id == run_id;
    one->message.id = take(2) ? 5 : 0;
    one->kill_pending = take(2);
}

/* False: there is no such combination. */
static bool make(struct world *world, struct world_case *one) {
    *one = (struct world_case){0};
    *world = any_world();
    model_session(one, (int)take(HEAL_SESSIONS));
    if ((world->server != SEEN_YES && one->session == SEEN_YES) ||
        (world->server == SEEN_NO && one->session == SEEN_UNKNOWN))
        return false;
    any_ticket(one);
    one->runtime_exists = take(2);
    if (!one->runtime_exists && (!one->ticket_exists || one->ticket.status != TICKET_IN_PROGRESS))
        return false;
    any_run(one);
    if (one->runtime_exists)
        any_runtime(one);
    if (one->ticket.run_id == other_run_id || (!one->runtime_exists && one->ticket.run_id))
        one->other_worker = seen[take(3)];
    if (one->runtime_exists && one->runtime.status == RUNTIME_SPAWNING && !one->runtime.agent.pid) {
        unsigned spawn = take(3);
        one->spawn_recorded = spawn > 0;
        one->spawn = spawn == 2 ? EFFECT_DONE : EFFECT_INTENT;
    }
    return true;
}

static void tell(const struct world *world, const struct world_case *one, const char *what) {
    const char *reason = heal_left_because(world, one);
    fail_msg(
        "%s: ticket %s of %s, runtime %s of %s, pickup %d process %d elsewhere %d session %d ours %d server %d: %s",
        what, one->ticket_exists ? ticket_status_name(one->ticket.status) : "missing",
        one->ticket.run_id ? one->ticket.run_id : "none",
        one->runtime_exists ? runtime_status_name(one->runtime.status) : "none", run_id, one->pickup, one->process,
        one->elsewhere, one->session, one->session_ours, world->server, reason ? reason : "it is to be repaired");
}

static bool has_ways(enum remedy remedy) {
    return remedy == REMEDY_RETIRE || remedy == REMEDY_RELEASE || remedy == REMEDY_RESOLVE_SEND;
}

/* Carries the plan out until it is empty. */
static void come_to_rest(const struct world *world, struct world_case *one) {
    unsigned done = 0;
    for (int step = 0; !model_is_over(one); step++) {
        struct heal_plan plan;
        struct world now = *world;
        now.cases = one;
        now.case_count = 1;
        heal_decide(&plan, &now);
        size_t count = plan.count;
        if (count && step == MOST)
            tell(world, one, "it does not come to rest");
        for (size_t i = 0; i < count; i++) {
            enum remedy remedy = plan.repairs[i].remedy;
            if (done & 1U << remedy)
                tell(world, one, "it is repaired in a circle");
            done |= 1U << remedy;
            model_apply(world, one, remedy, has_ways(remedy) ? (int)take(HEAL_WAYS) : 0);
        }
        heal_plan_release(&plan);
        longest = step > longest ? step : longest;
        if (!count)
            return;
    }
}

/* As the lines of the table call it. */
static const char *agent_of(const struct world *world, const struct world_case *one) {
    static const char *const words[] = {"starting", "resting", "working"};
    const char *why = heal_left_because(world, one);
    if (strcmp(why, "a live pickup is at work on it") == 0)
        return "attended";
    if (heal_untold(world, one) || world->server == SEEN_UNKNOWN)
        return "untold";
    if (!one->runtime_exists)
        return "lost";
    if (one->ticket.status == TICKET_TODO || (one->ticket.status == TICKET_IN_PROGRESS && !one->runtime_is_tickets))
        return "another's";
    return words[one->runtime.status];
}

/* Something outside is not as it will be in the end: a look that gave nothing, a process that may end, a session whose
 * row is to be made again. */
static bool waits_for_outside(const struct world *world, const struct world_case *one) {
    return world->server == SEEN_UNKNOWN || one->elsewhere || one->pickup == SEEN_YES || one->process == SEEN_UNKNOWN ||
           one->session == SEEN_UNKNOWN || one->other_worker != SEEN_NO || (!one->runtime_exists && one->session_ours);
}

/* Time alone ends it, in few pickups: its agent is gone, or its ticket has moved. */
static bool time_ends(const struct world *world, const struct world_case *one) {
    struct world later = *world;
    struct world_case then = *one;
    for (int i = 0; i < MOST && !model_is_over(&then); i++) {
        struct heal_plan plan;
        later.now += OLD;
        later.tick += OLD;
        later.cases = &then;
        later.case_count = 1;
        heal_decide(&plan, &later);
        for (size_t k = 0; k < plan.count; k++)
            model_apply(&later, &then, plan.repairs[k].remedy, 0);
        heal_plan_release(&plan);
    }
    return model_is_over(&then) || then.ticket.status != one->ticket.status;
}

static bool agent_can(const struct world_case *one) {
    struct signal_facts facts = {.status = one->ticket.status, .turn_active = true, .run_matches = true};
    return signal_judge(&facts) == SIGNAL_APPLY;
}

/* One whose ticket is another run's has nothing to do with that one's any more. */
static bool is_all_over(const struct world_case *one) {
    return model_is_over(one) && one->ticket.status == TICKET_IN_PROGRESS;
}

static void check_rest(const struct world *world, const struct world_case *one, bool ticket) {
    const char *status = ticket ? ticket_status_name(one->ticket.status) : "missing";
    const char *agent = model_is_over(one) ? "none" : agent_of(world, one);
    struct moves_row *row = moves_next_find(&table, status, agent);
    if (!row) {
        tell(world, one, "no line says who moves it");
        return;
    }
    row->met++;
    if (row->by[MOVER_CLOCK] && !time_ends(world, one))
        tell(world, one, "no time ends it");
    if (row->by[MOVER_OUTSIDE] && !waits_for_outside(world, one))
        tell(world, one, "all is known of it, and it is left");
    if (row->by[MOVER_AGENT] && !agent_can(one))
        tell(world, one, "its agent's word does not move it");
}

static void every_state_comes_to_rest_where_somebody_moves_it(void **state) {
    (void)state;
    do {
        struct world world;
        struct world_case one;
        if (!make(&world, &one))
            continue;
        bool ticket = one.ticket_exists;
        come_to_rest(&world, &one);
        if (!is_all_over(&one) && (ticket || !model_is_over(&one)))
            check_rest(&world, &one, ticket);
        states++;
    } while (another());
    print_message("# %d states, at rest after at most %d steps\n", states, longest);
    for (size_t i = 0; i < table.count; i++)
        if (!table.rows[i].met && strcmp(table.rows[i].agent, "none") != 0)
            fail_msg("nothing comes to rest there: %s, agent %s", table.rows[i].ticket, table.rows[i].agent);
}

/* What an agent does between claim and review is a step as any other. */
static unsigned steps_from(enum ticket_status from) {
    unsigned to = 0;
    for (int move = 0; move < MOVE_COUNT; move++)
        if (move_judge((enum move)move, from) == MOVE_GO)
            to |= 1U << move_target((enum move)move);
    if (from == TICKET_TODO)
        to |= 1U << TICKET_IN_PROGRESS;
    for (int word = 0; from == TICKET_IN_PROGRESS && word < SIGNAL_WORD_COUNT; word++)
        to |= 1U << signal_target((enum signal_word)word, false);
    return to;
}

static void every_ticket_can_be_done_and_given_up(void **state) {
    (void)state;
    for (int from = 0; from < TICKET_STATUS_COUNT; from++) {
        unsigned reached = 1U << from;
        for (int step = 0; step < TICKET_STATUS_COUNT; step++)
            for (int at_status = 0; at_status < TICKET_STATUS_COUNT; at_status++)
                if (reached & 1U << at_status)
                    reached |= steps_from((enum ticket_status)at_status);
        assert_true(reached & 1U << TICKET_DONE);
        assert_true(reached & 1U << TICKET_CANCELLED);
        if (from != TICKET_DONE && from != TICKET_CANCELLED) /* at once */
            assert_true(steps_from((enum ticket_status)from) & 1U << TICKET_CANCELLED);
    }
}

static bool has_word(const char *list, const char *word) {
    size_t n = strlen(word);
    for (const char *at_word = list; (at_word = strstr(at_word, word)); at_word += n)
        if ((at_word == list || at_word[-1] == ' ') && (at_word[n] == '\0' || at_word[n] == ','))
            return true;
    return false;
}

/* A line names all moves that its status has, and no other; nobody else takes a ticket on that has no agent. */
static void check_line(const struct moves_row *row) {
    int status = ticket_status_from(row->ticket);
    if (status < 0)
        return;
    for (int move = 0; row->by[MOVER_PERSON] && move < MOVE_COUNT; move++)
        if (has_word(row->by[MOVER_PERSON], move_name((enum move)move)) !=
            (move_judge((enum move)move, (enum ticket_status)status) == MOVE_GO))
            fail_msg("%s, agent %s: %s", row->ticket, row->agent, move_name((enum move)move));
    if (strcmp(row->agent, "none") == 0) {
        assert_non_null(row->by[MOVER_PERSON]);
        assert_null(row->by[MOVER_CLOCK]);
        assert_int_equal(row->by[MOVER_PICKUP] != NULL, status == TICKET_TODO);
    }
}

static void the_lines_are_what_the_commands_do(void **state) {
    (void)state;
    for (size_t i = 0; i < table.count; i++)
        check_line(&table.rows[i]);
    for (int status = 0; status < TICKET_STATUS_COUNT; status++)
        if (status != TICKET_IN_PROGRESS)
            assert_non_null(moves_next_find(&table, ticket_status_name((enum ticket_status)status), "none"));
}

/* What mc-ticket show says is next names a command that goes from there, where none but a person moves it. */
static void what_is_said_is_next_goes(void **state) {
    (void)state;
    for (int status = 0; status < TICKET_STATUS_COUNT; status++) {
        struct text words = {0};
        bool named = false;
        if (status == TICKET_TODO || status == TICKET_IN_PROGRESS)
            continue;
        next_words(&words,
                   &(struct next_facts){.key = "MC-1", .program = "mc-ticket", .status = (enum ticket_status)status});
        for (int move = 0; move < MOVE_COUNT; move++) {
            char command[64];
            snprintf(command, sizeof command, "mc-ticket %s MC-1", move_name((enum move)move));
            bool said = strstr(text_str(&words), command) != NULL;
            if (said && move_judge((enum move)move, (enum ticket_status)status) != MOVE_GO)
                fail_msg("%s: %s", ticket_status_name((enum ticket_status)status), text_str(&words));
            named = named || said;
        }
        assert_true(named);
        text_release(&words);
    }
}

int main(void) {
    moves_next_read(&table);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_comes_to_rest_where_somebody_moves_it),
        cmocka_unit_test(every_ticket_can_be_done_and_given_up),
        cmocka_unit_test(the_lines_are_what_the_commands_do),
        cmocka_unit_test(what_is_said_is_next_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
