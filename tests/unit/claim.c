#include "store_fixture.h"

#include <sys/wait.h>

#include "base/random.h"
#include "store/breakers.h"
#include "store/journal.h"
#include "store/runtimes.h"

static const char *const profiles[] = {"demo", "codex"};
static const struct claim_want want_all = {.host = "here",
                                           .max_running = 1000,
                                           .profiles = profiles,
                                           .profile_count = 2,
                                           .default_profile = "demo",
                                           .now = 1000,
                                           .horizon = 100000};

static int64_t next(struct fixture *f, struct claim_want want, enum claim_found expected) {
    struct claim_look look;
    must(claim_next(f->board, &want, &look, &f->err));
    assert_int_equal(look.found, expected);
    assert_int_equal(look.id != 0, expected == CLAIM_TICKET);
    return look.id;
}

/* Takes one after the other: their titles in that order. */
static void taken_in_order(struct fixture *f, const char *expected) {
    char titles[64] = "";
    for (;;) {
        struct claim_look look;
        char run_id[RUN_ID_SIZE];
        must(claim_next(f->board, &want_all, &look, &f->err));
        int64_t id = look.id;
        if (look.found == CLAIM_NONE)
            break;
        random_hex(run_id, RUN_ID_DIGITS);
        assert_true(fixture_take(f, id, run_id, false));
        char *sql = xasprintf("SELECT title FROM tickets WHERE id=%lld", (long long)id);
        char *title = fixture_get(f, sql);
        assert_true(strlen(titles) + strlen(title) < sizeof titles);
        memcpy(titles + strlen(titles), title, strlen(title) + 1);
        free(title);
        free(sql);
    }
    assert_string_equal(titles, expected);
}

static void test_order(void **state) {
    struct fixture *f = *state;
    fixture_add(f, "f", PRIORITY_LOW, 1);
    fixture_add(f, "c", PRIORITY_HIGH, 20);
    fixture_add(f, "b", PRIORITY_HIGH, 10);
    fixture_add(f, "e", PRIORITY_MEDIUM, 5);
    fixture_add(f, "a", PRIORITY_CRITICAL, 99);
    fixture_add(f, "d", PRIORITY_HIGH, 20);
    fixture_sql(f, "UPDATE tickets SET profile='codex' WHERE title IN('c','e')");
    fixture_sql(f, "UPDATE tickets SET profile='demo' WHERE title IN('a','f')");
    taken_in_order(f, "abcdef");
}

/* A retry whose time has come stands where its priority and age put it. */
static void test_due_retries_keep_their_place(void **state) {
    struct fixture *f = *state;
    fixture_add(f, "c", PRIORITY_MEDIUM, 3);
    fixture_add(f, "a", PRIORITY_MEDIUM, 1);
    fixture_add(f, "b", PRIORITY_MEDIUM, 2);
    fixture_add(f, "x", PRIORITY_CRITICAL, 1);
    fixture_add(f, "d", PRIORITY_LOW, 1);
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=900 WHERE title='a'");
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=1000 WHERE title='b'");
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=1001 WHERE title='x'");
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=1 WHERE title='d'");
    taken_in_order(f, "abcd");
    fixture_is(f, "SELECT title FROM tickets WHERE next_attempt_at IS NOT NULL", "x");
}

/* Whoever is put back in the queue stands behind the others of its priority, ready or due. */
static void test_order_is_that_of_the_queue(void **state) {
    struct fixture *f = *state;
    fixture_add(f, "c", PRIORITY_MEDIUM, 1);
    fixture_add(f, "a", PRIORITY_MEDIUM, 2);
    fixture_add(f, "b", PRIORITY_MEDIUM, 3);
    fixture_add(f, "d", PRIORITY_MEDIUM, 0);
    fixture_add(f, "e", PRIORITY_LOW, 1);
    fixture_is(f, "SELECT count(*)FROM tickets WHERE queued_at<>created_at", "0");
    fixture_sql(f, "UPDATE tickets SET queued_at=50 WHERE title='c'");
    fixture_sql(f, "UPDATE tickets SET queued_at=60,next_attempt_at=900 WHERE title='d'");
    taken_in_order(f, "abcde");
}

/* Those that a clock a year ahead has put into the queue are not passed by for a year, whatever their profile. */
static void test_places_of_a_wrong_clock(void **state) {
    struct fixture *f = *state;
    fixture_add(f, "a", PRIORITY_HIGH, 10);
    fixture_add(f, "b", PRIORITY_MEDIUM, 20);
    fixture_add(f, "c", PRIORITY_MEDIUM, 30);
    fixture_add(f, "d", PRIORITY_MEDIUM, 1001); /* after the first claim */
    fixture_add(f, "e", PRIORITY_MEDIUM, 50000);
    fixture_sql(f, "UPDATE tickets SET queued_at=31536000000 WHERE title IN('b','c')");
    fixture_sql(f, "UPDATE tickets SET profile='codex' WHERE title='c'");
    taken_in_order(f, "abcde");
    fixture_is(f, "SELECT max(queued_at)FROM tickets", "50000"); /* a moment ahead is no wrong clock */
}

static void test_not_eligible(void **state) {
    struct fixture *f = *state;
    int64_t blocker = fixture_add(f, "blocker", PRIORITY_LOW, 1);
    struct ticket_new new = {.title = "waits", .status = TICKET_TODO, .after = &blocker, .after_count = 1, .now = 1};
    struct ticket_added added;
    must(tickets_add(f->board, &new, &added, &f->err));
    fixture_sql(f, "UPDATE tickets SET status='in_review' WHERE id=1");
    fixture_add(f, "strange", PRIORITY_LOW, 1);
    fixture_sql(f, "UPDATE tickets SET profile='gone' WHERE title='strange'");
    fixture_add(f, "later", PRIORITY_LOW, 1);
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=1001 WHERE title='later'");
    next(f, want_all, CLAIM_NONE);
    fixture_sql(f, "UPDATE tickets SET status='cancelled' WHERE id=1");
    next(f, want_all, CLAIM_NONE);
    fixture_sql(f, "UPDATE tickets SET status='done' WHERE id=1");
    assert_int_equal(next(f, want_all, CLAIM_TICKET), added.id);
}

static void needs_profile(struct fixture *f, const struct claim_want *want) {
    struct claim_look look;
    must(claim_next(f->board, want, &look, &f->err));
    assert_int_equal(look.found, CLAIM_NONE);
    assert_true(look.needs_profile);
}

static void test_profiles(void **state) {
    struct fixture *f = *state;
    struct claim_want want = want_all;
    fixture_add(f, "nameless", PRIORITY_CRITICAL, 1);
    want.default_profile = NULL;
    needs_profile(f, &want);
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=5");
    needs_profile(f, &want);
    int64_t id = fixture_add(f, "named", PRIORITY_LOW, 2);
    fixture_sql(f, "UPDATE tickets SET profile='demo' WHERE id=2");
    assert_int_equal(next(f, want, CLAIM_TICKET), id);
    assert_int_equal(next(f, want_all, CLAIM_TICKET), 1);
}

/* An attempt further off than any pause is from a clock that was wrong: it is due. */
static void test_beyond_the_horizon(void **state) {
    struct fixture *f = *state;
    int64_t id = fixture_add(f, "a", PRIORITY_LOW, 1);
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=100000");
    next(f, want_all, CLAIM_NONE);
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=100001");
    struct claim_naming naming = {.id = id};
    must(claim_named(f->board, &want_all, &naming, &f->err));
    assert_int_equal(naming.named, NAMED_GO);
    assert_int_equal(next(f, want_all, CLAIM_TICKET), id);
    assert_true(fixture_take(f, id, RUN_A, false));
}

static void open_breaker(struct fixture *f, const char *thing) {
    struct breaker breaker = {.failures = 3, .openings = 1, .open_until = 2000, .class = "no_agent"};
    must(breakers_put(f->board, thing, &breaker, &f->err));
}

static void waits_for(struct fixture *f, struct claim_want want, const char *thing) {
    struct claim_look look;
    must(claim_next(f->board, &want, &look, &f->err));
    assert_int_equal(look.found, CLAIM_BREAKER);
    assert_string_equal(look.thing, thing);
}

static void named_waits_for(struct fixture *f, struct claim_want want, const char *thing) {
    struct claim_naming naming = {.id = 1};
    must(claim_named(f->board, &want, &naming, &f->err));
    assert_int_equal(naming.named, NAMED_BREAKER);
    assert_string_equal(naming.thing, thing);
}

/* What does not need the broken thing goes on. */
static void test_breakers(void **state) {
    struct fixture *f = *state;
    struct claim_want http = want_all;
    http.endpoint = true;
    int64_t plain = fixture_add(f, "of the default", PRIORITY_CRITICAL, 1);
    open_breaker(f, "profile:demo");
    waits_for(f, want_all, "profile:demo");
    named_waits_for(f, want_all, "profile:demo");
    int64_t other = fixture_add(f, "of another", PRIORITY_LOW, 2);
    fixture_sql(f, "UPDATE tickets SET profile='codex' WHERE id=2");
    assert_int_equal(next(f, want_all, CLAIM_TICKET), other);
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=5");
    assert_int_equal(next(f, want_all, CLAIM_TICKET), other);
    open_breaker(f, "endpoint");
    waits_for(f, http, "endpoint");
    named_waits_for(f, http, "endpoint");
    assert_int_equal(next(f, want_all, CLAIM_TICKET), other);
    open_breaker(f, "machine");
    waits_for(f, want_all, "machine");
    fixture_sql(f, "DELETE FROM settings WHERE key IN('breaker:machine','breaker:endpoint')");
    /* The pause is over. */
    http.now = 2000;
    assert_int_equal(next(f, http, CLAIM_TICKET), plain);
}

/* That nobody was told yet of one that is open is found with the first look. */
static void test_breakers_untold(void **state) {
    struct fixture *f = *state;
    struct claim_look look;
    struct breaker told = {.failures = 3, .openings = 1, .open_until = 2000, .told = true, .class = "no_agent"};
    fixture_add(f, "t", PRIORITY_LOW, 1);
    open_breaker(f, "profile:codex");
    must(claim_next(f->board, &want_all, &look, &f->err));
    assert_true(look.untold);
    must(breakers_put(f->board, "profile:codex", &told, &f->err));
    must(claim_next(f->board, &want_all, &look, &f->err));
    assert_false(look.untold);
    told.told = false;
    told.open_until = 1000; /* over */
    must(breakers_put(f->board, "profile:codex", &told, &f->err));
    must(claim_next(f->board, &want_all, &look, &f->err));
    assert_false(look.untold);
}

/* Of those that it waits for, a cancelled one is named before all others. */
static void test_blockers(void **state) {
    struct fixture *f = *state;
    struct claim_naming naming = {.id = 1};
    for (int i = 0; i < 4; i++)
        fixture_add(f, "t", PRIORITY_LOW, 1);
    fixture_sql(f, "INSERT INTO ticket_needs VALUES(1,2),(1,3),(1,4)");
    must(claim_named(f->board, &want_all, &naming, &f->err));
    assert_int_equal(naming.blocker, 2);
    assert_false(naming.blocker_cancelled);
    fixture_sql(f, "UPDATE tickets SET status='cancelled' WHERE id=3");
    must(claim_named(f->board, &want_all, &naming, &f->err));
    assert_int_equal(naming.named, NAMED_WAITS_FOR);
    assert_int_equal(naming.blocker, 3);
    assert_true(naming.blocker_cancelled);
}

/* The one that is taken tries whatever it needs and is half open; the others wait for it. */
static void test_the_trial(void **state) {
    struct fixture *f = *state;
    int64_t id = fixture_add(f, "a", PRIORITY_LOW, 1);
    struct breaker breaker;
    fixture_add(f, "b", PRIORITY_LOW, 2);
    open_breaker(f, "profile:demo");
    open_breaker(f, "profile:codex");
    open_breaker(f, "endpoint");
    fixture_sql(f, "UPDATE settings SET value=json_set(value,'$.open_until',1000)WHERE key LIKE 'breaker:%'");
    assert_true(fixture_take(f, id, RUN_A, false));
    must(breakers_get(f->board, "profile:demo", &breaker, &f->err));
    assert_int_equal(breaker.trial, id);
    assert_int_equal(breaker.open_until, 61000);
    must(breakers_get(f->board, "profile:codex", &breaker, &f->err));
    assert_int_equal(breaker.trial, 0);
    must(breakers_get(f->board, "endpoint", &breaker, &f->err));
    assert_int_equal(breaker.trial, 0);
    waits_for(f, want_all, "profile:demo");
}

static void test_paused_and_capacity(void **state) {
    struct fixture *f = *state;
    struct claim_want want = want_all;
    struct claim_agents agents;
    want.max_running = 1;
    must(settings_put(f->board, "paused", "lunch", &f->err));
    next(f, want, CLAIM_NONE);
    int64_t id = fixture_add(f, "a", PRIORITY_LOW, 1);
    fixture_add(f, "b", PRIORITY_LOW, 2);
    next(f, want, CLAIM_PAUSED);
    must(settings_put(f->board, "paused", NULL, &f->err));
    assert_int_equal(next(f, want, CLAIM_TICKET), id);
    assert_true(fixture_take(f, id, RUN_A, false));
    next(f, want, CLAIM_CAPACITY);
    /* However the machine is called today, what runs is its own. */
    want.host = "elsewhere";
    next(f, want, server_given() ? CLAIM_TICKET : CLAIM_CAPACITY); /* of a shared board another machine */
    want.host = "here";
    fixture_sql(f, "UPDATE runtime_sessions SET status='running'");
    must(claim_agents(f->board, "here", &agents, &f->err));
    assert_int_equal(agents.running, 1);
    assert_int_equal(agents.live, 1);
    fixture_sql(f, "UPDATE runtime_sessions SET status='idle'");
    must(claim_agents(f->board, "here", &agents, &f->err));
    assert_int_equal(agents.running, 0);
    assert_int_equal(agents.live, 1);
    next(f, want, CLAIM_TICKET);
    /* Those that wait for a person cost memory. */
    want.max_live = 1;
    next(f, want, CLAIM_LIVE);
    want.max_live = 2;
    next(f, want, CLAIM_TICKET);
    want.max_live = 1;
    fixture_sql(f, "UPDATE tickets SET status='blocked' WHERE status='todo'");
    next(f, want, CLAIM_NONE);
}

static void named_is(struct fixture *f, int64_t id, enum claim_named expected) {
    struct claim_naming naming = {.id = id};
    must(claim_named(f->board, &want_all, &naming, &f->err));
    assert_int_equal(naming.named, expected);
    assert_int_equal(naming.blocker, expected == NAMED_WAITS_FOR ? 2 : 0);
}

static void test_named(void **state) {
    struct fixture *f = *state;
    struct claim_naming naming = {.id = 99};
    int64_t id = fixture_add(f, "a", PRIORITY_LOW, 1);
    must_fail(claim_named(f->board, &want_all, &naming, &f->err), MC_NOINPUT);
    named_is(f, id, NAMED_GO);
    fixture_add(f, "b", PRIORITY_LOW, 1);
    fixture_sql(f, "INSERT INTO ticket_needs VALUES(1,2)");
    named_is(f, id, NAMED_WAITS_FOR);
    fixture_sql(f, "DELETE FROM ticket_needs");
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=1001 WHERE id=1");
    named_is(f, id, NAMED_NOT_DUE);
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=NULL,profile='gone' WHERE id=1");
    named_is(f, id, NAMED_NO_PROFILE);
    fixture_sql(f, "UPDATE tickets SET status='blocked' WHERE id=1");
    named_is(f, id, NAMED_WRONG_STATUS);
    fixture_sql(f, "UPDATE tickets SET status='in_progress' WHERE id=1");
    named_is(f, id, NAMED_WORKING);
}

static void test_take_writes_every_row(void **state) {
    struct fixture *f = *state;
    int64_t id = fixture_add(f, "a", PRIORITY_LOW, 1), note = 0;
    fixture_sql(f, "UPDATE tickets SET failure_reason='old',attempts=2,worker_start=5,worker_boot='b',worker_ns=6");
    must(messages_add(f->board,
                      &(struct message_new){.ticket_id = id, .author = "anna", .body = "mind the gap", .now = 5}, &note,
                      &f->err));
    assert_true(fixture_take(f, id, RUN_A, true));
    fixture_is(f,
               "SELECT status||' '||run_id||' '||worker_host||(worker_pid IS NULL)||(failure_reason IS NULL)||attempts "
               "FROM tickets",
               "in_progress " RUN_A " here112");
    fixture_is(f, "SELECT COALESCE(worker_pid||'',worker_start||'',worker_boot,worker_ns||'')FROM tickets", "-");
    fixture_is(
        f,
        "SELECT run_id||' '||ticket_id||attempt||host||pickup_pid||pickup_start||pickup_boot||pickup_ns||started_at"
        "||(ended_at IS NULL)FROM runs",
        RUN_A " 11here100200boot-130010001");
    fixture_is(
        f,
        "SELECT session_key||' '||status||' '||tmux_target||profile||cwd||pane_log_path||spawned_at||(pid IS NULL)"
        "||turn_count||tick_boot||spawned_tick FROM runtime_sessions",
        "ticket:1:session spawning mc-MC-1demo/w/l100010boot-150");
    fixture_is(f, "SELECT group_concat(kind||' '||status||' '||nonce||' '||run_id)FROM ticket_messages",
               "note sending " NONCE_A " " RUN_A ",work sending " NONCE_A " " RUN_A);
    fixture_is(f, "SELECT kind||' '||state FROM effects", "spawn intent");
    fixture_is(f, "SELECT kind||' '||replace(body,', host here','')FROM ticket_activity ORDER BY id DESC",
               "claimed attempt 1, session mc-MC-1");
    fixture_is(f, "SELECT author||' '||run_id FROM ticket_activity ORDER BY id DESC", "mc-pickup " RUN_A);
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE body LIKE '%, host here'", server_given() ? "1" : "0");
}

static void test_take_without_argv(void **state) {
    struct fixture *f = *state;
    int64_t id = fixture_add(f, "a", PRIORITY_LOW, 1), note = 0;
    must(messages_add(f->board,
                      &(struct message_new){.ticket_id = id, .author = "anna", .body = "mind the gap", .now = 5}, &note,
                      &f->err));
    fixture_sql(f, "UPDATE tickets SET queued_at=40");
    assert_true(fixture_take(f, id, RUN_A, false));
    fixture_is(f, "SELECT started_at-waited_ms FROM runs", "40");
    fixture_is(f, "SELECT group_concat(kind||' '||status||' '||nonce)FROM ticket_messages",
               "note pending " NONCE_A ",work pending " NONCE_A);
}

static void test_take_loses_the_race(void **state) {
    struct fixture *f = *state;
    int64_t id = fixture_add(f, "a", PRIORITY_LOW, 1);
    assert_true(fixture_take(f, id, RUN_A, false));
    int64_t rows = db_changes(f->board);
    assert_false(fixture_take(f, id, RUN_B, false));
    fixture_sql(f, "UPDATE tickets SET status='todo'");
    assert_false(fixture_take(f, id, RUN_B, false));
    if (!server_given())
        assert_int_equal(db_changes(f->board), rows + 3); /* ours, and two counts by its trigger */
    fixture_sql(f, "UPDATE runtime_sessions SET status='dead',pid=5,turn_nonce='n',turn_count=4");
    assert_true(fixture_take(f, id, RUN_B, false));
    fixture_is(f, "SELECT run_id||status||(pid IS NULL)||(turn_nonce IS NULL)||turn_count FROM runtime_sessions",
               RUN_B "spawning110");
    fixture_is(f, "SELECT attempt FROM runs WHERE run_id='" RUN_B "'", "2");
    fixture_sql(f, "UPDATE tickets SET status='todo',next_attempt_at=1001");
    fixture_sql(f, "UPDATE runtime_sessions SET status='closed'");
    assert_false(fixture_take(f, id, "00000000000000000000000000000001", false));
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=NULL,waits=1");
    assert_false(fixture_take(f, id, "00000000000000000000000000000001", false));
    fixture_sql(f, "UPDATE tickets SET waits=0");
    assert_true(fixture_take(f, id, "00000000000000000000000000000001", false));
}

/* A ticket that is to be done again while its last agent may live holds nobody up. */
static void test_one_with_an_agent_is_passed_by(void **state) {
    struct fixture *f = *state;
    int64_t first = fixture_add(f, "a", PRIORITY_CRITICAL, 1);
    int64_t second = fixture_add(f, "b", PRIORITY_LOW, 2);
    assert_true(fixture_take(f, first, RUN_A, false));
    fixture_sql(f, "UPDATE runtime_sessions SET status='running'");
    fixture_sql(f, "UPDATE tickets SET status='todo' WHERE title='a'");
    assert_int_equal(next(f, want_all, CLAIM_TICKET), second);
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=5");
    assert_int_equal(next(f, want_all, CLAIM_TICKET), second);
    fixture_sql(f, "UPDATE runtime_sessions SET status='closed'");
    assert_int_equal(next(f, want_all, CLAIM_TICKET), first);
}

/* No search without an index, no sort. */
static void plan_is_indexed(struct fixture *f, enum sql sql, bool sorts) {
    char *text = xasprintf("EXPLAIN QUERY PLAN %s", sql_sqlite[sql]);
    sqlite3_stmt *statement = NULL;
    int steps = 0;
    assert_int_equal(sqlite3_prepare_v2(f->board->handle, text, -1, &statement, NULL), SQLITE_OK);
    for (; sqlite3_step(statement) == SQLITE_ROW; steps++) {
        const char *detail = (const char *)sqlite3_column_text(statement, 3);
        bool bare = strstr(detail, "SCAN ") && !strstr(detail, "USING") && !strstr(detail, "CONSTANT ROW") &&
                    !strstr(detail, "SCAN (subquery") && strcmp(detail, "SCAN p") != 0; /* what was found by index */
        if (bare || (!sorts && strstr(detail, "TEMP B-TREE")))
            fail_msg("%s: %s", sql_sqlite[sql], detail);
    }
    assert_true(steps > 0);
    sqlite3_finalize(statement);
    free(text);
}

static void test_query_plans(void **state) {
    struct fixture *f = *state;
    only_of_files("the plans are SQLite's");
    static const enum sql looks[] = {SQL_CLAIM_ANY,
                                     SQL_CLAIM_WHICH,
                                     SQL_CLAIM_READY,
                                     SQL_CLAIM_DUE,
                                     SQL_CLAIM_BLOCKER,
                                     SQL_CLAIM_AGENTS,
                                     SQL_CLAIM_CHECK,
                                     SQL_CLAIM_SWEEP,
                                     SQL_QUEUE_BACK,
                                     SQL_QUEUE_STRAIGHTEN,
                                     SQL_QUEUE_LAST_CLASS,
                                     SQL_STUCK_BEHIND,
                                     SQL_BREAKER_LIST,
                                     SQL_READY_KINDS,
                                     SQL_SAID_MARKS,
                                     SQL_SNAPSHOT_ANY,
                                     SQL_SNAPSHOT_MARKS,
                                     SQL_SNAPSHOT_RUNTIMES,
                                     SQL_SNAPSHOT_SESSION,
                                     SQL_SNAPSHOT_TICKETS,
                                     SQL_SNAPSHOT_AGAIN_RUNTIME,
                                     SQL_SNAPSHOT_AGAIN_TICKET,
                                     SQL_RUN_OWING,
                                     SQL_COUNT_QUEUED,
                                     SQL_COUNT_RESTING,
                                     SQL_MESSAGE_NEXT};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        plan_is_indexed(f, looks[i], looks[i] == SQL_MESSAGE_NEXT); /* a handful at most */
    fixture_sql(f, "ANALYZE");
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        plan_is_indexed(f, looks[i], looks[i] == SQL_MESSAGE_NEXT); /* a handful at most */
}

/* Which is asked only where there is something. */
static void test_an_idle_look_is_one_statement(void **state) {
    struct fixture *f = *state;
    struct claim_look look;
    next(f, want_all, CLAIM_NONE);
    if (!server_given()) {
        assert_non_null(f->board->statements[SQL_CLAIM_ANY]);
        assert_null(f->board->statements[SQL_CLAIM_WHICH]);
    }
    fixture_sql(f, "INSERT INTO settings VALUES('stuck:1','2')");
    must(claim_next(f->board, &want_all, &look, &f->err));
    assert_true(look.new_stuck && !look.said && !look.ready && !look.due);
    fixture_sql(f, "UPDATE settings SET key='said:workspace:web' WHERE key='stuck:1'");
    must(claim_next(f->board, &want_all, &look, &f->err));
    assert_true(look.said && !look.new_stuck && !look.ready && !look.due);
    fixture_sql(f, "UPDATE settings SET key='said:profile:gone' WHERE key='said:workspace:web'");
    must(claim_next(f->board, &want_all, &look, &f->err));
    assert_true(look.said);
}

static int64_t steps_so_far(const struct fixture *f) {
    int64_t steps = 0;
    for (size_t i = 0; i < SQL_COUNT; i++)
        if (f->board->statements[i])
            steps += sqlite3_stmt_status(f->board->statements[i], SQLITE_STMTSTATUS_VM_STEP, 0);
    return steps;
}

static int64_t steps_of_a_claim(struct fixture *f, const char *run_id) {
    int64_t before = steps_so_far(f);
    int64_t id = next(f, want_all, CLAIM_TICKET);
    assert_true(fixture_take(f, id, run_id, false));
    return steps_so_far(f) - before;
}

/* The work of a claim, in steps of the database's machine, does not grow with the board. */
static void test_cost_does_not_grow(void **state) {
    struct fixture *f = *state;
    only_of_files("an SQLite statement counts its steps");
    fixture_add(f, "a", PRIORITY_LOW, 1);
    fixture_add(f, "b", PRIORITY_LOW, 1);
    int64_t empty = steps_of_a_claim(f, RUN_A);
    fixture_sql(f, "BEGIN");
#define MANY(count) "WITH RECURSIVE n(i)AS(SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<" #count ")"
#define INSERT_MANY "INSERT INTO tickets(title,status,profile,next_attempt_at,created_at,updated_at)"
    fixture_sql(f, MANY(8000) INSERT_MANY "SELECT 't','done',NULL,NULL,0,0 FROM n");
    fixture_sql(f, MANY(8000) INSERT_MANY "SELECT 't','todo',NULL,5000+i,0,0 FROM n");
    fixture_sql(f, MANY(2000) INSERT_MANY "SELECT 't','todo','gone',NULL,0,0 FROM n");
    fixture_sql(f, MANY(2000) INSERT_MANY "SELECT 'waits','todo',NULL,NULL,0,0 FROM n");
    fixture_sql(f, "INSERT INTO ticket_needs SELECT id,2 FROM tickets WHERE title='waits'");
    fixture_sql(f, "COMMIT");
    int64_t full = steps_of_a_claim(f, RUN_B);
    fixture_is(f, "SELECT title FROM tickets WHERE run_id='" RUN_B "'", "b");
    if (full > empty + empty / 5)
        fail_msg("a claim took %lld steps on an empty board and %lld on a full one", (long long)empty, (long long)full);
}

/* A million that are due again cost what a thousand do, and nothing where nothing can be claimed anyway. */
static void test_many_due(void **state) {
    struct fixture *f = *state;
    only_of_files("an SQLite statement counts its steps");
    struct claim_want full = want_all;
    struct claim_look look;
    full.max_running = 1;
    fixture_add(f, "a", PRIORITY_LOW, 1);
    int64_t taken = fixture_add(f, "b", PRIORITY_CRITICAL, 1);
    assert_true(fixture_take(f, taken, RUN_A, false));
    int64_t before = steps_so_far(f);
    next(f, full, CLAIM_CAPACITY);
    int64_t one = steps_so_far(f) - before;
    fixture_sql(f, MANY(10000) INSERT_MANY "SELECT 't','todo','demo',i%900,0,0 FROM n");
    before = steps_so_far(f);
    next(f, full, CLAIM_CAPACITY);
    int64_t many = steps_so_far(f) - before;
    if (many > one + one / 5 + 20)
        fail_msg("behind full capacity: %lld steps with one ticket, %lld with 10,000", (long long)one, (long long)many);
    before = steps_so_far(f);
    must(claim_next(f->board, &want_all, &look, &f->err));
    assert_true(look.found == CLAIM_TICKET && !look.more_due);
    assert_true(steps_so_far(f) - before < 60000); /* reading all takes 300,000 */
    /* Those that are due longest cannot be taken: the sweep brings the others up. */
    fixture_sql(f, "UPDATE tickets SET profile='gone' WHERE title='t' AND next_attempt_at<500");
    fixture_sql(f, "UPDATE tickets SET status='blocked' WHERE title='a'");
    for (int sweeps = 0;; sweeps++) {
        must(claim_next(f->board, &want_all, &look, &f->err));
        if (look.found == CLAIM_TICKET)
            break;
        assert_true(look.more_due && sweeps < 20);
        must(claim_sweep(f->board, &want_all, &f->err));
    }
    struct claim_want all = want_all;
    all.all = true;
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=1 WHERE profile='gone'");
    assert_int_equal(next(f, all, CLAIM_TICKET), look.id);
    fixture_sql(f, "UPDATE tickets SET profile='gone',next_attempt_at=1 WHERE title='t'");
    must(claim_next(f->board, &all, &look, &f->err));
    assert_true(look.found == CLAIM_NONE && !look.more_due);
    must(claim_next(f->board, &want_all, &look, &f->err));
    assert_true(look.found == CLAIM_NONE && look.more_due);
}

/* A claim that saw some that are due again brings them up. */
static void test_a_claim_sweeps(void **state) {
    struct fixture *f = *state;
    struct claim_look look;
    int64_t first = fixture_add(f, "a", PRIORITY_HIGH, 1);
    fixture_add(f, "b", PRIORITY_LOW, 1);
    must(claim_next(f->board, &want_all, &look, &f->err));
    assert_true(look.ready && !look.due);
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=500 WHERE title='b'");
    must(claim_next(f->board, &want_all, &look, &f->err));
    assert_true(look.ready && look.due);
    assert_true(fixture_take(f, first, RUN_A, false));
    fixture_is(f, "SELECT next_attempt_at FROM tickets WHERE title='b'", "-");
}

static const struct slot_pool pools[] = {{.workspace = "default", .folder = "/p", .size = 1},
                                         {.workspace = "web", .folder = "/w", .size = 1},
                                         {.workspace = "api", .folder = "/a", .size = 2}};

/* The configuration has these, and `default` is everybody's. */
static struct claim_want want_pools(size_t count) {
    struct claim_want want = want_all;
    want.pools = pools;
    want.pool_count = count;
    want.default_pool = count ? &pools[0] : NULL;
    return want;
}

static int64_t add_to(struct fixture *f, const char *workspace, enum priority priority, int64_t now) {
    struct ticket_new ticket = {
        .title = "t", .workspace = workspace, .priority = priority, .status = TICKET_TODO, .now = now};
    struct ticket_added added;
    must(tickets_add(f->board, &ticket, &added, &f->err));
    return added.id;
}

static void waits_for_pool(struct fixture *f, const struct claim_want *want, const char *workspace) {
    struct claim_look look;
    must(claim_next(f->board, want, &look, &f->err));
    assert_int_equal(look.found, CLAIM_POOL);
    assert_int_equal(look.id, 0);
    assert_string_equal(look.workspace, workspace);
    assert_int_not_equal(look.waiting, 0);
}

/* Where no slot is free its tickets wait, and those of another workspace go on. */
static void test_pools(void **state) {
    struct fixture *f = *state;
    const struct claim_want want = want_pools(2);
    struct claim_look look;
    int64_t first = add_to(f, NULL, PRIORITY_CRITICAL, 1), named = add_to(f, "default", PRIORITY_CRITICAL, 2);
    int64_t web = add_to(f, "web", PRIORITY_LOW, 3);
    assert_int_equal(next(f, want, CLAIM_TICKET), first);
    assert_true(fixture_take_slot(f, first, RUN_A, &pools[0]));
    must(claim_next(f->board, &want, &look, &f->err));
    assert_int_equal(look.id, web);
    assert_string_equal(look.workspace, "default"); /* one that comes before it waits for that */
    assert_int_equal(look.waiting, named);
    fixture_sql(f, "UPDATE tickets SET status='blocked' WHERE id=3");
    waits_for_pool(f, &want, "default");
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=5"); /* the same of those that are due again */
    waits_for_pool(f, &want, "default");
    fixture_sql(f, "UPDATE tickets SET status='todo' WHERE id=3");
    assert_int_equal(next(f, want, CLAIM_TICKET), web);
    assert_true(fixture_take_slot(f, web, RUN_B, &pools[1]));
    fixture_sql(f, "UPDATE worktree_slots SET state='free',run_id=NULL WHERE workspace='default'");
    must(claim_next(f->board, &want, &look, &f->err));
    assert_int_equal(look.id, named);
    assert_null(look.workspace);
    assert_int_equal(look.waiting, 0);
    /* One that waits and would come after it is no matter. */
    add_to(f, "web", PRIORITY_LOW, 4);
    must(claim_next(f->board, &want, &look, &f->err));
    assert_int_equal(look.id, named);
    assert_null(look.workspace);
    fixture_sql(f, "UPDATE tickets SET status='blocked' WHERE id=4");
    /* Quarantined is not free. */
    fixture_sql(f, "UPDATE worktree_slots SET state='quarantined' WHERE workspace='default'");
    waits_for_pool(f, &want, "default");
}

/* A full pool in which nothing moves keeps nobody waiting. */
static void test_a_hopeless_pool(void **state) {
    struct fixture *f = *state;
    const bool hopeless[] = {true, false};
    struct claim_want want = want_pools(2);
    int64_t first = add_to(f, NULL, PRIORITY_CRITICAL, 1);
    add_to(f, "default", PRIORITY_CRITICAL, 2);
    assert_true(fixture_take_slot(f, first, RUN_A, &pools[0]));
    waits_for_pool(f, &want, "default");
    want.hopeless = hopeless;
    next(f, want, CLAIM_NONE);
    want.hopeless = (const bool[]){false, true};
    waits_for_pool(f, &want, "default");
}

/* In a dry run a slot that is to be given back counts: a pickup gives it back before it claims. */
static void test_left_slots(void **state) {
    struct fixture *f = *state;
    struct claim_want want = want_pools(1);
    int64_t first = add_to(f, NULL, PRIORITY_LOW, 1), second = add_to(f, NULL, PRIORITY_LOW, 2);
    assert_true(fixture_take_slot(f, first, RUN_A, &pools[0]));
    want.left = true;
    waits_for_pool(f, &want, "default");
    fixture_sql(f, "UPDATE tickets SET status='done' WHERE id=1");
    fixture_sql(f, "UPDATE runtime_sessions SET status='closed'");
    assert_int_equal(next(f, want, CLAIM_TICKET), second);
    want.left = false;
    waits_for_pool(f, &want, "default");
}

static void test_which_workspaces(void **state) {
    struct fixture *f = *state;
    struct claim_want want = want_pools(2);
    int64_t gone = add_to(f, "gone", PRIORITY_CRITICAL, 1), bare = add_to(f, NULL, PRIORITY_LOW, 2);
    struct claim_naming naming = {.id = gone};
    assert_int_equal(next(f, want, CLAIM_TICKET), bare);
    must(claim_named(f->board, &want, &naming, &f->err));
    assert_int_equal(naming.named, NAMED_NO_WORKSPACE);
    /* None of several is the default. */
    want.default_pool = NULL;
    next(f, want, CLAIM_NONE);
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=5");
    next(f, want, CLAIM_NONE);
    naming.id = bare;
    must(claim_named(f->board, &want, &naming, &f->err));
    assert_int_equal(naming.named, NAMED_NO_WORKSPACE);
    /* Where none is configured only a ticket that names one has no place. */
    want = want_pools(0);
    assert_int_equal(next(f, want, CLAIM_TICKET), bare);
    naming.id = gone;
    must(claim_named(f->board, &want, &naming, &f->err));
    assert_int_equal(naming.named, NAMED_NO_WORKSPACE);
}

static void test_named_and_pools(void **state) {
    struct fixture *f = *state;
    const struct claim_want want = want_pools(2);
    int64_t first = add_to(f, "web", PRIORITY_LOW, 1), second = add_to(f, "web", PRIORITY_LOW, 2);
    struct claim_naming naming = {.id = second};
    assert_true(fixture_take_slot(f, first, RUN_A, &pools[1]));
    must(claim_named(f->board, &want, &naming, &f->err));
    assert_int_equal(naming.named, NAMED_POOL);
    assert_string_equal(naming.workspace, "web");
    open_breaker(f, "workspace:web");
    must(claim_named(f->board, &want, &naming, &f->err));
    assert_int_equal(naming.named, NAMED_BREAKER);
    assert_string_equal(naming.thing, "workspace:web");
}

static void test_breaker_of_a_workspace(void **state) {
    struct fixture *f = *state;
    const struct claim_want want = want_pools(2);
    struct breaker breaker;
    int64_t bare = add_to(f, NULL, PRIORITY_CRITICAL, 1);
    open_breaker(f, "workspace:default");
    waits_for(f, want, "workspace:default");
    int64_t web = add_to(f, "web", PRIORITY_LOW, 2);
    assert_int_equal(next(f, want, CLAIM_TICKET), web);
    /* The pause is over: one tries. */
    fixture_sql(f, "UPDATE settings SET value=json_set(value,'$.open_until',1000)WHERE key LIKE 'breaker:%'");
    assert_true(fixture_take_slot(f, bare, RUN_A, &pools[0]));
    must(breakers_get(f->board, "workspace:default", &breaker, &f->err));
    assert_int_equal(breaker.trial, bare);
    assert_true(fixture_take_slot(f, web, RUN_B, &pools[1]));
    must(breakers_get(f->board, "workspace:default", &breaker, &f->err));
    assert_int_equal(breaker.trial, bare);
}

static void test_take_with_a_slot(void **state) {
    struct fixture *f = *state;
    int64_t first = add_to(f, NULL, PRIORITY_LOW, 1), second = add_to(f, NULL, PRIORITY_LOW, 2);
    assert_true(fixture_take_slot(f, first, RUN_A, &pools[0]));
    fixture_is(f, "SELECT cwd FROM runtime_sessions", "/p/pool-1");
    fixture_is(f, "SELECT workspace FROM runs", "default");
    fixture_is(f, "SELECT group_concat(kind||' '||state||' '||detail)FROM effects",
               "worktree intent pool-1,spawn intent mc-MC-1");
    fixture_is(f, "SELECT replace(body,', host here','')FROM ticket_activity WHERE kind='claimed'",
               "attempt 1, session mc-MC-1, slot pool-1");
    fixture_is(f, "SELECT state||ticket_id||run_id FROM worktree_slots", "claimed1" RUN_A);
    /* The last one is gone: nothing is written. */
    int64_t rows = db_changes(f->board);
    assert_false(fixture_take_slot(f, second, RUN_B, &pools[0]));
    assert_int_equal(db_changes(f->board), rows);
    /* It goes on in its folder of last time. */
    fixture_sql(f, "UPDATE worktree_slots SET state='free',run_id=NULL,ticket_id=NULL");
    fixture_sql(f, "UPDATE tickets SET status='todo' WHERE id=1");
    fixture_sql(f, "UPDATE runtime_sessions SET status='closed',cwd='/a/pool-2'");
    assert_true(fixture_take_slot(f, first, RUN_B, &pools[2]));
    fixture_is(f, "SELECT slot FROM worktree_slots WHERE state='claimed'", "api/pool-2");
}

/* A look passes by 4,000 that wait for a full pool as by one, beside 20,000 closed ones. */
static void test_a_full_pool_costs_nothing(void **state) {
    struct fixture *f = *state;
    only_of_files("an SQLite statement counts its steps");
    const struct claim_want want = want_pools(3);
    struct claim_look look;
    int64_t holder = add_to(f, NULL, PRIORITY_LOW, 1);
    assert_true(fixture_take_slot(f, holder, RUN_A, &pools[0]));
    add_to(f, NULL, PRIORITY_CRITICAL, 2);
    int64_t web = add_to(f, "web", PRIORITY_LOW, 3);
    int64_t before = steps_so_far(f);
    assert_int_equal(next(f, want, CLAIM_TICKET), web);
    int64_t one = steps_so_far(f) - before;
    fixture_sql(f, "BEGIN");
    fixture_sql(f, MANY(4000) INSERT_MANY "SELECT 't','todo',NULL,NULL,0,0 FROM n");
    fixture_sql(f, MANY(20000) INSERT_MANY "SELECT 't','done',NULL,NULL,0,0 FROM n");
    fixture_sql(f, "COMMIT");
    before = steps_so_far(f);
    must(claim_next(f->board, &want, &look, &f->err));
    int64_t many = steps_so_far(f) - before;
    assert_int_equal(look.id, web);
    assert_string_equal(look.workspace, "default");
    if (many > one + one / 5)
        fail_msg("%lld steps beside one that waits, %lld beside 4,000", (long long)one, (long long)many);
}

enum { TICKETS = 40, WORKERS = 8 };

static int claim_until_none(struct fixture *f, const char *host) {
    struct claim_want want = want_all;
    want.host = host;
    for (;;) {
        struct claim_look look;
        bool changed = false;
        char run_id[RUN_ID_SIZE], key[64];
        random_hex(run_id, RUN_ID_DIGITS);
        struct claim_taking taking = {.run_id = run_id,
                                      .host = host,
                                      .profile = "demo",
                                      .session_key = key,
                                      .tmux_target = "mc",
                                      .nonce = NONCE_A,
                                      .pickup = &fixture_pickup,
                                      .now = 1000,
                                      .horizon = 100000};
        if (!board_begin_claim(f->board, &f->err) || !claim_next(f->board, &want, &look, &f->err))
            return 1;
        snprintf(key, sizeof key, "ticket:%lld:session", (long long)look.id);
        taking.id = look.id;
        if (look.found == CLAIM_TICKET && (!claim_take(f->board, &taking, &changed, &f->err) || !changed))
            return 2;
        if (!board_commit(f->board, &f->err))
            return 3;
        if (look.found == CLAIM_NONE)
            return 0;
    }
}

static void test_every_ticket_once(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < TICKETS; i++)
        fixture_add(f, "t", (enum priority)(i % PRIORITY_COUNT), i);
    board_free(f->board);
    f->board = NULL;
    board_busy_limit(60000);
    for (int i = 0; i < WORKERS; i++)
        if (fork() == 0) {
            const char *host = i % 2 ? "there" : "here";
            board_as_host(host);
            _exit(board_open(&f->board, f->path, BOARD_WRITE, &f->err) ? claim_until_none(f, host) : 9);
        }
    for (int status, i = 0; i < WORKERS; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    fixture_is(f, "SELECT count(*)FROM runs", "40");
    fixture_is(f, "SELECT count(DISTINCT ticket_id)FROM runs", "40");
    fixture_is(f, "SELECT count(*)FROM tickets WHERE status='in_progress'", "40");
    fixture_is(f, "SELECT count(*)FROM runtime_sessions WHERE status='spawning'", "40");
    fixture_is_whole(f);
}

/* One of two pickups gets the last slot; the other finds that, and takes a ticket of another workspace. */
static int claim_one_each(struct fixture *f, const char *run_id) {
    const struct claim_want want = want_pools(2);
    struct claim_taking taking = fixture_taking;
    struct claim_look look;
    struct slot slot = {0};
    char key[64];
    bool changed = false;
    taking.run_id = run_id;
    taking.session_key = key;
    taking.slot = &slot;
    if (!claim_next(f->board, &want, &look, &f->err) || look.found != CLAIM_TICKET)
        return 1;
    if (!board_begin_claim(f->board, &f->err) || !claim_next(f->board, &want, &look, &f->err) ||
        look.found != CLAIM_TICKET)
        return 2;
    snprintf(key, sizeof key, "ticket:%lld:session", (long long)look.id);
    taking.id = look.id;
    taking.pool = look.id < 3 ? &pools[0] : &pools[1];
    if (!claim_take(f->board, &taking, &changed, &f->err) || !changed || !board_commit(f->board, &f->err))
        return 3;
    slot_release(&slot);
    board_free(f->board);
    return 0;
}

static void test_race_for_the_last_slot(void **state) {
    struct fixture *f = *state;
    add_to(f, NULL, PRIORITY_CRITICAL, 1);
    add_to(f, NULL, PRIORITY_CRITICAL, 2);
    add_to(f, "web", PRIORITY_LOW, 3);
    board_free(f->board);
    f->board = NULL;
    board_busy_limit(60000);
    for (int i = 0; i < 2; i++)
        if (fork() == 0)
            _exit(board_open(&f->board, f->path, BOARD_WRITE, &f->err) ? claim_one_each(f, i ? RUN_A : RUN_B) : 9);
    for (int status, i = 0; i < 2; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    fixture_is(f, "SELECT group_concat(id)FROM tickets WHERE status='in_progress'", "1,3");
    fixture_is(f, "SELECT group_concat(slot||ticket_id)FROM worktree_slots", "pool-11,web/pool-13");
    fixture_is(f, "SELECT count(DISTINCT run_id)FROM worktree_slots", "2");
    fixture_is_whole(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_due_retries_keep_their_place, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_order_is_that_of_the_queue, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_not_eligible, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_profiles, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_paused_and_capacity, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_named, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_blockers, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_take_writes_every_row, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_take_without_argv, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_take_loses_the_race, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_one_with_an_agent_is_passed_by, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_places_of_a_wrong_clock, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_query_plans, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_cost_does_not_grow, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_many_due, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_claim_sweeps, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_beyond_the_horizon, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_breakers, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_breakers_untold, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_the_trial, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_every_ticket_once, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_race_for_the_last_slot, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_full_pool_costs_nothing, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_take_with_a_slot, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_breaker_of_a_workspace, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_named_and_pools, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_which_workspaces, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_left_slots, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_an_idle_look_is_one_statement, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_pools, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_hopeless_pool, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
