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
    must(snapshot_any(f->board, host, world, &f->err) && snapshot_cases(f->board, host, world, &f->err));
    must(board_commit(f->board, &f->err));
    return world->case_count;
}

static void case_free(struct world_case *one) {
    ticket_release(&one->ticket);
    run_release(&one->run);
    runtime_release(&one->runtime);
    message_release(&one->message);
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
    assert_int_equal(cases(f, "here", &world), 1);
    assert_int_equal(world.cases[0].spawn, EFFECT_DONE);
    assert_int_equal(world.cases[0].send, EFFECT_INTENT);
    assert_false(world.cases[0].kill_pending);
    assert_int_equal(world.cases[0].message.id, 0);
    world_release(&world);
}

static void test_what_waits_for_the_end_of_a_pause(void **state) {
    static const struct {
        const char *row;
        bool pausing;
    } rows[] = {
        {"status='pending',purpose='go_on',error=NULL", true},
        {"status='pending',purpose='go_on',error='busy'", false},
        {"status='pending',purpose='nudge',error=NULL", false},
        {"status='pending',purpose='nudge',error='limit'", true},
        {"status='pending',purpose='person',error='paused'", true},
        {"status='sent',purpose='go_on',error=NULL", false},
    };
    struct fixture *f = *state;
    struct snapshot_key key = {.host = "here", .ticket_id = 1};
    struct world_case one;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *sql = xasprintf("UPDATE ticket_messages SET kind='note',%s", rows[i].row);
        fixture_sql(f, sql);
        free(sql);
        must(snapshot_again(f->board, &key, &one, &f->err));
        if (one.pausing != rows[i].pausing)
            fail_msg("%s: %d", rows[i].row, one.pausing);
        case_free(&one);
    }
}

static void test_which_rows_are_cases(void **state) {
    struct fixture *f = *state;
    struct world world;
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
    fixture_sql(f, "UPDATE runtime_sessions SET status='idle'");
    assert_int_equal(cases(f, "here", &world), 2);
    world_release(&world);
    /* Named by no run, the ticket is the runtime's business as long as there is one. */
    fixture_sql(f, "UPDATE tickets SET run_id=NULL,worker_host=NULL");
    assert_int_equal(cases(f, "here", &world), 1);
    assert_true(world.cases[0].runtime_exists);
    world_release(&world);
    fixture_sql(f, "UPDATE runtime_sessions SET status='closed'");
    assert_int_equal(cases(f, "here", &world), 1);
    assert_false(world.cases[0].runtime_exists || world.cases[0].run_exists);
    world_release(&world);
}

/* However the machine is called today: its own rows are all there are. */
static void test_the_host_is_no_filter(void **state) {
    struct fixture *f = *state;
    only_of_files("there another name is another machine's");
    struct world world;
    struct snapshot_key key = {.host = "elsewhere", .ticket_id = 1};
    struct world_case one = {0};
    assert_int_equal(cases(f, "elsewhere", &world), 1);
    assert_true(world.cases[0].runtime_exists);
    world_release(&world);
    must(snapshot_again(f->board, &key, &one, &f->err));
    assert_true(one.ticket_exists);
    case_free(&one);
    fixture_sql(f, "UPDATE runtime_sessions SET status='dead'");
    assert_int_equal(cases(f, "elsewhere", &world), 1);
    assert_false(world.cases[0].runtime_exists);
    world_release(&world);
    must(snapshot_again(f->board, &key, &one, &f->err));
    assert_true(one.ticket_exists && !one.runtime_exists);
    case_free(&one);
}

/* The prompt's own message decides how a send under way is resolved, not a note that went along. */
static void test_work_before_notes(void **state) {
    struct fixture *f = *state;
    struct world world;
    fixture_sql(f, "UPDATE ticket_messages SET id=9");
    fixture_sql(f, "INSERT INTO ticket_messages(id,ticket_id,kind,status,nonce,run_id,created_at)"
                   "VALUES(3,1,'note','sending','" NONCE_A "','" RUN_A "',1)");
    assert_int_equal(cases(f, "here", &world), 1);
    assert_int_equal(world.cases[0].message.id, 9);
    assert_int_equal(world.cases[0].message.kind, MESSAGE_WORK);
    world_release(&world);
    fixture_sql(f, "UPDATE ticket_messages SET status='sent' WHERE id=9");
    assert_int_equal(cases(f, "here", &world), 1);
    assert_int_equal(world.cases[0].message.id, 3);
    world_release(&world);
}

static void test_again(void **state) {
    struct fixture *f = *state;
    struct snapshot_key key = {.host = "here", .ticket_id = 1};
    struct world_case one = {0};
    must(snapshot_again(f->board, &key, &one, &f->err));
    assert_true(one.ticket_exists && one.runtime_exists && one.ticket_exists);
    assert_int_equal(one.message.kind, MESSAGE_WORK);
    case_free(&one);
    key.ticket_id = 2;
    must(snapshot_again(f->board, &key, &one, &f->err));
    assert_false(one.ticket_exists || one.runtime_exists);
    key.ticket_id = 1;
    fixture_sql(f, "UPDATE runtime_sessions SET status='closed'");
    must(snapshot_again(f->board, &key, &one, &f->err));
    assert_true(one.ticket_exists && !one.runtime_exists && one.run_exists);
    case_free(&one);
    fixture_sql(f, "UPDATE tickets SET status='done'");
    must(snapshot_again(f->board, &key, &one, &f->err));
    assert_false(one.ticket_exists || one.runtime_exists);
}

static void session(struct fixture *f, struct world_session *session) {
    *session = (struct world_session){.run_tag = RUN_A, .ticket_id = 1};
    must(snapshot_session(f->board, session, &f->err));
}

static void test_session(void **state) {
    struct fixture *f = *state;
    struct world_session one = {.run_tag = RUN_B};
    must(snapshot_session(f->board, &one, &f->err));
    assert_false(one.run_exists);
    session(f, &one);
    assert_true(one.run_exists && one.run_is_tickets);
    assert_int_equal(one.row_closed_at, 0);
    assert_string_equal(one.run.host, "here");
    run_release(&one.run);
    fixture_sql(f, "UPDATE runtime_sessions SET status='dead',closed_at=77");
    fixture_sql(f, "UPDATE tickets SET status='todo'");
    session(f, &one);
    assert_true(one.run_exists && !one.run_is_tickets);
    assert_int_equal(one.row_closed_at, 77);
    run_release(&one.run);
}

static void test_marks(void **state) {
    struct fixture *f = *state;
    struct world world;
    fixture_sql(f, "UPDATE tickets SET status='done'");
    fixture_sql(f, "UPDATE runtime_sessions SET status='closed'");
    assert_int_equal(cases(f, "here", &world), 0);
    assert_false(world.any || world.mass_death_mark || world.no_server_mark || world.unreachable_said);
    fixture_sql(f, "INSERT INTO settings VALUES('mass_death','1 a')");
    assert_int_equal(cases(f, "here", &world), 0);
    assert_string_equal(world.mass_death_mark, "1 a");
    assert_false(world.no_server_mark || world.unreachable_said);
    world_release(&world);
    fixture_sql(f, "UPDATE settings SET key='no_server' WHERE key='mass_death'");
    assert_int_equal(cases(f, "here", &world), 0);
    assert_string_equal(world.no_server_mark, "1 a");
    assert_false(world.mass_death_mark || world.unreachable_said);
    world_release(&world);
    fixture_sql(f, "UPDATE settings SET key='unreachable' WHERE key='no_server'");
    assert_int_equal(cases(f, "here", &world), 0);
    assert_true(!world.mass_death_mark && world.unreachable_said && !world.owing);
    fixture_sql(f, "DELETE FROM settings");
    fixture_sql(f, "UPDATE runs SET owes=1");
    assert_int_equal(cases(f, "here", &world), 0);
    assert_true(world.owing && !world.unreachable_said && !world.notices);
    fixture_sql(f, "UPDATE runs SET owes=0");
    fixture_sql(f, "INSERT INTO notices(event,created_at,body) VALUES('blocked',1,'')");
    assert_int_equal(cases(f, "here", &world), 0);
    assert_true(world.notices && !world.owing);
}

/* A claimed one that no run holds may have an agent in it, whose row is lost. */
static void slots_are(struct fixture *f, const char *state, bool expected, bool left) {
    struct world world = {0};
    char *sql = xasprintf("INSERT INTO worktree_slots(host,slot,workspace,number,path,state)VALUES('here','pool-1',"
                          "'default',1,'/p',%s)ON CONFLICT(host,slot)DO UPDATE SET state=EXCLUDED.state",
                          state);
    fixture_sql(f, sql);
    free(sql);
    must(snapshot_any(f->board, "here", &world, &f->err));
    assert_int_equal(world.slots, expected);
    assert_int_equal(world.any, left);
    world_release(&world);
}

static void test_slots_that_are_not_free(void **state) {
    struct fixture *f = *state;
    slots_are(f, "'free'", false, false);
    slots_are(f, "'claimed'", true, true);
    slots_are(f, "'quarantined'", true, false);
}

/* With nothing at work one statement is prepared and a handful of steps made. */
static void test_idle_is_one_look(void **state) {
    struct fixture *f = *state;
    only_of_files("an SQLite statement counts its steps");
    struct world world;
    int statements = 0;
    for (int i = 0; i < 50; i++)
        fixture_add(f, "t", PRIORITY_LOW, i);
    board_free(f->board);
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    must(snapshot_any(f->board, "here", &(struct world){0}, &f->err));
    for (size_t i = SQL_VERSION + 1; i < SQL_COUNT; i++)
        statements += i != SQL_SETTING_GET && f->board->statements[i] != NULL; /* the opening's look for its place */
    assert_int_equal(statements, 1);
    int steps = sqlite3_stmt_status(f->board->statements[SQL_SNAPSHOT_ANY], SQLITE_STMTSTATUS_VM_STEP, 0);
    assert_in_range(steps, 1, 80);
    assert_int_equal(cases(f, "here", &world), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_whole_case, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_results_of_effects, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_waits_for_the_end_of_a_pause, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_which_rows_are_cases, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_the_host_is_no_filter, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_work_before_notes, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_marks, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_slots_that_are_not_free, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_again, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_session, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_idle_is_one_look, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
