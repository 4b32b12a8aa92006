#include "store_fixture.h"

#include "store/journal.h"

static void test_activity(void **state) {
    struct fixture *f = *state;
    struct activity_list list = {0};
    bool said = true;
    int64_t id = fixture_add(f, "a", PRIORITY_LOW, 1);
    must(journal_add(
        f->board,
        &(struct journal_row){
            .ticket_id = id, .run_id = RUN_A, .author = "anna", .kind = "stalled", .body = "line 1\nline 2", .now = 20},
        &f->err));
    must(journal_list(f->board, id, &list, &f->err));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].kind, "created");
    assert_null(list.items[0].run_id);
    assert_string_equal(list.items[1].body, "line 1\nline 2");
    assert_string_equal(list.items[1].run_id, RUN_A);
    assert_int_equal(list.items[1].created_at, 20);
    activity_list_release(&list);
    must(journal_said(f->board,
                      &(struct journal_look){.ticket_id = id, .run_id = RUN_A, .kind = "stalled", .since = 20}, &said,
                      &f->err));
    assert_true(said);
    must(journal_said(f->board,
                      &(struct journal_look){.ticket_id = id, .run_id = RUN_A, .kind = "stalled", .since = 21}, &said,
                      &f->err));
    assert_false(said);
    must(journal_said(f->board, &(struct journal_look){.ticket_id = id, .run_id = RUN_B, .kind = "stalled"}, &said,
                      &f->err));
    assert_false(said);
    must(journal_said(f->board, &(struct journal_look){.ticket_id = id, .kind = "created"}, &said, &f->err));
    assert_true(said);
    must(journal_list(f->board, 99, &list, &f->err));
    assert_int_equal(list.count, 0);
}

static void test_once_a_run(void **state) {
    struct fixture *f = *state;
    struct activity_list list = {0};
    int64_t id = fixture_add(f, "a", PRIORITY_LOW, 1);
    struct journal_row row = {
        .ticket_id = id, .run_id = RUN_A, .author = "anna", .kind = "stalled", .body = "one", .now = 20};
    bool added = false;
    must(journal_add_once(f->board, &row, &added, &f->err));
    assert_true(added);
    row.body = "two";
    row.now = 30;
    must(journal_add_once(f->board, &row, &added, &f->err));
    assert_false(added);
    row.run_id = RUN_B;
    must(journal_add_once(f->board, &row, &added, &f->err));
    assert_true(added);
    must(journal_list(f->board, id, &list, &f->err));
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[1].body, "one");
    assert_string_equal(list.items[2].run_id, RUN_B);
    activity_list_release(&list);
}

/* A word on a turn is judged inside the write lock: a long story costs it nothing. */
static void test_a_word_is_found_by_its_index(void **state) {
    only_of_files("the plans are SQLite's");
    static const enum sql looks[] = {SQL_ACTIVITY_WORD, SQL_ACTIVITY_LAST_WORD, SQL_MESSAGE_STANDING};
    static const char *const searches[] = {"SEARCH ticket_activity USING INDEX ticket_activity_words (ticket_id=?)",
                                           "SEARCH ticket_activity USING INDEX ticket_activity_words (ticket_id=?)",
                                           "ticket_messages_of_ticket (ticket_id=? AND status=?)"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        char *plan = fixture_plan(f, looks[i]);
        assert_non_null(strstr(plan, searches[i]));
        assert_null(strstr(plan, "B-TREE"));
        free(plan);
    }
}

/* What show reads of a long story: the rows that it prints, and how many more there are by their index alone. */
static void test_the_end_of_a_story(void **state) {
    static const enum sql looks[] = {SQL_ACTIVITY_TAIL, SQL_ACTIVITY_COUNT};
    static const char *const searches[] = {"SEARCH ticket_activity USING INDEX ticket_activity_of_ticket (ticket_id=?)",
                                           "SEARCH ticket_activity USING COVERING INDEX "};
    struct fixture *f = *state;
    struct journal_story story = {0}, all = {0};

    fixture_add(f, "a", PRIORITY_LOW, 1);
    fixture_sql(f, "INSERT INTO ticket_activity(ticket_id,kind,body,created_at)VALUES(1,'reply','1',1),(1,'reply','2',"
                   "1),(1,'reply','3',1)");
    must(journal_tail(f->board, &(struct journal_tail){1, 2}, &story, &f->err));
    assert_int_equal(story.last.count, 2);
    assert_int_equal(story.earlier, 2);
    assert_string_equal(story.last.items[0].body, "2");
    assert_string_equal(story.last.items[1].body, "3");
    must(journal_tail(f->board, &(struct journal_tail){1, 0}, &all, &f->err));
    assert_int_equal(all.last.count, 4);
    assert_int_equal(all.earlier, 0);
    activity_list_release(&story.last);
    activity_list_release(&all.last);
    for (size_t i = 0; !server_given() && i < sizeof looks / sizeof *looks; i++) {
        char *plan = fixture_plan(f, looks[i]);
        assert_non_null(strstr(plan, searches[i]));
        free(plan);
    }
}

static void test_the_last_word_of_a_ticket(void **state) {
    struct fixture *f = *state;
    struct journal_said_last last;
    fixture_add(f, "a", PRIORITY_LOW, 1);
    must(journal_last_word(f->board, 1, &last, &f->err));
    assert_null(last.body);
    fixture_sql(f, "INSERT INTO ticket_activity(ticket_id,run_id,kind,body,created_at)VALUES(1,'" RUN_A
                   "','signal','first',1),(1,'" RUN_B "','signal','last',1),(1,'" RUN_A "','reply','more',1)");
    must(journal_last_word(f->board, 1, &last, &f->err));
    assert_string_equal(last.body, "last");
    assert_string_equal(last.run_id, RUN_B);
    journal_said_last_release(&last);
}

static void write_row(struct fixture *f, const char *run_id, const char *kind, const char *body) {
    must(journal_add(f->board, &(struct journal_row){.ticket_id = 1, .run_id = run_id, .kind = kind, .body = body},
                     &f->err));
}

static void last_is(struct fixture *f, const char *run_id, const char *reply, const char *end) {
    const struct journal_look look = {.ticket_id = 1, .run_id = run_id, .kind = "reply"};
    char *body = NULL;
    must(journal_last(f->board, &look, &body, &f->err));
    assert_string_equal(body ? body : "-", reply);
    free(body);
    must(journal_end(f->board, &look, &body, &f->err));
    assert_string_equal(body ? body : "-", end);
    free(body);
}

static void test_the_last_of_a_run(void **state) {
    struct fixture *f = *state;
    fixture_add(f, "a", PRIORITY_LOW, 1);
    last_is(f, RUN_A, "-", "-");
    write_row(f, RUN_A, "signal", "first");
    write_row(f, RUN_A, "reply", "one");
    write_row(f, RUN_A, "reply", "two");
    last_is(f, RUN_A, "two", "first");
    last_is(f, RUN_B, "-", "-");
    write_row(f, RUN_B, "terminal_state", "of another");
    write_row(f, RUN_A, "terminal_state", "second");
    write_row(f, RUN_A, "moved", "third");
    last_is(f, RUN_A, "two", "second");
}

static void test_settings(void **state) {
    struct fixture *f = *state;
    char *value = NULL;
    must(settings_get(f->board, "paused", &value, &f->err));
    assert_null(value);
    must(settings_put(f->board, "paused", "a", &f->err));
    must(settings_put(f->board, "paused", "b", &f->err));
    int64_t rows = db_changes(f->board);
    must(settings_put(f->board, "paused", "b", &f->err));
    assert_int_equal(db_changes(f->board), rows);
    must(settings_get(f->board, "paused", &value, &f->err));
    assert_string_equal(value, "b");
    free(value);
    must(settings_put(f->board, "paused", NULL, &f->err));
    must(settings_get(f->board, "paused", &value, &f->err));
    assert_null(value);
}

/* A row of an older program, or of a hand: it acted, and what it printed is not known. */
static void test_a_request_without_an_answer(void **state) {
    struct fixture *f = *state;
    struct request_first first;
    must(requests_begin(f->board, "new", &first, &f->err));
    assert_null(first.answer);
    must(requests_end(f->board, &(struct request_answer){.id = "old", .act = NULL, .answer = ""}, &f->err));
    must(requests_begin(f->board, "old", &first, &f->err));
    assert_string_equal(first.answer, "");
    assert_null(first.act);
    request_first_release(&first);
}

static void test_requests(void **state) {
    struct fixture *f = *state;
    struct request_first first;
    must(requests_begin(f->board, "r1", &first, &f->err));
    assert_null(first.answer);
    must(requests_end(f->board, &(struct request_answer){.id = "r1", .act = "a", .answer = "MC-1", .now = 5}, &f->err));
    must(requests_end(f->board, &(struct request_answer){.id = "r1", .act = "b", .answer = "MC-2", .now = 6}, &f->err));
    must(requests_begin(f->board, "r1", &first, &f->err));
    assert_string_equal(first.answer, "MC-1");
    assert_string_equal(first.act, "a");
    request_first_release(&first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_word_is_found_by_its_index, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_the_end_of_a_story, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_the_last_word_of_a_ticket, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_activity, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_once_a_run, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_the_last_of_a_run, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_settings, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_requests, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_request_without_an_answer, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
