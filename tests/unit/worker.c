#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processes.h"
#include "run/site.h"
#include "run/worker.h"
#include "store/board.h"
#include "store/db.h"

static const struct site embedded;

static enum seen other(const struct ticket *ticket, const char *run_id, const struct identity *agent) {
    return worker_other(ticket, &(struct worker_beside){&embedded, run_id, agent});
}

static void lives_by_its_whole_identity(void **state) {
    struct world *world = *state;
    struct identity nobody = {0};
    struct ticket ticket = {.run_id = run_a};
    world->other = start(run_b, "exec sleep 1000");
    assert_int_equal(other(&ticket, run_b, &nobody), SEEN_NO); /* none is recorded */
    ticket.worker = identity_of(world->other);
    assert_int_equal(other(&ticket, run_b, &nobody), SEEN_YES);
    assert_int_equal(other(&ticket, run_a, &nobody), SEEN_NO); /* this run's own */
    ticket.worker.start--;                                     /* somebody's sleep has that number now */
    assert_int_equal(other(&ticket, run_b, &nobody), SEEN_NO);
    ticket.worker = identity_of(world->other);
    ticket.worker.boot[0] = ticket.worker.boot[0] == 'f' ? 'e' : 'f';
    assert_int_equal(other(&ticket, run_b, &nobody), SEEN_NO);
    ticket.run_id = NULL;
    ticket.worker = identity_of(world->other);
    assert_int_equal(other(&ticket, run_b, &nobody), SEEN_NO);
}

static void is_not_known_elsewhere(void **state) {
    struct world *world = *state;
    struct identity nobody = {0};
    struct ticket ticket = {.run_id = run_a};
    world->other = start(run_b, "exec sleep 1000");
    ticket.worker = identity_of(world->other);
    ticket.worker.ns++;
    assert_int_equal(other(&ticket, run_b, &nobody), SEEN_UNKNOWN);
    reap(&world->other);
    assert_int_equal(other(&ticket, run_b, &nobody), SEEN_UNKNOWN);
}

static void is_not_known_by_a_bare_number(void **state) {
    struct world *world = *state;
    struct identity nobody = {0};
    struct ticket ticket = {.run_id = run_a};
    world->other = start(run_b, "exec sleep 1000");
    ticket.worker.pid = world->other;
    assert_int_equal(other(&ticket, run_b, &nobody), SEEN_UNKNOWN);
    reap(&world->other);
    assert_int_equal(other(&ticket, run_b, &nobody), SEEN_NO);
}

static void is_no_other_than_the_agent(void **state) {
    struct world *world = *state;
    struct ticket ticket = {.run_id = run_a};
    struct identity agent;
    world->other = start(run_b, "exec sleep 1000");
    agent = ticket.worker = identity_of(world->other);
    assert_int_equal(other(&ticket, run_b, &agent), SEEN_NO);
    agent.start--; /* the same number in two lives is two processes */
    assert_int_equal(other(&ticket, run_b, &agent), SEEN_YES);
    agent = ticket.worker;
    agent.ns++;
    assert_int_equal(other(&ticket, run_b, &agent), SEEN_YES);
    agent = ticket.worker;
    ticket.worker = (struct identity){.pid = agent.pid}; /* written by an older version */
    assert_int_equal(other(&ticket, run_b, &agent), SEEN_NO);
}

/* The number, the boot and the namespace may be anybody's here. */
static void is_not_known_of_another_machine(void **state) {
    struct world *world = *state;
    struct board board = {.engine = NULL};
    const struct site site = {.board = &board, .config.host = (char[]){"here"}};
    struct identity nobody = {0};
    struct ticket ticket = {.run_id = run_a, .worker_host = (char[]){"there"}};
    const struct worker_beside beside = {&site, run_b, &nobody};
    world->other = start(run_b, "exec sleep 1000");
    ticket.worker = identity_of(world->other);
    assert_true(board_is_shared(&board));
    assert_int_equal(worker_other(&ticket, &beside), SEEN_UNKNOWN);
    reap(&world->other);
    assert_int_equal(worker_other(&ticket, &beside), SEEN_UNKNOWN);
    ticket.worker_host = (char[]){"here"};
    assert_int_equal(worker_other(&ticket, &beside), SEEN_NO);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    random_hex(run_a, RUN_ID_DIGITS);
    random_hex(run_b, RUN_ID_DIGITS);
    const struct CMUnitTest tests[] = {
        TEST(lives_by_its_whole_identity),   TEST(is_not_known_elsewhere),     TEST(is_not_known_of_another_machine),
        TEST(is_not_known_by_a_bare_number), TEST(is_no_other_than_the_agent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
