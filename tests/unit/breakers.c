#include "store_fixture.h"

#include "base/text.h"
#include "store/breakers.h"
#include "store/journal.h"
#include "store/queue.h"

static void test_rows(void **state) {
    struct fixture *f = *state;
    struct breaker_list list = {0};
    struct breaker breaker = {.failures = 4,
                              .openings = 2,
                              .open_until = 1779942042145,
                              .trial = 9,
                              .shares = {{7, 3}, {9, 1}},
                              .told = true,
                              .class = "unreachable",
                              .detail = "connection refused \"here\"",
                              .next = "start it"},
                   loaded;
    must(breakers_get(f->board, "endpoint", &loaded, &f->err));
    assert_int_equal(loaded.failures, 0);
    must(breakers_put(f->board, "endpoint", &breaker, &f->err));
    must(breakers_put(f->board, "profile:codex", &(struct breaker){.failures = 1, .class = "no_agent"}, &f->err));
    must(breakers_get(f->board, "endpoint", &loaded, &f->err));
    assert_memory_equal(&loaded.shares, &breaker.shares, sizeof loaded.shares);
    assert_int_equal(loaded.failures, 4);
    assert_int_equal(loaded.openings, 2);
    assert_int_equal(loaded.open_until, 1779942042145);
    assert_int_equal(loaded.trial, 9);
    assert_true(loaded.told);
    assert_string_equal(loaded.class, "unreachable");
    assert_string_equal(loaded.detail, "connection refused \"here\"");
    assert_string_equal(breaker_advice(&loaded), "start it");
    must(settings_put(f->board, "paused", "lunch", &f->err));
    must(breakers_list(f->board, &list, &f->err));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].thing, "endpoint");
    assert_int_equal(breaker_list_find(&list, "profile:codex")->failures, 1);
    assert_false(breaker_list_find(&list, "profile:codex")->told);
    assert_string_equal(breaker_advice(breaker_list_find(&list, "profile:codex")),
                        class_rule(CLASS_NO_AGENT)->next_action);
    assert_null(breaker_list_find(&list, "machine"));
    breaker_list_release(&list);
    must(breakers_put(f->board, "endpoint", &(struct breaker){0}, &f->err));
    fixture_is(f, "SELECT group_concat(key)FROM settings WHERE key LIKE 'breaker%'", "breaker:profile:codex");
    must(settings_put(f->board, "breaker:profile:codex", "{nonsense", &f->err));
    must(breakers_get(f->board, "profile:codex", &loaded, &f->err));
    assert_int_equal(loaded.failures, 0);
}

static struct breaker read_as(struct fixture *f, const char *value) {
    struct breaker loaded;
    must(settings_put(f->board, "breaker:machine", value, &f->err));
    must(breakers_get(f->board, "machine", &loaded, &f->err));
    return loaded;
}

/* A row that a hand has written: what is no count counts nothing. */
static void test_rows_of_a_hand(void **state) {
    struct fixture *f = *state;
    assert_int_equal(read_as(f, "{\"failures\":-1}").failures, 0);
    assert_int_equal(read_as(f, "{\"failures\":0}").failures, 0);
    assert_int_equal(read_as(f, "{\"failures\":1}").failures, 1);
    assert_int_equal(read_as(f, "{\"failures\":\"3\"}").failures, 0);
    assert_int_equal(read_as(f, "{\"failures\":2147483647}").failures, INT32_MAX);
    assert_int_equal(read_as(f, "{\"failures\":2147483648}").failures, 0);
    assert_string_equal(read_as(f, "{\"class\":7}").class, "");
    assert_false(read_as(f, "[]").told);
    struct breaker many = read_as(f, "{\"tickets\":[{\"ticket\":0,\"failures\":5},{\"ticket\":-2},{\"ticket\":7,"
                                     "\"failures\":2},{\"ticket\":8},{\"ticket\":9},{\"ticket\":10}]}");
    assert_int_equal(many.shares[0].ticket, 7);
    assert_int_equal(many.shares[0].failures, 2);
    assert_int_equal(many.shares[2].ticket, 9);
    many = read_as(f, "{\"tickets\":[{\"ticket\":7},{\"ticket\":-2,\"failures\":3}]}");
    assert_int_equal(many.shares[1].ticket, 0); /* no ticket of that number */
    assert_int_equal(many.shares[1].failures, 0);
}

static struct breaker wait_of(struct fixture *f, struct breakers_need need) {
    struct breaker open;
    must(breakers_wait(f->board, &need, &open, &f->err));
    return open;
}

/* Of those that are open, the one that has to be waited for longest. */
static void test_wait(void **state) {
    struct fixture *f = *state;
    enum { NOW = 1000000 };
    struct breakers_need need = {.profile = "demo", .workspace = "web", .endpoint = true, .ticket = 1, .now = NOW};
    const struct breaker soon = {.failures = 3, .openings = 1, .open_until = NOW + 10, .class = "denied"};
    const struct breaker later = {.failures = 3, .openings = 1, .open_until = NOW + 20, .class = "denied"};
    const struct breaker over = {.failures = 3, .openings = 1, .open_until = NOW, .class = "denied"};
    const struct breaker stopped = {.openings = 1, .open_until = NOW + 30, .class = "awaiting_human"};
    assert_int_equal(wait_of(f, need).open_until, 0);
    must(breakers_put(f->board, "endpoint", &soon, &f->err));
    must(breakers_put(f->board, "machine", &later, &f->err));
    must(breakers_put(f->board, "profile:other", &stopped, &f->err));
    must(breakers_put(f->board, "workspace:web", &over, &f->err));
    assert_int_equal(wait_of(f, need).open_until, NOW + 20);
    must(breakers_put(f->board, "machine", &over, &f->err));
    assert_int_equal(wait_of(f, need).open_until, NOW + 10);
    must(breakers_put(f->board, "profile:demo", &stopped, &f->err));
    assert_int_equal(wait_of(f, need).open_until, NOW + 30);
    need.spoken = true; /* a person's words may be what it waits for */
    assert_int_equal(wait_of(f, need).open_until, NOW + 10);
    need.endpoint = false;
    assert_int_equal(wait_of(f, need).open_until, 0);
}

/* What went through a workspace, or none, proves that one alone. */
static void test_proof_of_a_place(void **state) {
    struct fixture *f = *state;
    const struct breaker open = {.failures = 3, .openings = 1, .open_until = 9, .class = "denied"};
    must(breakers_put(f->board, "workspace:web", &open, &f->err));
    must(breakers_put(f->board, "workspace:api", &open, &f->err));
    must(breakers_prove(f->board, &(struct breakers_proof){.profile = "demo"}, &f->err));
    fixture_is(f, "SELECT count(*)FROM settings WHERE key LIKE 'breaker:workspace:%'", "2");
    must(breakers_prove(f->board, &(struct breakers_proof){.profile = "demo", .workspace = "web"}, &f->err));
    fixture_is(f, "SELECT group_concat(key)FROM settings WHERE key LIKE 'breaker:workspace:%'",
               "breaker:workspace:api");
}

static void fill(struct fixture *f) {
    static const char *const things[] = {"machine", "endpoint", "profile:codex", "profile:demo"};
    for (size_t i = 0; i < sizeof things / sizeof *things; i++)
        must(breakers_put(f->board, things[i], &(struct breaker){.failures = 1}, &f->err));
}

static void test_proof_and_close(void **state) {
    struct fixture *f = *state;
    int count = 0;
    fill(f);
    must(breakers_prove(f->board, &(struct breakers_proof){.profile = "codex"}, &f->err));
    fixture_is(f, "SELECT group_concat(key)FROM settings WHERE key LIKE 'breaker:%'",
               "breaker:endpoint,breaker:profile:demo");
    fill(f);
    must(breakers_prove(f->board, &(struct breakers_proof){.endpoint = true}, &f->err));
    fixture_is(f, "SELECT group_concat(key)FROM settings WHERE key LIKE 'breaker:%'",
               "breaker:profile:codex,breaker:profile:demo");
    must(breakers_put(f->board, "workspace:web", &(struct breaker){.failures = 1}, &f->err));
    must(breakers_prove(f->board, &(struct breakers_proof){.profile = "web"}, &f->err));
    fixture_is(f, "SELECT count(*)FROM settings WHERE key='breaker:workspace:web'", "1");
    must(breakers_prove(f->board, &(struct breakers_proof){.workspace = "web"}, &f->err));
    fixture_is(f, "SELECT group_concat(key)FROM settings WHERE key LIKE 'breaker:%'",
               "breaker:profile:codex,breaker:profile:demo");
    must(breakers_close(f->board, "profile:demo", &count, &f->err));
    assert_int_equal(count, 1);
    must(breakers_close(f->board, "profile:demo", &count, &f->err));
    assert_int_equal(count, 0);
    fill(f);
    must(breakers_close(f->board, NULL, &count, &f->err));
    assert_int_equal(count, 4);
}

static void test_queue(void **state) {
    struct fixture *f = *state;
    int64_t id = fixture_add(f, "a", PRIORITY_LOW, 1);
    must(queue_back(f->board, &(struct queue_back){.ticket = id, .world = true, .now = 50}, &f->err));
    must(queue_back(f->board, &(struct queue_back){.ticket = id, .world = true, .now = 60}, &f->err));
    must(queue_back(f->board, &(struct queue_back){.ticket = id, .now = 70}, &f->err));
    fixture_is(f, "SELECT queued_at||' '||world_failures FROM tickets", "70 2");
    must(queue_forget(f->board, id, &f->err));
    fixture_is(f, "SELECT queued_at||' '||world_failures FROM tickets", "70 0");
}

/* What its profile did to it is taken back; what a person has done since is not. */
static void test_excuse(void **state) {
    struct fixture *f = *state;
    struct queue_excuse excuse = {.ticket = fixture_add(f, "a", PRIORITY_LOW, 1), .count = 1, .why = "w", .now = 9};
    fixture_sql(f, "UPDATE tickets SET attempts=2,failure_reason='worker_died: x',next_attempt_at=99");
    must(queue_excuse(f->board, &excuse, &f->err));
    fixture_is(f, "SELECT status||attempts||next_attempt_at FROM tickets", "todo199");
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE kind='moved'", "0");
    fixture_sql(f, "UPDATE tickets SET attempts=3,status='blocked',next_attempt_at=NULL");
    must(queue_excuse(f->board, &excuse, &f->err));
    fixture_is(f, "SELECT status||attempts FROM tickets", "todo2");
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE kind='moved'", "1");
    fixture_sql(f, "UPDATE tickets SET attempts=3,status='blocked',failure_reason='held by anna'");
    must(queue_excuse(f->board, &excuse, &f->err));
    fixture_is(f, "SELECT status||attempts FROM tickets", "blocked3");
    fixture_sql(f, "UPDATE tickets SET attempts=3,status='in_progress',failure_reason='worker_died: x'");
    must(queue_excuse(f->board, &excuse, &f->err));
    fixture_is(f, "SELECT status||attempts FROM tickets", "in_progress3");
}

static void stuck_are(struct fixture *f, size_t count) {
    struct stuck_list list = {0};
    must(board_begin(f->board, &f->err));
    must(stuck_take(f->board, &list, &f->err));
    must(board_commit(f->board, &f->err));
    assert_int_equal(list.count, count);
    stuck_list_release(&list);
}

/* Whoever cancels, or makes a ticket wait for a cancelled one: it is told once, for as long as it is true. */
static void test_stuck(void **state) {
    struct fixture *f = *state;
    struct stuck_list list = {0};
    fixture_add(f, "needed", PRIORITY_LOW, 1);
    fixture_add(f, "waits", PRIORITY_LOW, 1);
    fixture_sql(f, "INSERT INTO ticket_needs VALUES(2,1)");
    stuck_are(f, 0);
    fixture_sql(f, "UPDATE tickets SET status='cancelled' WHERE id=1");
    must(stuck_behind(f->board, 1, &list, &f->err));
    assert_int_equal(list.count, 1);
    assert_true(list.items[0].ticket == 2 && list.items[0].needs == 1);
    stuck_list_release(&list);
    stuck_are(f, 1);
    stuck_are(f, 0);
    fixture_add(f, "later", PRIORITY_LOW, 1);
    fixture_sql(f, "INSERT INTO ticket_needs VALUES(3,1)");
    stuck_are(f, 1);
    fixture_sql(f, "UPDATE tickets SET status='todo' WHERE id=1");
    fixture_sql(f, "UPDATE tickets SET status='cancelled' WHERE id=1");
    fixture_sql(f, "UPDATE tickets SET status='todo' WHERE id=1");
    stuck_are(f, 0);
    fixture_is(f, "SELECT count(*)FROM settings WHERE key LIKE 'stuck:%'", "0");
    /* By number, not by what stands in the settings. */
    for (int64_t id = 4; id <= 10; id++)
        fixture_add(f, "more", PRIORITY_LOW, 1);
    fixture_sql(f, "DELETE FROM ticket_needs;INSERT INTO ticket_needs VALUES(10,1),(2,1),(9,1);"
                   "UPDATE tickets SET status='cancelled' WHERE id=1");
    must(stuck_take(f->board, &list, &f->err));
    assert_int_equal(list.count, 3);
    assert_true(list.items[0].ticket == 2 && list.items[1].ticket == 9 && list.items[2].ticket == 10);
    stuck_list_release(&list);
}

/* "profile/workspace" of each, by name, with the ticket that stands first. */
static void test_ready_kinds(void **state) {
    struct fixture *f = *state;
    struct ready_kinds list = {0};
    struct text names = {0};
    must(ready_kinds(f->board, &list, &f->err));
    assert_int_equal(list.count, 0);
    for (int i = 0; i < 9; i++)
        fixture_add(f, "t", PRIORITY_LOW, i);
    fixture_sql(f, "UPDATE tickets SET profile=CASE WHEN id>6 THEN 'zeta' WHEN id>3 THEN 'alpha' END");
    fixture_sql(f, "UPDATE tickets SET workspace='web' WHERE id IN(2,5,8)");
    fixture_sql(f, "UPDATE tickets SET workspace='api' WHERE id IN(5,6)");
    fixture_sql(f, "UPDATE tickets SET priority='critical' WHERE id=9");
    must(ready_kinds(f->board, &list, &f->err));
    for (size_t i = 0; i < list.count; i++)
        text_addf(&names, "%s/%s %lld ", list.items[i].profile ? list.items[i].profile : "",
                  list.items[i].workspace ? list.items[i].workspace : "", (long long)list.items[i].ticket);
    assert_string_equal(text_str(&names), "/ 1 /web 2 alpha/ 4 alpha/api 5 zeta/ 9 zeta/web 8 ");
    text_release(&names);
    ready_kinds_release(&list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_rows_of_a_hand, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_wait, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_proof_of_a_place, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_proof_and_close, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_queue, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_excuse, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_stuck, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_ready_kinds, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
