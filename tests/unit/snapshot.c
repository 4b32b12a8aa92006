#include "store_fixture.h"

#include "rules/heal.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/snapshot.h"

static int taken(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    return fixture_take(f, fixture_add(f, "a", PRIORITY_LOW, 1), RUN_A, true) ? 0 : 1;
}

static size_t cases(struct fixture *f, const char *host, struct world *world) {
    *world = (struct world){0};
    must(board_begin_read(f->board, &f->err));
    must(snapshot_cases(f->board, host, world, &f->err));
    must(board_commit(f->board, &f->err));
    return world->case_count;
}

static void test_whole_case(void **state) {
    struct fixture *f = *state;
    struct world world;
    must(effects_intend(f->board, &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_KILL, .now = 5}, &f->err));
    assert_int_equal(cases(f, "here", &world), 1);
    const struct world_case *one = &world.cases[0];
    assert_true(one->ticket_exists && one->run_exists && one->runtime_exists && one->runtime_is_tickets);
    assert_string_equal(one->ticket.title, "a");
    assert_int_equal(one->ticket.status, TICKET_IN_PROGRESS);
    assert_string_equal(one->run.run_id, RUN_A);
    assert_int_equal(one->run.pickup.pid, 100);
    assert_int_equal(one->run.pickup.start, 200);
    assert_string_equal(one->run.pickup.boot, "boot-1");
    assert_string_equal(one->runtime.session_key, "ticket:1:session");
    assert_int_equal(one->runtime.status, RUNTIME_SPAWNING);
    assert_int_equal(one->message.kind, MESSAGE_WORK);
    assert_string_equal(one->message.nonce, NONCE_A);
    assert_true(one->spawn_recorded);
    assert_int_equal(one->spawn, EFFECT_INTENT);
    assert_false(one->send_recorded);
    assert_true(one->kill_pending);
    assert_false(one->stall_said);
    world_release(&world);
}

static void test_results_of_effects(void **state) {
    struct fixture *f = *state;
    struct world world;
    bool changed = false;
    must(effects_result(f->board,
                        &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_SPAWN, .state = EFFECT_DONE, .now = 5},
                        &changed, &f->err));
    must(effects_intend(f->board, &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_KILL, .now = 5}, &f->err));
    must(effects_result(f->board,
                        &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_KILL, .state = EFFECT_FAILED, .now = 5},
                        &changed, &f->err));
    must(effects_intend(f->board, &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_SEND, .now = 6}, &f->err));
    fixture_sql(f, "UPDATE ticket_messages SET status='sent'");
    fixture_sql(f, "UPDATE runtime_sessions SET status='running',turn_started_at=50");
    must(journal_add(
        f->board,
        &(struct journal_row){.ticket_id = 1, .run_id = RUN_A, .author = "t", .kind = "stalled", .body = "", .now = 49},
        &f->err));
    assert_int_equal(cases(f, "here", &world), 1);
    assert_int_equal(world.cases[0].spawn, EFFECT_DONE);
    assert_int_equal(world.cases[0].send, EFFECT_INTENT);
    assert_false(world.cases[0].kill_pending);
    assert_int_equal(world.cases[0].message.id, 0);
    assert_false(world.cases[0].stall_said);
    world_release(&world);
    must(journal_add(
        f->board,
        &(struct journal_row){.ticket_id = 1, .run_id = RUN_A, .author = "t", .kind = "stalled", .body = "", .now = 50},
        &f->err));
    assert_int_equal(cases(f, "here", &world), 1);
    assert_true(world.cases[0].stall_said);
    world_release(&world);
}

static void test_which_rows_are_cases(void **state) {
    struct fixture *f = *state;
    struct world world;
    assert_int_equal(cases(f, "elsewhere", &world), 0);
    fixture_sql(f, "UPDATE tickets SET status='todo',run_id=NULL,worker_host=NULL");
    assert_int_equal(cases(f, "here", &world), 1);
    assert_false(world.cases[0].runtime_is_tickets);
    world_release(&world);
    fixture_sql(f, "UPDATE runtime_sessions SET status='dead'");
    assert_int_equal(cases(f, "here", &world), 0);
    fixture_sql(f, "UPDATE tickets SET status='in_progress',run_id='" RUN_A "',worker_host='here'");
    assert_int_equal(cases(f, "here", &world), 1);
    assert_false(world.cases[0].runtime_exists);
    assert_string_equal(world.cases[0].run.run_id, RUN_A);
    assert_int_equal(world.cases[0].message.kind, MESSAGE_WORK);
    assert_true(world.cases[0].spawn_recorded);
    world_release(&world);
    fixture_sql(f, "UPDATE tickets SET run_id='" RUN_B "'");
    assert_int_equal(cases(f, "here", &world), 1);
    assert_false(world.cases[0].run_exists);
    world_release(&world);
    assert_int_equal(cases(f, "elsewhere", &world), 0);
    fixture_sql(f, "UPDATE runtime_sessions SET status='idle'");
    assert_int_equal(cases(f, "here", &world), 2);
    world_release(&world);
}

static void test_again(void **state) {
    struct fixture *f = *state;
    struct world_case one = {0};
    must(snapshot_again(f->board, &(struct snapshot_key){.host = "here", .ticket_id = 1}, &one, &f->err));
    assert_true(one.runtime_exists && one.ticket_exists);
    assert_int_equal(one.message.kind, MESSAGE_WORK);
    ticket_release(&one.ticket);
    run_release(&one.run);
    runtime_release(&one.runtime);
    message_release(&one.message);
    must(snapshot_again(f->board, &(struct snapshot_key){.host = "elsewhere", .ticket_id = 1}, &one, &f->err));
    assert_false(one.ticket_exists || one.runtime_exists);
    must(snapshot_again(f->board, &(struct snapshot_key){.host = "here", .ticket_id = 2}, &one, &f->err));
    assert_false(one.ticket_exists || one.runtime_exists);
    fixture_sql(f, "UPDATE runtime_sessions SET status='closed'");
    must(snapshot_again(f->board, &(struct snapshot_key){.host = "here", .ticket_id = 1}, &one, &f->err));
    assert_true(one.ticket_exists && !one.runtime_exists && one.run_exists);
    ticket_release(&one.ticket);
    run_release(&one.run);
    message_release(&one.message);
    fixture_sql(f, "UPDATE tickets SET status='done'");
    must(snapshot_again(f->board, &(struct snapshot_key){.host = "here", .ticket_id = 1}, &one, &f->err));
    assert_false(one.ticket_exists || one.runtime_exists);
}

static void session(struct fixture *f, const char *host, struct world_session *session) {
    *session = (struct world_session){.run_tag = RUN_A, .ticket_id = 1};
    must(snapshot_session(f->board, host, session, &f->err));
}

static void test_session(void **state) {
    struct fixture *f = *state;
    struct world_session one = {.run_tag = RUN_B};
    must(snapshot_session(f->board, "here", &one, &f->err));
    assert_false(one.run_exists);
    assert_true(one.same_host);
    session(f, "here", &one);
    assert_true(one.run_exists && one.run_is_tickets && one.same_host);
    assert_int_equal(one.row_closed_at, 0);
    assert_string_equal(one.run.host, "here");
    run_release(&one.run);
    fixture_sql(f, "UPDATE runtime_sessions SET status='dead',closed_at=77");
    fixture_sql(f, "UPDATE tickets SET status='todo'");
    session(f, "elsewhere", &one);
    assert_true(one.run_exists && !one.run_is_tickets && !one.same_host);
    assert_int_equal(one.row_closed_at, 77);
    run_release(&one.run);
}

/* With nothing at work one statement is prepared and a handful of steps made. */
static void test_idle_is_one_look(void **state) {
    struct fixture *f = *state;
    struct world world;
    int statements = 0;
    for (int i = 0; i < 50; i++)
        fixture_add(f, "t", PRIORITY_LOW, i);
    board_free(f->board);
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    must(snapshot_cases(f->board, "here", &(struct world){0}, &f->err));
    for (size_t i = SQL_VERSION + 1; i < SQL_COUNT; i++)
        statements += f->board->statements[i] != NULL;
    assert_int_equal(statements, 1);
    int steps = sqlite3_stmt_status(f->board->statements[SQL_SNAPSHOT_ANY], SQLITE_STMTSTATUS_VM_STEP, 0);
    assert_in_range(steps, 1, 60);
    assert_int_equal(cases(f, "here", &world), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_whole_case, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_results_of_effects, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_which_rows_are_cases, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_again, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_session, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_idle_is_one_look, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
