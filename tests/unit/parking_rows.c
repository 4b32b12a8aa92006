#include "store_fixture.h"

#include "store/parking.h"

static int taken(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    bool ok = fixture_take(f, fixture_add(f, "a", PRIORITY_LOW, 1), RUN_A, false) &&
              fixture_take(f, fixture_add(f, "b", PRIORITY_LOW, 1), RUN_B, false);
    fixture_sql(f, "UPDATE runtime_sessions SET status='idle'");
    fixture_sql(f, "UPDATE tickets SET status='in_review'");
    fixture_sql(f, "UPDATE ticket_messages SET status='sent'");
    return ok ? 0 : 1;
}

/* "OWNS AWAITED ENDING PARKED_AT WORKSPACE" of ticket 1. */
static void one_is(struct fixture *f, const char *expected) {
    struct parking_list list = {0};
    must(parking_list(f->board, &(struct parking_want){.host = "here", .ticket_id = 1}, &list, &f->err));
    assert_int_equal(list.count, 1);
    const struct parking_row *row = &list.items[0];
    char *seen = xasprintf("%d %d %d %lld %s", row->owns, row->awaited, row->ending, (long long)row->parked_at,
                           row->workspace ? row->workspace : "-");
    assert_string_equal(seen, expected);
    assert_string_equal(row->runtime.run_id, RUN_A);
    free(seen);
    parking_list_release(&list);
}

static void test_all_that_live(void **state) {
    struct fixture *f = *state;
    struct parking_list list = {0};
    fixture_sql(f, "UPDATE tickets SET status='needs_input' WHERE id=2");
    must(parking_list(f->board, &(struct parking_want){.host = "here"}, &list, &f->err));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].ticket, TICKET_IN_REVIEW);
    assert_int_equal(list.items[1].ticket, TICKET_NEEDS_INPUT);
    assert_int_equal(list.items[1].runtime.ticket_id, 2);
    parking_list_release(&list);
    fixture_sql(f, "UPDATE runtime_sessions SET status='closed' WHERE ticket_id=1");
    must(parking_list(f->board, &(struct parking_want){.host = "here"}, &list, &f->err));
    assert_int_equal(list.count, 1);
    parking_list_release(&list);
}

static void test_whose_it_is(void **state) {
    struct fixture *f = *state;
    one_is(f, "1 0 0 0 -");
    fixture_sql(f, "UPDATE tickets SET run_id='" RUN_B "' WHERE id=1");
    one_is(f, "0 0 0 0 -");
    fixture_sql(f, "UPDATE tickets SET run_id=NULL WHERE id=1");
    one_is(f, "0 0 0 0 -");
}

/* A person's text that moves the ticket, and whatever is on its way; not what goes along with something else. */
static void test_what_waits_for_it(void **state) {
    static const char *const kept[] = {"status='pending'", "status='sending',purpose='nudge'",
                                       "status='sending',aside=1"};
    static const char *const left[] = {"status='pending',aside=1", "status='pending',purpose='go_on'",
                                       "status='unknown'", "status='sent'", "status='pending',kind='work'"};
    struct fixture *f = *state;
    fixture_sql(f, "INSERT INTO ticket_messages(ticket_id,kind,status,created_at,body)VALUES(1,'note','sent',1,'x')");
    for (size_t i = 0; i < sizeof kept / sizeof *kept + sizeof left / sizeof *left; i++) {
        bool waits = i < sizeof kept / sizeof *kept;
        char *change = xasprintf("UPDATE ticket_messages SET %s WHERE body='x'",
                                 waits ? kept[i] : left[i - sizeof kept / sizeof *kept]);
        fixture_sql(f, "UPDATE ticket_messages SET kind='note',purpose='person',aside=0 WHERE body='x'");
        fixture_sql(f, change);
        one_is(f, waits ? "1 1 0 0 -" : "1 0 0 0 -");
        free(change);
    }
}

static void test_its_end(void **state) {
    struct fixture *f = *state;
    fixture_sql(f, "INSERT INTO effects(run_id,kind,state,detail,at)VALUES('" RUN_A "','kill','intent','block',7)");
    one_is(f, "1 0 1 0 -");
    fixture_sql(f, "UPDATE effects SET detail='parked' WHERE kind='kill'");
    one_is(f, "1 0 1 7 -");
    fixture_sql(f, "UPDATE effects SET state='done' WHERE kind='kill'");
    one_is(f, "1 0 0 0 -");
}

static void test_its_slot(void **state) {
    struct fixture *f = *state;
    fixture_sql(f, "INSERT INTO worktree_slots(host,slot,workspace,number,path,state,ticket_id,run_id)VALUES"
                   "('here','web/pool-1','web',1,'/p','claimed',1,'" RUN_A "')");
    one_is(f, "1 0 0 0 web");
    fixture_sql(f, "UPDATE worktree_slots SET state='quarantined'");
    one_is(f, "1 0 0 0 -");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_that_live, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_whose_it_is, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_waits_for_it, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_its_end, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_its_slot, taken, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
