#include "store_fixture.h"

#include "store/adoption.h"
#include "store/runtimes.h"

#define KEY "ticket:1:session"

static const struct identity agent = {.pid = 42, .start = 43, .boot = "boot-2", .ns = 46};
static const struct adoption usual = {.ticket_id = 1,
                                      .run_id = RUN_A,
                                      .session_key = KEY,
                                      .host = "here",
                                      .pane_id = "%1",
                                      .agent = &agent,
                                      .turn = ADOPTED_TURN_UNDELIVERED,
                                      .message_due = 9000,
                                      .why = "409 runtime_busy",
                                      .tick = {.ms = 60, .boot = "boot-2"},
                                      .now = 5000};

/* A turn that runs keeps the tick at which it began; one that is found begins now, by this boot's clock. */
#define TICKS "SELECT tick_boot||' '||COALESCE(spawned_tick,0)||' '||COALESCE(turn_started_tick,0)FROM runtime_sessions"

static int taken(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    return fixture_take(f, fixture_add(f, "a", PRIORITY_LOW, 1), RUN_A, false) ? 0 : 1;
}

static void adopt(struct fixture *f, const struct adoption *adoption, bool expected) {
    bool changed = !expected;
    must(board_begin(f->board, &f->err));
    must(adoption_write(f->board, adoption, &changed, &f->err));
    must(board_commit(f->board, &f->err));
    assert_int_equal(changed, expected);
}

static void rows_are(struct fixture *f, const char *ticket, const char *runtime, const char *message) {
    fixture_is(f, "SELECT status||' '||COALESCE(worker_pid,0)||COALESCE(failure_reason,'')FROM tickets", ticket);
    fixture_is(f, "SELECT status||' '||pid||COALESCE(turn_nonce,'-')FROM runtime_sessions", runtime);
    fixture_is(f, "SELECT status||' '||COALESCE(next_attempt_at,0)||COALESCE(nonce,'-')FROM ticket_messages", message);
    fixture_is(f, "SELECT outcome||(ended_at IS NULL)FROM runs", "adopted1");
    fixture_is(f, "SELECT count(*)||max(body)FROM ticket_activity WHERE kind='adopted'", "1409 runtime_busy");
}

static void send(struct fixture *f) {
    bool changed = false;
    int messages = 0;
    must(effects_intend(f->board,
                        &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_SEND, .detail = NONCE_A, .now = 2000},
                        &f->err));
    must(runtimes_take_turn(
        f->board, &(struct runtime_change){.session_key = KEY, .run_id = RUN_A, .nonce = NONCE_A, .now = 2000},
        &changed, &f->err));
    must(messages_send(f->board, &(struct message_turn){.run_id = RUN_A, .nonce = NONCE_A}, &messages, &f->err));
    assert_true(changed && messages == 1);
}

/* The send was refused as busy: the turn under way is not ours, the prompt waits; done twice, nothing more is written.
 */
static void test_after_a_busy_send(void **state) {
    struct fixture *f = *state;
    send(f);
    adopt(f, &usual, true);
    rows_are(f, "in_progress 42", "running 42-", "pending 9000-");
    fixture_is(f, "SELECT state||detail FROM effects WHERE kind='send'", "failedadopted");
    fixture_is(f, TICKS, "boot-1 50 0");
    int64_t rows = db_changes(f->board);
    adopt(f, &usual, false);
    assert_int_equal(db_changes(f->board), rows);
}

/* A status request said busy before the turn was taken: the prompt waits all the same. */
static void test_busy_before_the_turn(void **state) {
    struct fixture *f = *state;
    adopt(f, &usual, true);
    rows_are(f, "in_progress 42", "running 42-", "pending 9000-");
    fixture_is(f, TICKS, "boot-2 0 60");
    int64_t rows = db_changes(f->board);
    adopt(f, &usual, false);
    assert_int_equal(db_changes(f->board), rows);
}

static void test_marker_was_seen(void **state) {
    struct fixture *f = *state;
    struct adoption adoption = usual;
    adoption.turn = ADOPTED_TURN_ARRIVED;
    send(f);
    adopt(f, &adoption, true);
    rows_are(f, "in_progress 42", "running 42" NONCE_A, "sent 0" NONCE_A);
    adopt(f, &adoption, false);
    adoption.turn = ADOPTED_TURN_UNDELIVERED;
    adopt(f, &adoption, false);
    rows_are(f, "in_progress 42", "running 42" NONCE_A, "sent 0" NONCE_A);
}

/* Nobody knows whether it arrived: its message and its turn stay for interrupted_send. */
static void test_turn_untold(void **state) {
    struct fixture *f = *state;
    struct adoption adoption = usual;
    adoption.turn = ADOPTED_TURN_UNTOLD;
    send(f);
    adopt(f, &adoption, true);
    rows_are(f, "in_progress 42", "running 42" NONCE_A, "sending 0" NONCE_A);
    fixture_is(f, "SELECT state FROM effects WHERE kind='send'", "intent");
    adopt(f, &adoption, false);
}

/* The ticket was put back to todo while its agent worked on. */
static void test_hidden_behind_todo(void **state) {
    struct fixture *f = *state;
    bool changed = false;
    send(f);
    fixture_sql(f, "UPDATE ticket_messages SET status='sent'");
    must(runs_settle(
        f->board,
        &(struct run_settle){.run_id = RUN_A, .outcome = RUN_FAILED, .class = "busy", .end = true, .now = 2500},
        &changed, &f->err));
    fixture_sql(f, "UPDATE tickets SET status='todo',run_id=NULL,worker_host=NULL,failure_reason='tmux_spawn_failed',"
                   "next_attempt_at=99");
    adopt(f, &usual, true);
    rows_are(f, "in_progress 42", "running 42" NONCE_A, "sent 0" NONCE_A);
    fixture_is(f, "SELECT run_id||worker_host||(next_attempt_at IS NULL)FROM tickets", RUN_A "here1");
    adopt(f, &usual, false);
}

static void ticket_stays(struct fixture *f, const char *status) {
    bool changed = false;
    must(board_begin(f->board, &f->err));
    must(adoption_write(f->board, &usual, &changed, &f->err));
    fixture_is(f, "SELECT status FROM tickets", status);
    board_rollback(f->board);
}

/* Whoever decides it has read the ticket: it is fenced all the same, by its status, and by the run of its agent. */
static void test_what_has_moved_on(void **state) {
    struct fixture *f = *state;
    static const char *const moved[] = {"inbox", "in_review", "needs_input", "blocked", "done", "cancelled"};
    send(f);
    for (size_t i = 0; i < sizeof moved / sizeof *moved; i++) {
        char sql[96];
        snprintf(sql, sizeof sql, "UPDATE tickets SET status='%s'", moved[i]);
        fixture_sql(f, sql);
        ticket_stays(f, moved[i]);
    }
    fixture_sql(f, "UPDATE tickets SET status='todo'");
    fixture_sql(f, "UPDATE runtime_sessions SET status='closed'");
    ticket_stays(f, "todo");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_after_a_busy_send, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_busy_before_the_turn, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_marker_was_seen, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_turn_untold, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_hidden_behind_todo, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_has_moved_on, taken, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
