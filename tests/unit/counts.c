#include "store_fixture.h"

#include "store/counts.h"

static void of_each_status(void **state) {
    struct fixture *f = *state;
    struct ticket_counts counts;

    for (int i = 0; i < 3; i++)
        fixture_add(f, "a", PRIORITY_LOW, 1);
    fixture_sql(f, "UPDATE tickets SET status='needs_input' WHERE id=2");
    must(counts_read(f->board, &counts, &f->err));
    assert_int_equal(counts.of[TICKET_TODO], 2);
    assert_int_equal(counts.of[TICKET_NEEDS_INPUT], 1);
    assert_int_equal(counts.of[TICKET_DONE], 0);
}

/* The oldest of those that could be taken; one that waits for another ticket is no pickup's fault. */
static void what_waits_longest(void **state) {
    struct fixture *f = *state;
    struct waiting waiting;

    for (int i = 0; i < 8; i++)
        fixture_add(f, "a", PRIORITY_LOW, 1);
    fixture_sql(f, "UPDATE tickets SET queued_at=100-id");
    fixture_sql(f, "INSERT INTO ticket_needs(ticket_id,needs_id)VALUES(8,1)");
    must(counts_waiting(f->board, TICKET_TODO, &waiting, &f->err));
    assert_int_equal(waiting.count, WAITING_MOST);
    assert_int_equal(waiting.items[0].id, 7);
    assert_int_equal(waiting.items[0].since, 93);
    assert_int_equal(waiting.items[4].id, 3);
}

static void what_rests_longest(void **state) {
    struct fixture *f = *state;
    struct waiting waiting;

    for (int i = 0; i < 3; i++)
        fixture_add(f, "a", PRIORITY_LOW, 1);
    fixture_sql(f, "UPDATE tickets SET status='in_review',updated_at=100-id WHERE id>1");
    must(counts_waiting(f->board, TICKET_IN_REVIEW, &waiting, &f->err));
    assert_int_equal(waiting.count, 2);
    assert_int_equal(waiting.items[0].id, 3);
    assert_int_equal(waiting.items[0].since, 97);
    must(counts_waiting(f->board, TICKET_BLOCKED, &waiting, &f->err));
    assert_int_equal(waiting.count, 0);
}

static void what_nobody_was_told(void **state) {
    struct fixture *f = *state;
    int64_t count = 9, since = 9;

    must(counts_untold(f->board, &count, &since, &f->err));
    assert_int_equal(count + since, 0);
    fixture_sql(f, "INSERT INTO notices(event,created_at,body)VALUES('breaker',70,'b'),('breaker',60,'b')");
    must(counts_untold(f->board, &count, &since, &f->err));
    assert_int_equal(count, 2);
    assert_int_equal(since, 60);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(of_each_status, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(what_waits_longest, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(what_rests_longest, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(what_nobody_was_told, fixture_board, fixture_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
