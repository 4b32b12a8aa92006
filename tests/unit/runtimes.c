#include "store_fixture.h"

#include "store/queue.h"
#include "store/runtimes.h"

#define KEY "ticket:1:session"

static const struct identity agent = {.pid = 42, .start = 43, .boot = "boot-2", .ns = 46};
static const struct identity other = {.pid = 44, .start = 45, .boot = "boot-2"};

static int taken(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    return fixture_take(f, fixture_add(f, "a", PRIORITY_LOW, 1), RUN_A, false) ? 0 : 1;
}

#define CHANGE(run, ...) (&(const struct runtime_change){.session_key = KEY, .run_id = (run), __VA_ARGS__})

#define hits(expected, call)                                                                                           \
    do {                                                                                                               \
        bool changed = !(expected);                                                                                    \
        must(call);                                                                                                    \
        assert_int_equal(changed, expected);                                                                           \
    } while (0)

static void row_is(struct fixture *f, const char *expected) {
    fixture_is(f,
               "SELECT status||' '||COALESCE(turn_nonce,'-')||' '||COALESCE(last_turn_marker,'-')||' '||turn_count "
               "FROM runtime_sessions",
               expected);
}

static void test_get(void **state) {
    struct fixture *f = *state;
    struct runtime runtime = {0};
    must(runtimes_get(f->board, "ticket:9:session", &runtime, &f->err));
    assert_null(runtime.session_key);
    must(runtimes_get(f->board, KEY, &runtime, &f->err));
    assert_string_equal(runtime.session_key, KEY);
    assert_string_equal(runtime.run_id, RUN_A);
    assert_string_equal(runtime.pane_log_path, "/l");
    assert_int_equal(runtime.status, RUNTIME_SPAWNING);
    assert_int_equal(runtime.agent.pid, 0);
    assert_int_equal(runtime.spawned_at, 1000);
    runtime_release(&runtime);
}

static void test_agent(void **state) {
    struct fixture *f = *state;
    hits(false, runtimes_set_agent(f->board,
                                   &(struct runtime_agent){
                                       .session_key = KEY, .run_id = RUN_B, .pane_id = "%1", .agent = &agent, .now = 5},
                                   &changed, &f->err));
    hits(true, runtimes_set_agent(f->board,
                                  &(struct runtime_agent){
                                      .session_key = KEY, .run_id = RUN_A, .pane_id = "%1", .agent = &agent, .now = 5},
                                  &changed, &f->err));
    fixture_is(f, "SELECT pane_id||pid||pid_start||boot_id||pid_ns FROM runtime_sessions", "%14243boot-246");
    fixture_is(f, "SELECT worker_pid||''||worker_start||worker_boot||worker_ns||worker_host FROM tickets",
               "4243boot-246here");
    fixture_sql(f, "UPDATE tickets SET status='in_review',worker_pid=NULL");
    hits(true, runtimes_set_agent(f->board,
                                  &(struct runtime_agent){
                                      .session_key = KEY, .run_id = RUN_A, .pane_id = "%2", .agent = &agent, .now = 5},
                                  &changed, &f->err));
    fixture_is(f, "SELECT worker_pid FROM tickets", "-");
    hits(true,
         runtimes_retire(f->board, CHANGE(RUN_A, .to = RUNTIME_DEAD, .reason = "gone", .now = 6), &changed, &f->err));
    hits(false, runtimes_set_agent(f->board,
                                   &(struct runtime_agent){
                                       .session_key = KEY, .run_id = RUN_A, .pane_id = "%3", .agent = &agent, .now = 5},
                                   &changed, &f->err));
}

/* Only by its run, and only while nothing was started under the old name. */
static void test_target(void **state) {
    struct fixture *f = *state;
    struct runtime row = {.session_key = xstrdup(KEY), .tmux_target = xstrdup("mc-MC-1-abcdef")};
    bool ignored;
    xreplace(&row.run_id, RUN_B);
    hits(false, runtimes_set_target(f->board, &row, &changed, &f->err));
    xreplace(&row.run_id, RUN_A);
    hits(true, runtimes_set_target(f->board, &row, &changed, &f->err));
    fixture_is(f, "SELECT tmux_target FROM runtime_sessions", "mc-MC-1-abcdef");
    must(runtimes_take_turn(f->board, CHANGE(RUN_A, .nonce = NONCE_A, .now = 5), &ignored, &f->err));
    xreplace(&row.tmux_target, "mc-MC-1");
    hits(false, runtimes_set_target(f->board, &row, &changed, &f->err));
    fixture_is(f, "SELECT tmux_target FROM runtime_sessions", "mc-MC-1-abcdef");
    runtime_release(&row);
}

static void test_one_turn_at_a_time(void **state) {
    struct fixture *f = *state;
    hits(false, runtimes_take_turn(f->board, CHANGE(RUN_B, .nonce = "n1", .now = 10), &changed, &f->err));
    hits(true, runtimes_take_turn(f->board, CHANGE(RUN_A, .nonce = "n1", .now = 10), &changed, &f->err));
    row_is(f, "running n1 - 1");
    hits(false, runtimes_take_turn(f->board, CHANGE(RUN_A, .nonce = "n2", .now = 11), &changed, &f->err));
    hits(false, runtimes_end_turn(f->board, CHANGE(RUN_A, .nonce = "n2", .now = 12), &changed, &f->err));
    hits(false, runtimes_end_turn(f->board, CHANGE(RUN_A, .now = 12), &changed, &f->err));
    hits(false, runtimes_end_turn(f->board, CHANGE(RUN_B, .nonce = "n1", .now = 12), &changed, &f->err));
    hits(true, runtimes_end_turn(f->board, CHANGE(RUN_A, .nonce = "n1", .now = 12), &changed, &f->err));
    row_is(f, "idle - n1 1");
    hits(false, runtimes_end_turn(f->board, CHANGE(RUN_A, .nonce = "n1", .now = 12), &changed, &f->err));
    hits(true, runtimes_take_turn(f->board, CHANGE(RUN_A, .now = 13), &changed, &f->err));
    hits(true, runtimes_end_turn(f->board, CHANGE(RUN_A, .now = 14), &changed, &f->err));
    row_is(f, "idle - n1 2");
}

static void test_turn_given_back(void **state) {
    struct fixture *f = *state;
    hits(true, runtimes_take_turn(f->board, CHANGE(RUN_A, .nonce = "n1", .now = 10), &changed, &f->err));
    hits(false, runtimes_return_turn(f->board, CHANGE(RUN_A, .nonce = "n2", .to = RUNTIME_IDLE, .now = 11), &changed,
                                     &f->err));
    hits(true, runtimes_return_turn(f->board, CHANGE(RUN_A, .nonce = "n1", .to = RUNTIME_SPAWNING, .now = 11), &changed,
                                    &f->err));
    row_is(f, "spawning - - 0");
    hits(true, runtimes_take_turn(f->board, CHANGE(RUN_A, .nonce = "n2", .now = 12), &changed, &f->err));
    hits(true, runtimes_return_turn(f->board, CHANGE(RUN_A, .nonce = "n2", .to = RUNTIME_IDLE, .now = 13), &changed,
                                    &f->err));
    row_is(f, "idle - - 0");
}

static void worker_is(struct fixture *f, const char *expected) {
    fixture_is(f,
               "SELECT COALESCE(worker_pid,0)||' '||COALESCE(worker_start,0)||COALESCE(worker_boot,'-')||COALESCE("
               "worker_ns,0)||' '||worker_host FROM tickets WHERE id=1",
               expected);
}

/* Not that of a run that has taken the ticket since. */
static void test_nobody_works_for_one_that_is_retired(void **state) {
    struct fixture *f = *state;
    fixture_sql(f, "UPDATE tickets SET worker_pid=7,worker_start=8,worker_boot='b',worker_ns=9;"
                   "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('" RUN_B "',1,2,'here',1);"
                   "UPDATE tickets SET run_id='" RUN_B "'");
    hits(true,
         runtimes_retire(f->board, CHANGE(RUN_A, .to = RUNTIME_DEAD, .reason = "x", .now = 20), &changed, &f->err));
    worker_is(f, "7 8b9 here");
    fixture_sql(f, "UPDATE tickets SET run_id='" RUN_A "';UPDATE runtime_sessions SET status='idle'");
    hits(true,
         runtimes_retire(f->board, CHANGE(RUN_A, .to = RUNTIME_DEAD, .reason = "x", .now = 20), &changed, &f->err));
    worker_is(f, "0 0-0 here");
}

static void test_retire(void **state) {
    struct fixture *f = *state;
    hits(true, runtimes_take_turn(f->board, CHANGE(RUN_A, .nonce = "n1", .now = 10), &changed, &f->err));
    hits(false,
         runtimes_retire(f->board, CHANGE(RUN_B, .to = RUNTIME_DEAD, .reason = "x", .now = 20), &changed, &f->err));
    hits(true, runtimes_retire(f->board, CHANGE(RUN_A, .to = RUNTIME_DEAD, .reason = "killed", .now = 20), &changed,
                               &f->err));
    row_is(f, "dead - n1 1");
    fixture_is(f, "SELECT failure_reason||closed_at FROM runtime_sessions", "killed20");
    hits(false,
         runtimes_retire(f->board, CHANGE(RUN_A, .to = RUNTIME_CLOSED, .reason = "x", .now = 21), &changed, &f->err));
    hits(false, runtimes_take_turn(f->board, CHANGE(RUN_A, .nonce = "n2", .now = 22), &changed, &f->err));
}

#define TICKS                                                                                                          \
    "SELECT COALESCE(tick_boot,'-')||' '||COALESCE(spawned_tick,0)||' '||COALESCE(turn_started_tick,0)||' '||"         \
    "COALESCE(stall_tick,0)FROM runtime_sessions"

/* Ticks are of the boot beside them: what another boot's clock said is taken away, and no tick says nothing. */
static void test_ticks(void **state) {
    struct fixture *f = *state;
    fixture_is(f, TICKS, "boot-1 50 0 0");
    fixture_sql(f, "UPDATE runtime_sessions SET stall_tick=9");
    hits(true,
         runtimes_take_turn(f->board, CHANGE(RUN_A, .nonce = "n1", .tick = {.ms = 7, .boot = "boot-1"}, .now = 10),
                            &changed, &f->err));
    fixture_is(f, TICKS, "boot-1 50 7 0");
    hits(true, runtimes_return_turn(f->board, CHANGE(RUN_A, .nonce = "n1", .to = RUNTIME_IDLE, .now = 11), &changed,
                                    &f->err));
    fixture_is(f, TICKS, "boot-1 50 0 0");
    hits(true, runtimes_take_turn(f->board, CHANGE(RUN_A, .nonce = "n2", .now = 12), &changed, &f->err));
    fixture_is(f, TICKS, "boot-1 50 0 0");
    hits(true, runtimes_end_turn(f->board, CHANGE(RUN_A, .nonce = "n2", .now = 13), &changed, &f->err));
    hits(true,
         runtimes_take_turn(f->board, CHANGE(RUN_A, .nonce = "n3", .tick = {.ms = 3, .boot = "boot-2"}, .now = 14),
                            &changed, &f->err));
    fixture_is(f, TICKS, "boot-2 0 3 0");
}

static void rebuild(struct fixture *f, const char *run_id, bool expected) {
    char key[] = KEY, run[RUN_ID_SIZE], host[] = "here", target[] = "mc-MC-1";
    memcpy(run, run_id, sizeof run);
    struct runtime runtime = {.session_key = key,
                              .ticket_id = 1,
                              .run_id = run,
                              .host = host,
                              .status = RUNTIME_SPAWNING,
                              .tmux_target = target,
                              .agent = agent,
                              .spawned_at = 7,
                              .tick_boot = "boot-2",
                              .spawned_tick = 3,
                              .turn_started_tick = 4,
                              .stall_tick = 5};
    hits(expected, runtimes_rebuild(f->board, &runtime, &changed, &f->err));
}

static void test_rebuild(void **state) {
    struct fixture *f = *state;
    rebuild(f, RUN_A, false);
    fixture_sql(f, "UPDATE runtime_sessions SET status='dead',closed_at=5,failure_reason='x'");
    rebuild(f, RUN_A, true);
    fixture_is(f, "SELECT status||pid||spawned_at||(closed_at IS NULL)||(failure_reason IS NULL)FROM runtime_sessions",
               "spawning42711");
    fixture_is(f, TICKS, "boot-2 3 4 5");
    fixture_sql(f, "DELETE FROM runtime_sessions");
    rebuild(f, RUN_B, false);
    rebuild(f, RUN_A, true);
}

static void test_lists(void **state) {
    struct fixture *f = *state;
    struct runtime_list list = {0};
    assert_true(fixture_take(f, fixture_add(f, "b", PRIORITY_LOW, 1), RUN_B, false));
    fixture_sql(f, "UPDATE runtime_sessions SET host='elsewhere' WHERE run_id='" RUN_B "'");
    must(runtimes_list(f->board, NULL, &list, &f->err));
    assert_int_equal(list.count, 2);
    runtime_list_release(&list);
    must(runtimes_list(f->board, "here", &list, &f->err));
    assert_int_equal(list.count, server_given() ? 1 : 2); /* a file's are all this machine's */
    runtime_list_release(&list);
    fixture_sql(f, "UPDATE runtime_sessions SET status='closed'");
    must(runtimes_list(f->board, NULL, &list, &f->err));
    assert_int_equal(list.count, 0);
}

static void test_runs(void **state) {
    struct fixture *f = *state;
    struct run run = {0};
    struct run_list runs = {0};
    struct identity again = other; /* another process that has got the same number since */
    again.start++;
    must(runs_get(f->board, RUN_B, &run, &f->err));
    assert_string_equal(run.run_id, "");
    hits(true, runs_set_pickup(f->board, &(struct run_handover){.run_id = RUN_A, .to = &other}, &changed, &f->err));
    hits(false, runs_set_pickup(f->board, &(struct run_handover){.run_id = RUN_A, .from = &again, .to = &agent},
                                &changed, &f->err));
    hits(true, runs_set_pickup(f->board, &(struct run_handover){.run_id = RUN_A, .from = &other, .to = &agent},
                               &changed, &f->err));
    hits(false, runs_set_pickup(f->board, &(struct run_handover){.run_id = RUN_A, .from = &other, .to = &other},
                                &changed, &f->err));
    hits(false,
         runs_settle(f->board,
                     &(struct run_settle){
                         .run_id = RUN_B, .outcome = RUN_FAILED, .class = "busy", .detail = "d", .end = true, .now = 9},
                     &changed, &f->err));
    hits(true, runs_settle(f->board,
                           &(struct run_settle){
                               .run_id = RUN_A, .outcome = RUN_ADOPTED, .class = "busy", .detail = "409", .now = 9},
                           &changed, &f->err));
    must(runs_get(f->board, RUN_A, &run, &f->err));
    assert_int_equal(run.pickup.pid, 42);
    assert_string_equal(run.pickup.boot, "boot-2");
    assert_int_equal(run.pickup.ns, 46);
    assert_string_equal(run.outcome, "adopted");
    assert_int_equal(run.ended_at, 0);
    run_release(&run);
    hits(true, runs_settle(f->board,
                           &(struct run_settle){
                               .run_id = RUN_A, .outcome = RUN_FAILED, .class = "worker_died", .end = true, .now = 9},
                           &changed, &f->err));
    hits(false,
         runs_settle(f->board, &(struct run_settle){.run_id = RUN_A, .outcome = RUN_DELIVERED, .end = true, .now = 10},
                     &changed, &f->err));
    must(runs_of_ticket(f->board, 1, &runs, &f->err));
    assert_int_equal(runs.count, 1);
    assert_int_equal(runs.items[0].ended_at, 9);
    assert_string_equal(runs.items[0].class, "worker_died");
    assert_int_equal(runs.items[0].attempt, 1);
    run_list_release(&runs);
    run_list_release(&runs);
}

static void worked_is(struct fixture *f, const char *run_id, const char *expected) {
    struct run run = {0};
    must(runs_worked(f->board, run_id, &run, &f->err));
    assert_string_equal(run.run_id, expected);
    run_release(&run);
}

/* What never got its prompt has no part in it. */
static void test_the_run_that_worked_before(void **state) {
    struct fixture *f = *state;
    fixture_sql(f, "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('" RUN_B "',1,2,'here',1)");
    worked_is(f, RUN_B, "");
    worked_is(f, RUN_A, "");
    fixture_sql(f, "UPDATE ticket_messages SET status='unknown'");
    worked_is(f, RUN_B, RUN_A);
    fixture_sql(f, "UPDATE ticket_messages SET status='sent'");
    worked_is(f, RUN_B, RUN_A);
    worked_is(f, RUN_A, "");
    fixture_sql(f, "UPDATE ticket_messages SET kind='note'");
    worked_is(f, RUN_B, "");
}

static void test_effects(void **state) {
    struct fixture *f = *state;
    hits(false,
         effects_result(f->board,
                        &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_SEND, .state = EFFECT_DONE, .now = 5},
                        &changed, &f->err));
    must(effects_intend(
        f->board, &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_SEND, .detail = "first", .now = 5}, &f->err));
    must(effects_intend(
        f->board, &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_SEND, .detail = "second", .now = 6}, &f->err));
    hits(true,
         effects_result(f->board,
                        &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_SEND, .state = EFFECT_FAILED, .now = 7},
                        &changed, &f->err));
    fixture_is(f, "SELECT detail||state||at FROM effects WHERE kind='send' ORDER BY id DESC", "secondfailed7");
    hits(true, effects_result(
                   f->board,
                   &(struct effect_write){
                       .run_id = RUN_A, .kind = EFFECT_SEND, .state = EFFECT_UNKNOWN, .detail = "looked", .now = 8},
                   &changed, &f->err));
    hits(false,
         effects_result(f->board,
                        &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_SEND, .state = EFFECT_DONE, .now = 9},
                        &changed, &f->err));
    fixture_is(f, "SELECT group_concat(detail||' '||state)FROM effects WHERE kind='send'",
               "looked unknown,second failed");
    fixture_is(f, "SELECT state FROM effects WHERE kind='spawn'", "intent");
}

/* An agent that does not go is ended anew every minute; the board does not grow with it. */
static void test_one_end_at_a_time(void **state) {
    struct fixture *f = *state;
    must(effects_intend(
        f->board, &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_KILL, .detail = "first", .now = 5}, &f->err));
    must(effects_intend(
        f->board, &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_KILL, .detail = "again", .now = 6}, &f->err));
    must(effects_intend(
        f->board, &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_CLOSE, .detail = "first", .now = 6}, &f->err));
    fixture_is(f, "SELECT group_concat(kind||' '||detail)FROM effects WHERE kind IN('kill','close')",
               "kill first,close first");
    hits(false, runtimes_take_turn(f->board, CHANGE(RUN_A, .nonce = "n1", .now = 6), &changed, &f->err));
    hits(true,
         effects_result(f->board,
                        &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_KILL, .state = EFFECT_DONE, .now = 7},
                        &changed, &f->err));
    must(effects_intend(
        f->board, &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_KILL, .detail = "later", .now = 8}, &f->err));
    fixture_is(f, "SELECT group_concat(detail||' '||state)FROM effects WHERE kind='kill'", "first done,later intent");
}

#define MOST "9223372036854775807"

/* One row that a hand has put out of its senses stops nothing. */
static void test_numbers_at_their_end(void **state) {
    struct fixture *f = *state;
    struct ticket ticket = {0};
    fixture_sql(f, "UPDATE tickets SET turns=" MOST ",worked_ms=" MOST ",world_failures=" MOST);
    fixture_sql(f, "UPDATE runtime_sessions SET turn_count=" MOST);
    fixture_sql(f, "UPDATE runs SET attempt=" MOST);
    fixture_sql(f, "UPDATE ticket_messages SET attempts=" MOST ",status='pending'");
    must(tickets_turn(f->board, &(struct ticket_turn){.id = 1, .count = 1, .worked_ms = 2}, &f->err));
    must(queue_back(f->board, &(struct queue_back){.ticket = 1, .world = true, .now = 3}, &f->err));
    must(runtimes_take_turn(f->board, CHANGE(RUN_A, .nonce = "n1", .now = 4), NULL, &f->err));
    must(messages_postpone(f->board, &(struct message_postpone){.id = 1, .error = "busy", .next_at = 5}, &f->err));
    fixture_is(f, "SELECT turns||' '||worked_ms||' '||world_failures FROM tickets",
               "1000000000000000000 1000000000000000001 1000000000000000000");
    fixture_is(f, "SELECT turn_count FROM runtime_sessions", "1000000000000000000");
    fixture_is(f, "SELECT attempts FROM ticket_messages", "1000000000000000000");
    fixture_sql(f, "UPDATE ticket_messages SET attempts=" MOST ",status='sending',nonce='n1'");
    must(messages_settle(
        f->board,
        &(struct message_settle){.run_id = RUN_A, .nonce = "n1", .to = MESSAGE_PENDING, .count = true, .next_at = 6},
        NULL, &f->err));
    fixture_is(f, "SELECT attempts FROM ticket_messages", "1000000000000000000");
    must(tickets_get(f->board, 1, &ticket, &f->err));
    assert_int_equal(ticket.turns, 1000000000);
    assert_int_equal(ticket.worked_ms, INT64_C(999999999999999999));
    ticket_release(&ticket);
    fixture_sql(f, "UPDATE runtime_sessions SET status='closed'");
    fixture_sql(f, "UPDATE tickets SET status='todo',run_id=NULL,world_failures=0");
    assert_true(fixture_take(f, 1, RUN_B, false));
    fixture_is(f, "SELECT max(ticket_id)FROM runs WHERE run_id='" RUN_B "'", "1");
}

static void test_a_boot_that_is_none(void **state) {
    struct fixture *f = *state;
    static const char whole[] = "0123456789abcdef0123456789abcdef0123456";
    struct runtime runtime = {0};
    fixture_sql(f, "UPDATE runtime_sessions SET boot_id='0123456789abcdef0123456789abcdef01234567',"
                   "tick_boot='0123456789abcdef0123456789abcdef0123456'");
    must(runtimes_get(f->board, KEY, &runtime, &f->err));
    assert_string_equal(runtime.agent.boot, "");
    assert_string_equal(runtime.tick_boot, whole);
    runtime_release(&runtime);
    fixture_sql(f, "UPDATE runtime_sessions SET boot_id='0123456789abcdef0123456789abcdef0123456',"
                   "tick_boot='0123456789abcdef0123456789abcdef01234567'");
    must(runtimes_get(f->board, KEY, &runtime, &f->err));
    assert_string_equal(runtime.agent.boot, whole);
    assert_string_equal(runtime.tick_boot, "");
    runtime_release(&runtime);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_get, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_agent, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_target, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_one_turn_at_a_time, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_turn_given_back, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_retire, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_nobody_works_for_one_that_is_retired, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_ticks, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_rebuild, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_lists, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_runs, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_the_run_that_worked_before, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_effects, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_one_end_at_a_time, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_numbers_at_their_end, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_boot_that_is_none, taken, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
