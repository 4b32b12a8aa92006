#include "store_fixture.h"

#include "store/glimpse.h"

static void add(struct fixture *f, const char *values) {
    char *text = xasprintf("INSERT INTO tickets(id,title,status,created_at,updated_at,body)VALUES%s", values);
    fixture_sql(f, text);
    free(text);
}

static void no_more_rows_than_were_asked_for(void **state) {
    struct fixture *f = *state;
    struct ticket_list list = {0};

    add(f, "(1,'a','todo',1,5,''),(2,'b','todo',1,3,'long'),(3,'c','todo',1,4,''),(4,'d','done',1,9,'')");
    must(glimpse_tickets(f->board, &(struct glimpse_want){TICKET_TODO, false, 2}, &list, &f->err));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].id, 1);
    assert_int_equal(list.items[1].id, 3);
    ticket_list_release(&list);
    must(glimpse_tickets(f->board, &(struct glimpse_want){TICKET_TODO, true, 2}, &list, &f->err));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].id, 2);
    assert_null(list.items[0].body);
    ticket_list_release(&list);
}

static void long_texts_are_cut(void **state) {
    struct fixture *f = *state;
    struct ticket_list list = {0};
    struct activity_list story = {0};
    char *body;

    add(f, "(1,printf('%.*c',1000000,'x'),'todo',1,1,printf('%.*c',1000000,'y'))");
    for (int i = 0; i < 5; i++)
        fixture_sql(f, "INSERT INTO ticket_activity(ticket_id,author,kind,body,created_at)"
                       "VALUES(1,'me','note',printf('%.*c',1000000,'z'),1)");
    must(glimpse_tickets(f->board, &(struct glimpse_want){TICKET_TODO, false, 9}, &list, &f->err));
    assert_int_equal(strlen(list.items[0].title), 300);
    must(glimpse_body(f->board, &(struct glimpse_ticket){.id = 1, .width = 50}, &body, &f->err));
    assert_int_equal(strlen(body), 50);
    must(glimpse_story(f->board, &(struct glimpse_ticket){.id = 1, .width = 40, .limit = 3}, &story, &f->err));
    assert_int_equal(story.count, 3);
    assert_int_equal(story.items[0].id, 3);
    assert_int_equal(strlen(story.items[2].body), 40);
    free(body);
    activity_list_release(&story);
    ticket_list_release(&list);
}

static void of_runs_the_last(void **state) {
    struct fixture *f = *state;
    struct run_list runs = {0};

    add(f, "(1,'a','todo',1,1,'')");
    for (int i = 1; i <= 4; i++) {
        char *text =
            xasprintf("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('%032d',1,%d,'h',%d)", i, i, i);
        fixture_sql(f, text);
        free(text);
    }
    must(glimpse_runs(f->board, &(struct glimpse_ticket){.id = 1, .limit = 2}, &runs, &f->err));
    assert_int_equal(runs.count, 2);
    assert_int_equal(runs.items[0].attempt, 3);
    assert_int_equal(runs.items[1].attempt, 4);
    run_list_release(&runs);
}

static void a_day_is_what_happened_on_it(void **state) {
    struct fixture *f = *state;
    struct glimpse_day day = {.from = 100, .to = 200};

    add(f, "(1,'a','todo',1,1,'')");
    fixture_sql(f, "INSERT INTO ticket_activity(ticket_id,kind,created_at)VALUES(1,'sent',99),(1,'sent',100),"
                   "(1,'sent',199),(1,'sent',200),(1,'signal',150),(1,'quiet',150),(1,'note',150)");
    fixture_sql(f, "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome,waited_ms)VALUES"
                   "('00000000000000000000000000000001',1,1,'h',100,150,'failed',7),"
                   "('00000000000000000000000000000002',1,2,'h',110,250,'failed',900),"
                   "('00000000000000000000000000000003',1,3,'h',120,150,'delivered',20),"
                   "('00000000000000000000000000000004',1,4,'h',130,NULL,NULL,NULL),"
                   "('00000000000000000000000000000005',1,5,'h',200,NULL,NULL,5000)");
    must(glimpse_day(f->board, &day, &f->err));
    assert_int_equal(day.started, 2);
    assert_int_equal(day.finished, 2);
    assert_int_equal(day.failed, 1);
    assert_int_equal(day.waits, 3);
    assert_int_equal(day.median_ms, 20);
    assert_int_equal(day.longest_ms, 900);
}

/* Whatever the size of the board: no table is gone through, nothing is sorted but the last few to be turned around, and
 * a day is counted in indexes alone. */
static void every_look_is_by_an_index(void **state) {
    only_of_files("the plans are SQLite's");
    static const struct {
        enum sql sql;
        const char *plan;
        bool turned;
    } rows[] = {{SQL_GLIMPSE_NEWEST, "tickets_status", false},
                {SQL_GLIMPSE_OLDEST, "tickets_status", false},
                {SQL_GLIMPSE_STORY, "ticket_activity_of_ticket", true},
                {SQL_GLIMPSE_RUNS, "runs_of_ticket", true},
                {SQL_GLIMPSE_TURNS, "COVERING INDEX activity_turns", false},
                {SQL_GLIMPSE_FAILED, "COVERING INDEX runs_ended", false},
                {SQL_GLIMPSE_WAITS, "COVERING INDEX runs_started", false}};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *plan = fixture_plan(f, rows[i].sql);

        if (strstr(plan, "SCAN tickets") || strstr(plan, "SCAN runs") || strstr(plan, "SCAN ticket_activity") ||
            (!rows[i].turned && strstr(plan, "FOR ORDER BY")))
            fail_msg("%s: %s", sql_sqlite[rows[i].sql], plan);
        if (!strstr(plan, rows[i].plan))
            fail_msg("%s: not by %s", sql_sqlite[rows[i].sql], rows[i].plan);
        free(plan);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_more_rows_than_were_asked_for, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(long_texts_are_cut, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(of_runs_the_last, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(a_day_is_what_happened_on_it, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(every_look_is_by_an_index, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
