/* The door to a server, and what a pickup sees of one that is rude to it: with MC_TEST_DB only (hosts/server.py). */
#include "store_fixture.h"

#include "base/clock.h"

#ifdef MC_TEST_POSTGRES
#include "store/db_postgres.h"

enum { SOON_MS = 20000, MANY = 1000000 };

#define only_of_servers()                                                                                              \
    do {                                                                                                               \
        if (!server_given())                                                                                           \
            skip();                                                                                                    \
    } while (0)

static int64_t soon(void) {
    return clock_monotonic() + SOON_MS;
}

/* By somebody else, and it has gone when this returns. */
static void end_connection(struct fixture *f) {
    PGconn *other = server_connect(f->path);
    char *text = xasprintf("SELECT pg_terminate_backend(%d,10000)", PQbackendPID(server_of(f->board)));
    PGresult *result = PQexec(other, text);
    assert_string_equal(PQgetvalue(result, 0, 0), "t");
    PQclear(result);
    PQfinish(other);
    free(text);
}

/* What every connection to this database has from now on. */
static void set(struct fixture *f, const char *setting) {
    char *text = xasprintf("DO $$BEGIN EXECUTE 'ALTER DATABASE '||current_database()||' SET %s'; END$$", setting);
    server_texts(f->path, (const char *const[]){text, NULL});
    free(text);
    board_free(f->board);
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
}

/* Whenever a ticket is made. */
static void meanwhile(struct fixture *f, const char *does) {
    char *function = xasprintf("CREATE FUNCTION public.rude() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN %s; RETURN "
                               "NEW; END$$",
                               does);
    server_texts(f->path, (const char *const[]){function,
                                                "CREATE TRIGGER rude BEFORE INSERT ON mc_pickup.tickets FOR EACH ROW "
                                                "EXECUTE FUNCTION public.rude()",
                                                NULL});
    free(function);
}

static bool add(struct fixture *f, const char *title) {
    struct ticket_new ticket = {
        .title = title, .author = "test", .priority = PRIORITY_MEDIUM, .status = TICKET_TODO, .now = 1000};
    struct ticket_added added;
    return tickets_add(f->board, &ticket, &added, &f->err);
}

static void test_lost_between(void **state) {
    struct fixture *f = *state;
    bool any = true;
    only_of_servers();
    end_connection(f);
    must(db_any(f->board, CALL(SQL_SETTING_GET, bind_text(":key", "none")), &any, &f->err));
    end_connection(f);
    must(board_begin(f->board, &f->err));
    must(add(f, "One"));
    must(board_commit(f->board, &f->err));
    end_connection(f);
    must(board_begin_read(f->board, &f->err));
    must(board_commit(f->board, &f->err));
    fixture_is(f, "SELECT count(*) FROM tickets", "1");
}

/* What comes behind the loss is not done by itself over a new connection. */
static void test_lost_within(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    must(board_begin(f->board, &f->err));
    must(add(f, "One"));
    end_connection(f);
    must_fail(add(f, "Two"), MC_TEMPFAIL);
    must_fail(add(f, "Three"), MC_TEMPFAIL);
    must_fail(board_commit(f->board, &f->err), MC_TEMPFAIL);
    assert_false(board_changed(f->board));
    must(add(f, "Four"));
    fixture_is(f, "SELECT string_agg(title,',') FROM tickets", "Four");
}

static void test_lost_within_and_rolled_back(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    must(board_begin_claim(f->board, &f->err));
    end_connection(f);
    must_fail(add(f, "One"), MC_TEMPFAIL);
    board_rollback(f->board);
    must(board_begin(f->board, &f->err));
    must(board_commit(f->board, &f->err));
    fixture_is(f, "SELECT count(*) FROM tickets", "0");
}

/* What was refused before the connection went is not said of what comes with it. */
static void test_lost_behind_a_refusal(void **state) {
    struct fixture *f = *state;
    bool stored;
    only_of_servers();
    meanwhile(f, "RAISE EXCEPTION 'not that' USING ERRCODE='integrity_constraint_violation'");
    must(board_begin(f->board, &f->err));
    assert_false(add(f, "One"));
    assert_true(board_refused(f->board));
    board_rollback(f->board);
    err_release(&f->err);
    must(board_begin(f->board, &f->err));
    end_connection(f);
    must_fail(db_store(f->board, CALL(SQL_RECORD_UNARCHIVE, bind_number(":ticket_id", 1)), &stored, &f->err),
              MC_TEMPFAIL);
    assert_false(board_refused(f->board));
}

static void test_idle_for_too_long(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    must(board_begin(f->board, &f->err));
    fixture_sql(f, "SET LOCAL idle_in_transaction_session_timeout=50");
    clock_sleep(300);
    must_fail(add(f, "One"), MC_TEMPFAIL);
    board_rollback(f->board);
    set(f, "idle_session_timeout=50");
    clock_sleep(300);
    must(add(f, "Two"));
}

static void test_isolation(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    set(f, "default_transaction_isolation=serializable");
    must(board_begin(f->board, &f->err));
    fixture_is(f, "SELECT current_setting('transaction_isolation')", "read committed");
    must(board_commit(f->board, &f->err));
}

static void test_read_only(void **state) {
    struct fixture *f = *state;
    bool any = true;
    only_of_servers();
    set(f, "default_transaction_read_only=on");
    must(board_begin(f->board, &f->err));
    must_fail(add(f, "One"), MC_TEMPFAIL);
    board_rollback(f->board);
    must_fail(add(f, "One"), MC_TEMPFAIL);
    must(db_any(f->board, CALL(SQL_SETTING_GET, bind_text(":key", "none")), &any, &f->err));
}

/* must_fail sees that it is one line. */
static void test_words_of_a_server(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    meanwhile(f, "RAISE EXCEPTION E'Ein Fehler\\n\\tin zwei \\x1b[31mZeilen' USING ERRCODE='40001'");
    must(board_begin(f->board, &f->err));
    assert_false(add(f, "One"));
    assert_non_null(strstr(f->err.text, "Ein Fehler in zwei [31mZeilen"));
    assert_null(strchr(f->err.text, '\n'));
    assert_null(strchr(f->err.text, '\x1b'));
    assert_int_equal(f->err.code, MC_TEMPFAIL);
    err_release(&f->err);
    board_rollback(f->board);
    must_fail(add(f, "Two"), MC_TEMPFAIL);
}

static void test_deadlock(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    meanwhile(f, "RAISE EXCEPTION 'deadlock detected' USING ERRCODE='40P01'");
    must_fail(add(f, "One"), MC_TEMPFAIL);
}

static void test_statement_timeout(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    meanwhile(f, "PERFORM pg_sleep(10)");
    set(f, "statement_timeout=200");
    must_fail(add(f, "One"), MC_TEMPFAIL);
}

static void test_notices(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    meanwhile(f, "FOR i IN 1..20000 LOOP RAISE WARNING 'storm %', i; END LOOP");
    must(add(f, "One"));
}

/* A board that nobody else writes to is waited for as long as was said, and no longer. */
static void test_lock_limit(void **state) {
    struct fixture *f = *state;
    int64_t begun;
    only_of_servers();
    PGconn *other = server_connect(f->path);
    PQclear(PQexec(other, "SELECT pg_advisory_lock(1296257109,0)"));
    board_busy_limit(300);
    board_free(f->board);
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    begun = clock_monotonic();
    must_fail(board_begin(f->board, &f->err), MC_TEMPFAIL);
    must_fail(board_begin_claim(f->board, &f->err), MC_TEMPFAIL);
    must_fail(add(f, "One"), MC_TEMPFAIL);
    assert_in_range(clock_monotonic() - begun, 900, 5000);
    must(board_begin_read(f->board, &f->err));
    must(board_commit(f->board, &f->err));
    board_busy_limit(10000);
    PQfinish(other);
}

/* And now libpq's side of it. */
static struct link *dial(struct fixture *f) {
    struct link *link = link_dial(f->path);
    if (link_lost(link))
        fail_msg("%s", link_why(link));
    return link;
}

static void is_failure(struct reply *reply, const char *sqlstate) {
    assert_non_null(reply);
    assert_true(reply_failed(reply));
    assert_string_equal(reply_state(reply), sqlstate);
    reply_free(reply);
}

static void gives(struct reply *reply, const char *value) {
    assert_non_null(reply);
    assert_false(reply_failed(reply));
    assert_string_equal(reply_value(reply, 0, 0), value);
    reply_free(reply);
}

/* More than are left unanswered at a time, and one of the first fails. */
static void test_queue(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    struct link *link = dial(f);
    for (int i = 0; i < 600; i++)
        assert_true(link_queue(link, i == 10 ? "SELECT 1/0" : i == 20 ? "SELECT x" : "SELECT 1", NULL, soon()));
    is_failure(link_ask(link, "SELECT 2", NULL, soon()), "22012");
    gives(link_ask(link, "SELECT 3", NULL, soon()), "3");
    assert_true(link_queue(link, "BEGIN", NULL, soon()));
    assert_true(link_queue(link, "SELECT 1/0", NULL, soon()));
    is_failure(link_ask(link, "COMMIT", NULL, soon()), "22012");
    is_failure(link_ask(link, "SELECT 4", NULL, soon()), "25P02");
    assert_true(link_send_off(link, "ROLLBACK", soon()));
    gives(link_ask(link, "SELECT 5", NULL, soon()), "5");
    link_close(link);
}

static void test_script_behind_a_queue(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    struct link *link = dial(f);
    assert_true(link_send_off(link, "SELECT 1", soon()));
    gives(link_script(link, "SELECT 1; SELECT 2", soon()), "2");
    assert_true(link_queue(link, "SELECT 1/0", NULL, soon()));
    is_failure(link_script(link, "SELECT 3", soon()), "22012");
    gives(link_script(link, "SET TimeZone='Asia/Tokyo'; SELECT 4", soon()), "4");
    link_close(link);
}

static void test_many_rows(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    struct link *link = dial(f);
    struct reply *reply = link_ask(link, "SELECT generate_series(1,1000000)", NULL, soon());
    assert_non_null(reply);
    assert_int_equal(reply_rows(reply), MANY);
    assert_string_equal(reply_value(reply, MANY - 1, 0), "1000000");
    reply_free(reply);
    link_close(link);
}

static void test_silence(void **state) {
    struct fixture *f = *state;
    int64_t begun = clock_monotonic();
    only_of_servers();
    struct link *link = dial(f);
    assert_null(link_ask(link, "SELECT pg_sleep(30)", NULL, begun + 300));
    assert_in_range(clock_monotonic() - begun, 300, 10000);
    link_close(link);
}

int main(void) {
#define one(name) cmocka_unit_test_setup_teardown(name, fixture_board, fixture_end)
    const struct CMUnitTest tests[] = {
        one(test_lost_between),
        one(test_lost_within),
        one(test_lost_within_and_rolled_back),
        one(test_lost_behind_a_refusal),
        one(test_idle_for_too_long),
        one(test_isolation),
        one(test_read_only),
        one(test_words_of_a_server),
        one(test_deadlock),
        one(test_statement_timeout),
        one(test_notices),
        one(test_lock_limit),
        one(test_queue),
        one(test_script_behind_a_queue),
        one(test_many_rows),
        one(test_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void) {
    return 0;
}
#endif
