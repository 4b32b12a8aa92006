/* Every combination of rows and of what is seen outside: each is repaired, or left alone for a reason that names who
 * moves it next. A state that is left for ever by all is one without a way out. */
#include "heal_model.h"

#include "base/text.h"
#include "rules/heal.h"

#define BOOT "11111111-1111-1111-1111-111111111111"

enum { NOW = 900000000, TICK = 800000000, GRACE = 300000, TTL = 3600000, STALL = 600000, TURN = 1800000 };
enum { YOUNG = 1000, OLD = TTL + TURN };

static char run_id[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", other_run_id[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

/* What holds of a case that is left alone for this reason, so that somebody is there who moves it next. */
struct entry {
    const char *reason;
    const char *next;
    bool (*holds)(const struct world *world, const struct world_case *one);
    int left;
};

static bool has_pickup(const struct world *world, const struct world_case *one) {
    (void)world;
    return one->pickup == SEEN_YES;
}

static bool is_silent(const struct world *world, const struct world_case *one) {
    (void)one;
    return world->server == SEEN_UNKNOWN;
}

static bool has_no_server(const struct world *world, const struct world_case *one) {
    return one->elsewhere && world->server == SEEN_NO && world->socket_beside &&
           (world->no_server_tick == 0 || world->no_server_tick < one->runtime.spawned_tick);
}

static bool has_no_server_here(const struct world *world, const struct world_case *one) {
    return one->elsewhere && world->server == SEEN_NO && !world->socket_beside;
}

static bool is_untold(const struct world *world, const struct world_case *one) {
    bool no_server = one->elsewhere && world->server == SEEN_NO;
    return !no_server && (one->process == SEEN_UNKNOWN || one->session == SEEN_UNKNOWN);
}

static bool is_young(const struct world *world, const struct world_case *one) {
    return world->tick - one->runtime.spawned_tick <= GRACE;
}

static bool is_young_or_has_pickup(const struct world *world, const struct world_case *one) {
    return is_young(world, one) || has_pickup(world, one);
}

static bool has_unknown_rival(const struct world *world, const struct world_case *one) {
    (void)world;
    return one->other_worker == SEEN_UNKNOWN && one->ticket.run_id == other_run_id;
}

static bool has_rival_or_untold_session(const struct world *world, const struct world_case *one) {
    return has_unknown_rival(world, one) || (one->other_worker == SEEN_YES && one->ticket.run_id == other_run_id) ||
           one->session == SEEN_UNKNOWN;
}

static bool session_untold(const struct world *world, const struct world_case *one) {
    (void)world;
    return one->session == SEEN_UNKNOWN;
}

static bool session_lives(const struct world *world, const struct world_case *one) {
    (void)world;
    return one->session == SEEN_YES && one->session_ours && one->run_exists;
}

/* Nobody is waited for any more once it is old: the limits of turns and of rest have a say. */
static bool agrees(const struct world *world, const struct world_case *one) {
    bool alive = one->process == SEEN_YES || (one->session == SEEN_YES && one->session_ours);
    bool old = world->tick - one->runtime.spawned_tick == OLD;
    return alive && !old;
}

static bool has_worker(const struct world *world, const struct world_case *one) {
    (void)world;
    return one->other_worker == SEEN_YES;
}

static bool nobody_told(const struct world *world, const struct world_case *one) {
    (void)world;
    return one->other_worker == SEEN_UNKNOWN && one->pickup == SEEN_UNKNOWN;
}

static struct entry entries[] = {
    {"a live pickup is at work on it", "its pickup", has_pickup, 0},
    {"tmux does not answer, so nothing is known of it", "tmux, or whoever mends it: it is said", is_silent, 0},
    {"it is of another pid namespace, and no tmux server is there: if that is still so in a minute, it is retired",
     "a pickup a minute later: it is said", has_no_server, 0},
    {"it is of another pid namespace, and no tmux server answers here on the socket that is set; if that namespace is "
     "over, mc-ticket cancel the ticket or move it to todo",
     "its person: it is said", has_no_server_here, 0},
    {"it cannot be told whether its agent lives", "/proc, tmux, or its person: it is said", is_untold, 0},
    {"it is young and its pickup cannot be told", "the grace", is_young, 0},
    {"it cannot be told whether the ticket's other run has a live worker", "/proc, or a person: it is said",
     has_unknown_rival, 0},
    {"no recorded process to adopt", "its pickup, or the grace", is_young_or_has_pickup, 0},
    {"the ticket cannot adopt it", "the other run's end, or tmux", has_rival_or_untold_session, 0},
    {"rows and agent agree", "the agent, its person, or a limit", agrees, 0},
    {"the process recorded as its worker lives", "that process's end", has_worker, 0},
    {"neither its worker nor its pickup can be told", "the next boot, or a person's cancel: it is said", nobody_told,
     0},
    {"it cannot be told whether its session lives", "tmux", session_untold, 0},
    {"its session lives: the row is made again from it", "lost_row or orphan", session_lives, 0},
};
enum { ENTRIES = sizeof entries / sizeof *entries };

static void check(const struct world *world, const struct world_case *one) {
    const char *reason = heal_left_because(world, one);
    if (!reason)
        return;
    for (int i = 0; i < ENTRIES; i++)
        if (strcmp(reason, entries[i].reason) == 0) {
            entries[i].left++;
            bool said = strstr(entries[i].next, ": it is said") != NULL && entries[i].holds != is_silent;
            assert_int_equal(said, heal_untold(world, one) != NULL);
            if (entries[i].holds(world, one))
                return;
            fail_msg("%s (%s): ticket %s run %s runtime %s pickup %d process %d session %d ours %d server %d", reason,
                     entries[i].next, ticket_status_name(one->ticket.status), one->ticket.run_id,
                     one->runtime_exists ? runtime_status_name(one->runtime.status) : "none", one->pickup, one->process,
                     one->session, one->session_ours, world->server);
        }
    fail_msg("no entry for: %s", reason);
}

static const enum seen seen[] = {SEEN_YES, SEEN_NO, SEEN_UNKNOWN};

static struct world world_of(struct world_case *one) {
    struct world world = {.now = NOW,
                          .tick = TICK,
                          .newborn_grace_ms = GRACE,
                          .runtime_ttl_ms = TTL,
                          .stall_timeout_ms = STALL,
                          .turn_timeout_ms = TURN,
                          .cases = one,
                          .case_count = 1};
    text_copy(world.boot_id, sizeof world.boot_id, BOOT);
    return world;
}

static void walk_seen(struct world_case *one) {
    struct world world = world_of(one);
    for (int i = 0; i < 3 * 3 * 3 * 5 * 3 * 3; i++) {
        world.server = seen[i % 3];
        world.socket_beside = i / 405 < 2;
        world.no_server_tick = i / 405 ? TICK - OLD / 2 : 0;
        one->pickup = one->run_exists ? seen[i / 3 % 3] : SEEN_UNKNOWN;
        one->process = one->runtime.agent.start ? seen[i / 9 % 3] : SEEN_UNKNOWN;
        model_session(one, i / 27 % HEAL_SESSIONS);
        bool of_another = one->ticket.run_id == other_run_id || (!one->runtime_exists && one->ticket.run_id);
        one->other_worker = of_another ? seen[i / 135 % 3] : SEEN_NO;
        if (world.server != SEEN_YES && one->session == SEEN_YES)
            continue;
        if (world.server == SEEN_NO && one->session == SEEN_UNKNOWN)
            continue;
        check(&world, one);
    }
}

/* No pid, a number alone, a whole identity, one of another namespace; young and old; a message under way or not. */
static void walk_runtime(struct world_case *one) {
    for (int i = 0; one->runtime_exists && i < 4 * 2 * 2; i++) {
        int64_t age = i / 4 % 2 ? OLD : YOUNG;
        one->runtime.agent = (struct identity){.pid = i % 4 ? 77 : 0, .start = i % 4 > 1 ? 7 : 0};
        if (i % 4 > 1)
            text_copy(one->runtime.agent.boot, sizeof one->runtime.agent.boot, BOOT);
        one->elsewhere = i % 4 == 3;
        one->runtime.spawned_at = one->runtime.turn_started_at = one->activity = NOW - age;
        one->runtime.spawned_tick = one->runtime.turn_started_tick = one->runtime.idle_tick = TICK - age;
        one->message.id = i / 8 ? 5 : 0;
        walk_seen(one);
    }
    if (!one->runtime_exists)
        walk_seen(one);
}

/* None, open, and ended by each outcome. */
static void walk_run(struct world_case *one) {
    static char words[RUN_OUTCOME_COUNT][24];
    for (int i = -2; i < RUN_OUTCOME_COUNT; i++) {
        one->run_exists = i > -2;
        one->run = (struct run){.ended_at = i >= 0 ? NOW - 5 : 0};
        text_copy(one->run.run_id, sizeof one->run.run_id, run_id);
        text_copy(one->run.pickup.boot, sizeof one->run.pickup.boot, BOOT);
        if (i >= 0) {
            text_copy(words[i], sizeof words[i], run_outcome_name((enum run_outcome)i));
            one->run.outcome = words[i];
        }
        walk_runtime(one);
    }
}

static void every_state_has_a_way_out(void **state) {
    (void)state;
    char *const runs[] = {NULL, run_id, other_run_id};
    for (int ticket = 0; ticket <= TICKET_STATUS_COUNT; ticket++)
        for (int run = 0; run < 3; run++)
            for (int runtime = 0; runtime <= RUNTIME_DEAD; runtime++) {
                struct world_case one = {.ticket_exists = ticket < TICKET_STATUS_COUNT,
                                         .runtime_exists = runtime < RUNTIME_DEAD,
                                         .runtime = {.run_id = run_id, .status = (enum runtime_status)runtime}};
                if (!one.runtime_exists && (ticket != TICKET_IN_PROGRESS || runs[run] == other_run_id))
                    continue; /* no case */
                one.ticket.status = ticket < TICKET_STATUS_COUNT ? (enum ticket_status)ticket : TICKET_TODO;
                one.ticket.run_id = one.ticket_exists ? runs[run] : NULL;
                one.runtime_is_tickets = one.runtime_exists && one.ticket.run_id == run_id;
                text_copy(one.runtime.tick_boot, sizeof one.runtime.tick_boot, BOOT);
                walk_run(&one);
            }
    for (int i = 0; i < ENTRIES; i++)
        if (!entries[i].left)
            fail_msg("no case is left alone for: %s", entries[i].reason);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_state_has_a_way_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
