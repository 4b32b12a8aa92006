/* Which tickets a list shows. */
#include "store_fixture.h"

#include "base/argv.h"
#include "base/text.h"
#include "store/claim.h"
#include "store/listing.h"
#include "store/tickets.h"

/* Titles by first letters, as listed. */
static void lists(struct fixture *f, const struct listing *listing, const char *titles) {
    struct id_list list = {0};
    struct text found = {0};

    must(listing_read(f->board, listing, &list, &f->err));
    for (size_t i = 0; i < list.count; i++) {
        struct ticket ticket = {0};

        must(tickets_line(f->board, list.items[i], &ticket, &f->err));
        assert_null(ticket.body);
        text_addc(&found, ticket.title[0]);
        ticket_release(&ticket);
    }
    if (list.more)
        text_add(&found, "+");
    assert_string_equal(text_str(&found), titles);
    text_release(&found);
    id_list_release(&list);
}

static void some(struct fixture *f) {
    fixture_sql(f, "INSERT INTO tickets(title,body,status,profile,workspace,labels,created_at,updated_at)VALUES"
                   "('a 100% Sure','one','todo',NULL,NULL,'red,blue',1,10),"
                   "('b snake_case','two','inbox','demo','web','blue',1,30),"
                   "('c',NULL,'done','codex','api','redder',1,20),"
                   "('d','it says 100 percent','todo','demo',NULL,NULL,1,20),"
                   "('e','SnakeXcase','cancelled',NULL,'web','red',1,5)");
}

static void the_newest_change_first(void **state) {
    struct fixture *f = *state;

    some(f);
    lists(f, &(struct listing){0}, "bdcae");
    lists(f, &(struct listing){.limit = 5}, "bdcae");
    lists(f, &(struct listing){.limit = 2}, "bd+");
    lists(f, &(struct listing){.status = {[TICKET_TODO] = true}}, "da");
    lists(f, &(struct listing){.status = {[TICKET_TODO] = true, [TICKET_CANCELLED] = true, [TICKET_DONE] = true}},
          "dcae");
    lists(f, &(struct listing){.status = {[TICKET_TODO] = true, [TICKET_DONE] = true}, .limit = 1}, "d+");
    lists(f, &(struct listing){.status = {[TICKET_BLOCKED] = true}}, "");
}

static void each_filter(void **state) {
    struct fixture *f = *state;
    struct argv red = {0}, both = {0};

    some(f);
    argv_add(&red, "red");
    argv_add(&both, "red");
    argv_add(&both, "blue");
    lists(f, &(struct listing){.profile = "demo"}, "bd");
    lists(f, &(struct listing){.profile = "demo", .nameless = true}, "bdae");
    lists(f, &(struct listing){.workspace = "web"}, "be");
    lists(f, &(struct listing){.workspace = "web", .placeless = true}, "bdae");
    lists(f, &(struct listing){.labels = &red}, "ae");
    lists(f, &(struct listing){.labels = &both}, "a");
    lists(f, &(struct listing){.labels = &red, .status = {[TICKET_TODO] = true}}, "a");
    lists(f, &(struct listing){.labels = &red, .limit = 1}, "a+");
    argv_release(&red);
    argv_release(&both);
}

/* No character of it means another, and case does not matter. */
/* In the order in which they would be claimed, and only those that match. */
static void the_next_first(void **state) {
    static const char *const profiles[] = {"demo", "codex"};
    const struct claim_want want = {.host = "here",
                                    .max_running = 5,
                                    .profiles = profiles,
                                    .profile_count = 2,
                                    .default_profile = "demo",
                                    .now = 1000,
                                    .horizon = 100000};
    struct fixture *f = *state;

    fixture_sql(f, "INSERT INTO tickets(title,body,status,profile,priority,created_at,queued_at,updated_at)VALUES"
                   "('a','x','todo','demo','low',1,1,1),('b','y','todo','codex','high',1,2,1),"
                   "('c','x','todo','demo','high',1,3,1),('d','x','todo','demo','medium',1,4,1)");
    lists(f, &(struct listing){.next = &want}, "bcda");
    lists(f, &(struct listing){.next = &want, .limit = 4}, "bcda");
    lists(f, &(struct listing){.next = &want, .limit = 3}, "bcd+");
    lists(f, &(struct listing){.next = &want, .search = "x"}, "cda");
    lists(f, &(struct listing){.next = &want, .search = "x", .limit = 3}, "cda");
    lists(f, &(struct listing){.next = &want, .search = "x", .limit = 2}, "cd+");
    lists(f, &(struct listing){.next = &want, .profile = "codex"}, "b");
    lists(f, &(struct listing){.next = &want, .search = "nothing"}, "");
}

static void a_text_is_looked_for_as_it_stands(void **state) {
    struct fixture *f = *state;

    some(f);
    lists(f, &(struct listing){.search = "100%"}, "a");
    lists(f, &(struct listing){.search = "SNAKE_CASE"}, "b");
    lists(f, &(struct listing){.search = "snake"}, "be");
    lists(f, &(struct listing){.search = "100"}, "da");
    lists(f, &(struct listing){.search = "*"}, "");
    lists(f, &(struct listing){.search = "' OR 1 --"}, "");
}

static void what_there_is_in_all(void **state) {
    struct fixture *f = *state;
    int64_t total;

    some(f);
    must(listing_total(f->board, &(struct listing){.limit = 1}, &total, &f->err));
    assert_int_equal(total, 5);
    must(listing_total(f->board, &(struct listing){.status = {[TICKET_TODO] = true}}, &total, &f->err));
    assert_int_equal(total, 2);
    must(listing_total(f->board, &(struct listing){.search = "a"}, &total, &f->err));
    assert_int_equal(total, -1);
}

/* Longer than a page of it, over several statuses, in bulk at one time: each once, in order. */
static void a_long_list_is_whole(void **state) {
    struct fixture *f = *state;
    struct listing all = {0}, two = {.status = {[TICKET_TODO] = true, [TICKET_DONE] = true}};
    struct id_list list = {0};

    fixture_sql(f,
                "WITH RECURSIVE n(i)AS(VALUES(1)UNION ALL SELECT i+1 FROM n WHERE i<2000)INSERT INTO tickets(id,title,"
                "status,created_at,updated_at)SELECT i,'t',CASE i%3 WHEN 0 THEN 'todo' ELSE 'done' END,1,i/700 FROM n");
    for (int round = 0; round < 2; round++) {
        must(listing_read(f->board, round ? &two : &all, &list, &f->err));
        assert_int_equal(list.count, 2000);
        for (size_t i = 0; i < list.count; i++)
            assert_int_equal(list.items[i], 2000 - (int64_t)i);
        id_list_release(&list);
    }
}

static void what_it_waits_for(void **state) {
    struct fixture *f = *state;
    struct listing_need need;
    char *branch = NULL;

    some(f);
    fixture_sql(f, "INSERT INTO ticket_needs VALUES(1,3),(4,3),(4,2),(2,4),(2,5)");
    must(listing_need(f->board, 1, &need, &f->err));
    assert_int_equal(need.id, 0);
    must(listing_need(f->board, 4, &need, &f->err));
    assert_true(need.id == 2 && !need.cancelled);
    must(listing_need(f->board, 2, &need, &f->err));
    assert_true(need.id == 5 && need.cancelled);
    fixture_sql(f, "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,branch)VALUES"
                   "('" RUN_A "',1,1,'here',1,'first'),('" RUN_B "',1,2,'here',1,NULL)");
    must(listing_branch(f->board, 1, &branch, &f->err));
    assert_string_equal(branch, "first");
    free(branch);
    must(listing_branch(f->board, 2, &branch, &f->err));
    assert_null(branch);
}

/* Nothing is sorted or passed over to get at the rows that are shown, also in the middle of a long list. */
static void each_look_is_a_range_of_its_index(void **state) {
    only_of_files("the plans are SQLite's");
    static const struct {
        enum sql sql;
        const char *search;
    } rows[] = {
        {SQL_LIST_CHANGED, "INDEX tickets_changed (updated_at=? AND rowid<?)"},
        {SQL_LIST_CHANGED, "INDEX tickets_changed (updated_at<?)"},
        {SQL_LIST_STATUS, "INDEX tickets_status (status=? AND updated_at=? AND rowid<?)"},
        {SQL_LIST_STATUS, "INDEX tickets_status (status=? AND updated_at<?)"},
        {SQL_LIST_NEED, "SEARCH n USING PRIMARY KEY (ticket_id=?)"},
        {SQL_LIST_BRANCH, "SEARCH runs USING INDEX runs_of_ticket (ticket_id=?)"},
        {SQL_LINE_READY, "INDEX tickets_ready (profile=? AND workspace=? AND urgency=? AND queued_at=? AND rowid>?)"},
        {SQL_LINE_READY, "INDEX tickets_ready (profile=? AND workspace=? AND urgency=? AND queued_at>?)"},
        {SQL_LINE_READY, "INDEX tickets_ready (profile=? AND workspace=? AND urgency>?)"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *plan = fixture_plan(f, rows[i].sql);

        if (!strstr(plan, rows[i].search) || strstr(plan, "B-TREE"))
            fail_msg("%s", plan);
        free(plan);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_newest_change_first, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(each_filter, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(the_next_first, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(a_text_is_looked_for_as_it_stands, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(what_there_is_in_all, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(a_long_list_is_whole, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(what_it_waits_for, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(each_look_is_a_range_of_its_index, fixture_board, fixture_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
