#include "store_fixture.h"

#include "rules/words.h"
#include "store/runtimes.h"
#include "version_1.h"

static void test_version_and_pragmas(void **state) {
    struct fixture *f = *state;
    only_of_files("a server has no pragmas");
    fixture_is(f, "PRAGMA user_version", "5");
    fixture_is(f, "PRAGMA application_id", "1296257109");
    fixture_is(f, "PRAGMA journal_mode", "wal");
    fixture_is(f, "PRAGMA synchronous", "2");
    fixture_is(f, "PRAGMA foreign_keys", "1");
    fixture_is(f, "PRAGMA integrity_check", "ok");
    fixture_is(f, "SELECT count(*)FROM pragma_table_list WHERE schema='main' AND strict=0 AND name NOT LIKE 'sqlite_%'",
               "0");
}

/* Every word of an enum fits its column, and nothing else does. */
static void walk(struct fixture *f, const char *update, const char *(*name)(int), int count) {
    for (int i = 0; i < count; i++) {
        char *text = xasprintf("%s'%s'", update, name(i));
        fixture_sql(f, text);
        free(text);
    }
    char *wrong = xasprintf("%s'sleeping'", update);
    fixture_refused(f, wrong);
    free(wrong);
}

static const char *ticket_status_at(int i) {
    return ticket_status_name((enum ticket_status)i);
}
static const char *priority_at(int i) {
    return priority_name((enum priority)i);
}
static const char *runtime_status_at(int i) {
    return runtime_status_name((enum runtime_status)i);
}
static const char *message_status_at(int i) {
    return message_status_name((enum message_status)i);
}
static const char *message_kind_at(int i) {
    return message_kind_name((enum message_kind)i);
}
static const char *effect_kind_at(int i) {
    return effect_kind_name((enum effect_kind)i);
}
static const char *effect_state_at(int i) {
    return effect_state_name((enum effect_state)i);
}
static const char *run_outcome_at(int i) {
    return run_outcome_name((enum run_outcome)i);
}

static void test_words_fit(void **state) {
    struct fixture *f = *state;
    int64_t id = fixture_add(f, "one", PRIORITY_LOW, 1);
    assert_true(fixture_take(f, id, RUN_A, false));
    walk(f, "UPDATE tickets SET status=", ticket_status_at, TICKET_STATUS_COUNT);
    walk(f, "UPDATE tickets SET priority=", priority_at, PRIORITY_COUNT);
    walk(f, "UPDATE runtime_sessions SET status=", runtime_status_at, RUNTIME_STATUS_COUNT);
    walk(f, "UPDATE ticket_messages SET status=", message_status_at, MESSAGE_STATUS_COUNT);
    walk(f, "UPDATE ticket_messages SET kind=", message_kind_at, MESSAGE_KIND_COUNT);
    walk(f, "UPDATE effects SET kind=", effect_kind_at, EFFECT_KIND_COUNT);
    walk(f, "UPDATE effects SET state=", effect_state_at, EFFECT_STATE_COUNT);
    walk(f, "UPDATE runs SET outcome=", run_outcome_at, RUN_HOST_LOST); /* that word stands on servers alone */
    if (server_given())
        fixture_sql(f, "UPDATE runs SET outcome='host_lost'");
    else
        fixture_refused(f, "UPDATE runs SET outcome='host_lost'");
}

static void test_priority_order(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < PRIORITY_COUNT; i++)
        fixture_add(f, "t", (enum priority)i, 1);
    fixture_is(f, "SELECT group_concat(urgency)FROM(SELECT urgency FROM tickets ORDER BY id)s", "0,1,2,3");
}

static void test_activity_is_append_only(void **state) {
    struct fixture *f = *state;
    fixture_add(f, "one", PRIORITY_LOW, 1);
    fixture_refused(f, "UPDATE ticket_activity SET body='x'");
    fixture_refused(f, "DELETE FROM ticket_activity");
    fixture_refused(f, "INSERT OR REPLACE INTO ticket_activity(id,ticket_id,kind,created_at)VALUES(1,1,'x',1)");
    fixture_is(f, "SELECT kind FROM ticket_activity", "created");
}

static void test_foreign_keys_hold(void **state) {
    struct fixture *f = *state;
    fixture_refused(f, "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('" RUN_A "',7,1,'here',1)");
    fixture_refused(f, "INSERT INTO ticket_activity(ticket_id,kind,created_at)VALUES(7,'x',1)");
    fixture_refused(f, "INSERT INTO tickets(title,status,created_at,updated_at)VALUES('t','todo','then',1)");
}

#define WAITS_WRONG                                                                                                    \
    "SELECT count(*)FROM tickets WHERE waits<>EXISTS(SELECT 1 FROM ticket_needs n JOIN tickets t ON t.id=n.needs_id "  \
    "WHERE n.ticket_id=tickets.id AND t.status<>'done')"

/* The kept flag is what the rows say, whatever was done to them in whatever order. */
static void test_waits_follow_the_rows(void **state) {
    struct fixture *f = *state;
    unsigned seed = 20261121;
    fixture_sql(f, "BEGIN");
    for (int i = 0; i < 12; i++)
        fixture_add(f, "t", PRIORITY_LOW, i);
    for (int i = 0; i < 600; i++) {
        seed = seed * 1103515245 + 12345;
        unsigned a = seed / 65536 % 12 + 1, b = seed / 1048576 % 12 + 1, what = seed / 524288 % 5;
        char *text = what == 0 ? xasprintf("INSERT INTO ticket_needs SELECT %u,%u WHERE %u<>%u ON CONFLICT DO NOTHING",
                                           a, b, a, b)
                     : what == 1 ? xasprintf("DELETE FROM ticket_needs WHERE ticket_id=%u AND needs_id=%u", a, b)
                     : what == 2 ? xasprintf("UPDATE tickets SET status='done' WHERE id IN(%u,%u)", a, b)
                     : what == 3 ? xasprintf("UPDATE tickets SET status='todo' WHERE id=%u", a)
                                 : xasprintf("UPDATE tickets SET status='cancelled' WHERE id=%u", a);
        fixture_sql(f, text);
        free(text);
        fixture_is(f, WAITS_WRONG, "0");
    }
    assert_true(fixture_number(f, "SELECT count(*)FROM ticket_needs") > 0);
    fixture_sql(f, "COMMIT");
    fixture_refused(f, "UPDATE ticket_needs SET needs_id=needs_id+1");
}

static void test_migration_from_version_0(void **state) {
    struct fixture *f = *state;
    only_of_files("servers begin with version 5");
    sqlite3 *raw = NULL;
    assert_int_equal(sqlite3_open(f->path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, "PRAGMA application_id=0x4d435055", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
    assert_int_equal(chmod(f->path, 0600), 0);
    must_fail(board_open(&f->board, f->path, BOARD_LOOK, &f->err), MC_CONFIG);
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    assert_false(board_changed(f->board));
    fixture_is(f, "PRAGMA user_version", "5");
    fixture_is(f, "PRAGMA journal_mode", "wal");
    fixture_add(f, "one", PRIORITY_LOW, 1);
}

static void raw_texts(sqlite3 *raw, const char *const *texts) {
    for (; *texts; texts++) {
        char *message = NULL;
        if (sqlite3_exec(raw, *texts, NULL, NULL, &message) != SQLITE_OK)
            fail_msg("%s: %s", *texts, message);
    }
}

/* A board as version 1 made it, with rows. */
static void make_version_1(struct fixture *f) {
    static const char *const begin[] = {"PRAGMA journal_mode=WAL", "PRAGMA foreign_keys=1", "BEGIN", NULL};
    static const char *const commit[] = {"COMMIT", NULL};
    sqlite3 *raw = NULL;
    assert_int_equal(sqlite3_open(f->path, &raw), SQLITE_OK);
    raw_texts(raw, begin);
    raw_texts(raw, version_1_texts);
    raw_texts(raw, version_1_rows);
    raw_texts(raw, commit);
    sqlite3_close(raw);
    assert_int_equal(chmod(f->path, 0600), 0);
}

#define ALL_OF_VERSION_1                                                                                               \
    "SELECT id||title||COALESCE(body,'-')||status||priority||COALESCE(worker_pid,0)||attempts||"                       \
    "COALESCE(failure_reason,'-')||COALESCE(next_attempt_at,0)||created_at||updated_at||waits||urgency FROM tickets "
#define COUNT_WITHOUT_ROWS "SELECT count(*)FROM pragma_foreign_key_check"

static void test_migration_from_version_1(void **state) {
    struct fixture *f = *state;
    only_of_files("servers begin with version 5");
    char name[BOARD_NAME_SIZE];
    make_version_1(f);
    must_fail(board_open(&f->board, f->path, BOARD_LOOK, &f->err), MC_CONFIG);
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    assert_false(board_changed(f->board));
    fixture_is(f, "PRAGMA user_version", "5");
    fixture_is(f, ALL_OF_VERSION_1 "WHERE id=1", "1worksDo it.in_progresshigh421exited: x0103001");
    fixture_is(f, ALL_OF_VERSION_1 "WHERE id=2", "2waitsAnd that.todolow00-0202013");
    fixture_is(f, ALL_OF_VERSION_1 "WHERE id=3", "3later-todomedium02timeout: y900154002");
    fixture_is(f, "SELECT group_concat(queued_at||'/'||world_failures)FROM(SELECT * FROM tickets ORDER BY id)",
               "10/0,20/0,15/0");
    fixture_is(f, "SELECT pickup_pid||pickup_boot||(pickup_ns IS NULL)FROM runs", "7boot-11");
    fixture_is(f, "SELECT value FROM settings WHERE key='paused'", "lunch");
    fixture_is(f, "SELECT count(*)FROM ticket_activity", "1");
    fixture_is(f, COUNT_WITHOUT_ROWS, "0");
    fixture_is(f, "PRAGMA integrity_check", "ok");
    must(board_name(f->board, name, &f->err));
    assert_int_equal(strlen(name), 16);
}

/* What a pickup of version 1 left is read as it was, and what it did not know is unknown. */
static void test_rows_of_version_1_are_read(void **state) {
    struct fixture *f = *state;
    only_of_files("servers begin with version 5");
    struct ticket ticket = {0};
    struct runtime runtime = {0};
    make_version_1(f);
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    must(tickets_get(f->board, 1, &ticket, &f->err));
    assert_int_equal(ticket.worker.pid, 42);
    assert_int_equal(ticket.worker.start + ticket.worker.ns + ticket.world_failures, 0);
    assert_string_equal(ticket.worker.boot, "");
    assert_int_equal(ticket.queued_at, 10);
    assert_string_equal(ticket.body, "Do it.");
    must(runtimes_get(f->board, "ticket:1:session", &runtime, &f->err));
    assert_int_equal(runtime.agent.start, 43);
    assert_int_equal(runtime.agent.ns, 0);
    assert_int_equal(runtime.turn_count, 1);
    assert_string_equal(runtime.tick_boot, "");
    assert_int_equal(runtime.spawned_tick + runtime.turn_started_tick + runtime.stall_tick + runtime.idle_tick, 0);
    runtime_release(&runtime);
    ticket_release(&ticket);
}

/* Killed, or failed, in the middle of a migration, the board is what it was before. */
static void test_migration_is_whole_or_none(void **state) {
    struct fixture *f = *state;
    only_of_files("servers begin with version 5");
    static const char *const in_the_way[] = {"ALTER TABLE runtime_sessions ADD COLUMN stall_tick INTEGER", NULL};
    static const char *const mended[] = {"ALTER TABLE runtime_sessions DROP COLUMN stall_tick", NULL};
    sqlite3 *raw = NULL;
    make_version_1(f);
    assert_int_equal(sqlite3_open(f->path, &raw), SQLITE_OK);
    raw_texts(raw, in_the_way);
    must_fail(board_open(&f->board, f->path, BOARD_WRITE, &f->err), MC_SOFTWARE);
    raw_texts(raw, mended);
    sqlite3_close(raw);
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    fixture_is(f, "SELECT queued_at FROM tickets WHERE id=3", "15");
}

/* What is read often stands before what may be long. */
static void test_bodies_stand_last(void **state) {
    struct fixture *f = *state;
    only_of_files("a server keeps long texts beside the row");
    fixture_is(f, "SELECT name FROM pragma_table_info('tickets') ORDER BY cid DESC LIMIT 1", "body");
    fixture_is(f, "SELECT name FROM pragma_table_info('ticket_messages') ORDER BY cid DESC LIMIT 1", "body");
}

/* Whoever writes: the counts are those of the rows. */
static void test_counts_follow_the_rows(void **state) {
    static const char *const wrong = "SELECT count(*)FROM ticket_counts c WHERE n<>(SELECT count(*)FROM tickets t "
                                     "WHERE t.status=c.status)OR n<0";
    struct fixture *f = *state;

    for (int i = 0; i < 8; i++)
        fixture_add(f, "a", PRIORITY_LOW, 1);
    fixture_is(f, "SELECT n FROM ticket_counts WHERE status='todo'", "8");
    for (int i = 0; i < TICKET_STATUS_COUNT; i++) {
        char *move = xasprintf("UPDATE tickets SET status='%s' WHERE id>=%d", ticket_status_at(i), i + 1);

        fixture_sql(f, move);
        fixture_is(f, wrong, "0");
        free(move);
    }
    fixture_is(f, "SELECT sum(n)FROM ticket_counts", "8");
}

/* Whoever writes: those that are to do and wait for a cancelled one, and no others. */
static void test_the_lost_follow_the_rows(void **state) {
    static const char *const wrong =
        "SELECT(SELECT COALESCE(group_concat(ticket_id),'')FROM ticket_lost)||'|'||(SELECT "
        "COALESCE(group_concat(id),'')"
        "FROM(SELECT id FROM tickets t WHERE status='todo' AND EXISTS(SELECT 1 FROM ticket_needs n JOIN tickets c ON "
        "c.id=n.needs_id WHERE n.ticket_id=t.id AND c.status='cancelled')ORDER BY id)s)";
    static const struct {
        const char *move, *lost;
    } moves[] = {
        {"INSERT INTO ticket_needs VALUES(2,1),(3,1),(3,4)", "|"},
        {"UPDATE tickets SET status='cancelled' WHERE id=1", "2,3|2,3"},
        {"UPDATE tickets SET status='blocked' WHERE id=2", "3|3"},
        {"UPDATE tickets SET status='todo' WHERE id=2", "2,3|2,3"},
        {"UPDATE tickets SET status='cancelled' WHERE id=4", "2,3|2,3"},
        {"UPDATE tickets SET status='todo' WHERE id=1", "3|3"},
        {"INSERT INTO ticket_needs VALUES(5,4)", "3,5|3,5"},
        {"DELETE FROM ticket_needs WHERE ticket_id=3 AND needs_id=1", "3,5|3,5"},
        {"DELETE FROM ticket_needs WHERE ticket_id=3 AND needs_id=4", "5|5"},
        {"UPDATE tickets SET status='done' WHERE id=4", "|"},
        {"UPDATE tickets SET status='cancelled' WHERE id IN(4,5)", "|"},
    };
    struct fixture *f = *state;

    for (int i = 0; i < 5; i++)
        fixture_add(f, "a", PRIORITY_LOW, 1);
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        fixture_sql(f, moves[i].move);
        fixture_is(f, wrong, moves[i].lost);
    }
    fixture_sql(f, "UPDATE tickets SET status='todo' WHERE id=5");
    fixture_sql(f, "INSERT INTO settings(key,value)VALUES('archiving','5')");
    fixture_sql(f, "DELETE FROM ticket_activity WHERE ticket_id=5");
    fixture_sql(f, "DELETE FROM ticket_needs WHERE ticket_id=5");
    fixture_sql(f, "DELETE FROM tickets WHERE id=5");
    fixture_is(f, wrong, "|");
}

/* Only of the ticket that is being moved to the archive. */
static void test_a_story_leaves_with_its_ticket_alone(void **state) {
    struct fixture *f = *state;

    fixture_add(f, "a", PRIORITY_LOW, 1);
    fixture_add(f, "b", PRIORITY_LOW, 1);
    fixture_sql(f, "INSERT INTO settings(key,value)VALUES('archiving','1')");
    fixture_refused(f, "DELETE FROM ticket_activity WHERE ticket_id=2");
    fixture_sql(f, "DELETE FROM ticket_activity WHERE ticket_id=1");
    fixture_sql(f, "DELETE FROM tickets WHERE id=1");
    fixture_is(f, "SELECT n FROM ticket_counts WHERE status='todo'", "1");
    fixture_sql(f, "DELETE FROM settings WHERE key='archiving'");
    fixture_refused(f, "DELETE FROM ticket_activity WHERE ticket_id=2");
}

static void test_name(void **state) {
    struct fixture *f = *state;
    char name[BOARD_NAME_SIZE], again[BOARD_NAME_SIZE];
    must(board_name(f->board, name, &f->err));
    board_free(f->board);
    must(board_open(&f->board, f->path, BOARD_LOOK, &f->err));
    must(board_name(f->board, again, &f->err));
    assert_string_equal(name, again);
    assert_int_equal(strspn(name, "0123456789abcdef"), 16);
    board_free(f->board);
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    fixture_sql(f, "UPDATE settings SET value='0123456789ABCDEF' WHERE key='board'");
    must_fail(board_name(f->board, name, &f->err), MC_IOERR);
    fixture_sql(f, "DELETE FROM settings WHERE key='board'");
    must_fail(board_name(f->board, name, &f->err), MC_IOERR);
}

static void test_two_boards_have_two_names(void **state) {
    struct fixture *f = *state;
    char name[BOARD_NAME_SIZE], other[BOARD_NAME_SIZE];
    bool made = false;
    must(board_name(f->board, name, &f->err));
    board_free(f->board);
    f->board = NULL;
    assert_true(uproot(f->folder, INT64_MAX));
    assert_int_equal(mkdir(f->folder, 0700), 0);
    if (server_given())
        fixture_move(f);
    must(board_create(f->path, &made, &f->err));
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    must(board_name(f->board, other, &f->err));
    assert_string_not_equal(name, other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_version_and_pragmas, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_words_fit, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_priority_order, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_activity_is_append_only, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_foreign_keys_hold, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_waits_follow_the_rows, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_migration_from_version_0, fixture_bare, fixture_end),
        cmocka_unit_test_setup_teardown(test_migration_from_version_1, fixture_bare, fixture_end),
        cmocka_unit_test_setup_teardown(test_rows_of_version_1_are_read, fixture_bare, fixture_end),
        cmocka_unit_test_setup_teardown(test_migration_is_whole_or_none, fixture_bare, fixture_end),
        cmocka_unit_test_setup_teardown(test_bodies_stand_last, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_counts_follow_the_rows, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_the_lost_follow_the_rows, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_story_leaves_with_its_ticket_alone, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_name, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_two_boards_have_two_names, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
