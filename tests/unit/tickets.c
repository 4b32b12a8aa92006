#include "store_fixture.h"

static void test_add(void **state) {
    struct fixture *f = *state;
    int64_t first = fixture_add(f, "first", PRIORITY_HIGH, 10);
    struct ticket_added added;
    struct ticket_new new = {.title = "second",
                             .body = "text with ' and \"",
                             .profile = "demo",
                             .labels = "a,b",
                             .dedupe_key = "once",
                             .author = "anna",
                             .priority = PRIORITY_CRITICAL,
                             .status = TICKET_INBOX,
                             .after = &first,
                             .after_count = 1,
                             .now = 20};
    struct ticket ticket = {0};
    must(tickets_add(f->board, &new, &added, &f->err));
    assert_true(added.made);
    must(tickets_get(f->board, added.id, &ticket, &f->err));
    assert_string_equal(ticket.title, "second");
    assert_string_equal(ticket.body, new.body);
    assert_string_equal(ticket.profile, "demo");
    assert_string_equal(ticket.labels, "a,b");
    assert_string_equal(ticket.dedupe_key, "once");
    assert_int_equal(ticket.status, TICKET_INBOX);
    assert_int_equal(ticket.priority, PRIORITY_CRITICAL);
    assert_int_equal(ticket.created_at, 20);
    assert_int_equal(ticket.updated_at, 20);
    assert_int_equal(ticket.attempts, 0);
    assert_null(ticket.run_id);
    ticket_release(&ticket);
    fixture_is(f, "SELECT author||' '||kind FROM ticket_activity WHERE ticket_id=2", "anna created");
    new.title = "again";
    must(tickets_add(f->board, &new, &added, &f->err));
    assert_false(added.made);
    assert_int_equal(added.id, 2);
    fixture_is(f, "SELECT count(*)FROM tickets", "2");
}

/* What is in the archive is not worked a second time. */
static void test_archived(void **state) {
    struct fixture *f = *state;
    struct ticket_new new = {.title = "t", .dedupe_key = "old", .author = "a", .status = TICKET_TODO, .now = 1};
    struct ticket_added added;
    fixture_sql(f, "INSERT INTO archived_keys VALUES('old',77)");
    must(tickets_add(f->board, &new, &added, &f->err));
    assert_true(!added.made && added.archived && added.id == 77);
    new.dedupe_key = "other";
    must(tickets_add(f->board, &new, &added, &f->err));
    assert_true(added.made && !added.archived);
    must(tickets_by_dedupe(f->board, "other", &added, &f->err));
    assert_true(!added.archived && added.id == 1);
    must(tickets_by_dedupe(f->board, "none", &added, &f->err));
    assert_int_equal(added.id, 0);
    fixture_is(f, "SELECT count(*)FROM tickets", "1");
}

static void test_missing(void **state) {
    struct fixture *f = *state;
    struct ticket ticket = {0};
    int64_t missing = 7;
    struct ticket_added added;
    struct ticket_new new = {.title = "t", .status = TICKET_TODO, .after = &missing, .after_count = 1, .now = 1};
    must_fail(tickets_get(f->board, 7, &ticket, &f->err), MC_NOINPUT);
    must(tickets_find(f->board, 7, &ticket, &f->err));
    assert_int_equal(ticket.id, 0);
    must(board_begin(f->board, &f->err));
    must_fail(tickets_add(f->board, &new, &added, &f->err), MC_NOINPUT);
    board_rollback(f->board);
    fixture_is(f, "SELECT count(*)FROM tickets", "0");
}

static void test_list(void **state) {
    struct fixture *f = *state;
    struct ticket_list list = {0};
    fixture_add(f, "a", PRIORITY_LOW, 30);
    fixture_add(f, "b", PRIORITY_LOW, 10);
    fixture_add(f, "c", PRIORITY_LOW, 20);
    fixture_sql(f, "UPDATE tickets SET status='done',body='long' WHERE title='c'");
    must(tickets_list(f->board, &(struct ticket_filter){.status = TICKET_STATUS_COUNT}, &list, &f->err));
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[0].title, "b");
    assert_string_equal(list.items[1].title, "c");
    assert_null(list.items[1].body);
    assert_string_equal(list.items[2].title, "a");
    ticket_list_release(&list);
    must(tickets_list(f->board, &(struct ticket_filter){.status = TICKET_STATUS_COUNT, .limit = 2}, &list, &f->err));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].title, "c");
    ticket_list_release(&list);
    must(tickets_list(f->board, &(struct ticket_filter){.status = TICKET_TODO, .limit = 1}, &list, &f->err));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].title, "a");
    ticket_list_release(&list);
    ticket_list_release(&list);
}

static void test_needs_and_counts(void **state) {
    struct fixture *f = *state;
    int64_t after[2] = {fixture_add(f, "a", PRIORITY_LOW, 1), fixture_add(f, "b", PRIORITY_LOW, 1)};
    struct ticket_new new = {.title = "c", .status = TICKET_TODO, .after = after, .after_count = 2, .now = 1};
    struct ticket_need_list needs = {0};
    struct ticket_added added;
    fixture_sql(f, "UPDATE tickets SET status='done' WHERE id=1");
    must(tickets_add(f->board, &new, &added, &f->err));
    must(tickets_needs(f->board, added.id, &needs, &f->err));
    assert_int_equal(needs.count, 2);
    assert_int_equal(needs.items[0].id, 1);
    assert_int_equal(needs.items[0].status, TICKET_DONE);
    assert_int_equal(needs.items[1].status, TICKET_TODO);
    ticket_need_list_release(&needs);
}

static void move_is(struct fixture *f, struct ticket_move move, bool expected) {
    bool changed = !expected;
    must(tickets_move(f->board, &move, &changed, &f->err));
    assert_int_equal(changed, expected);
}

static void test_move_is_fenced(void **state) {
    struct fixture *f = *state;
    int64_t id = fixture_add(f, "a", PRIORITY_LOW, 1);
    assert_true(fixture_take(f, id, RUN_A, false));
    fixture_sql(f, "UPDATE tickets SET worker_pid=4,worker_start=5,worker_boot='b',worker_ns=6");
    struct ticket_move move = {.id = id,
                               .from = TICKET_IN_PROGRESS,
                               .to = TICKET_TODO,
                               .run_id = RUN_B,
                               .failure_reason = "died",
                               .attempts = 1,
                               .next_attempt_at = 500,
                               .clear_worker = true,
                               .now = 2000};
    move_is(f, move, false);
    move.run_id = RUN_A;
    move.from = TICKET_IN_REVIEW;
    move_is(f, move, false);
    move.from = TICKET_IN_PROGRESS;
    move_is(f, move, true);
    move_is(f, move, false);
    fixture_is(f,
               "SELECT status||attempts||next_attempt_at||failure_reason||(run_id IS NULL)||(worker_host IS NULL)"
               "||updated_at FROM tickets",
               "todo1500died112000");
    fixture_is(f, "SELECT COALESCE(worker_pid||'',worker_start||'',worker_boot,worker_ns||'')FROM tickets", "-");
    move = (struct ticket_move){.id = id, .from = TICKET_TODO, .to = TICKET_CANCELLED, .attempts = -1, .now = 3000};
    move_is(f, move, true);
    fixture_is(f, "SELECT status||attempts||(next_attempt_at IS NULL)||(failure_reason IS NULL)FROM tickets",
               "cancelled111");
}

static void test_strange_word_is_damage(void **state) {
    struct fixture *f = *state;
    struct ticket ticket = {0};
    fixture_add(f, "a", PRIORITY_LOW, 1);
    fixture_sql(f, server_given() ? "ALTER TABLE mc_pickup.tickets DROP CONSTRAINT tickets_status_check"
                                  : "PRAGMA ignore_check_constraints=1");
    fixture_sql(f, "UPDATE tickets SET status='sleeping'");
    must_fail(tickets_get(f->board, 1, &ticket, &f->err), MC_IOERR);
    assert_null(ticket.title);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_add, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_archived, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_missing, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_list, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_needs_and_counts, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_move_is_fenced, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_strange_word_is_damage, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
