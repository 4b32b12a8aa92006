/* The order in which tickets are shown as next is the one in which pickups claim them. */
#include "store_fixture.h"

#include "base/random.h"
#include "store/breakers.h"
#include "store/line.h"

enum { MOST = 200, NOW = 100000, HORIZON = 100000000 };

static const char *const profiles[] = {"demo", "codex"};
static const struct slot_pool pools[] = {{"web", "/pool/web", MOST}, {"api", "/pool/api", MOST}};
static const struct claim_want alone = {.host = "here",
                                        .max_running = MOST,
                                        .profiles = profiles,
                                        .profile_count = 2,
                                        .default_profile = "demo",
                                        .now = NOW,
                                        .horizon = HORIZON};

static struct claim_want pooled(void) {
    struct claim_want want = alone;

    want.pools = pools;
    want.pool_count = 2;
    want.default_pool = &pools[0];
    return want;
}

/* At most `most` of the line; how many. */
static size_t line_of(struct fixture *f, const struct claim_want *want, int64_t *ids, size_t most) {
    struct line line;
    size_t count = 0;

    must(line_open(&line, f->board, want, &f->err));
    while (count < most && line_next(&line, &ids[count], &f->err))
        count++;
    assert_false(line.failed);
    line_close(&line);
    return count;
}

static void line_is(struct fixture *f, const struct claim_want *want, const char *titles) {
    int64_t ids[MOST];
    size_t count = line_of(f, want, ids, MOST);
    char found[MOST + 1] = "";

    for (size_t i = 0; i < count; i++) {
        char *sql = xasprintf("SELECT title FROM tickets WHERE id=%lld", (long long)ids[i]);
        char *title = fixture_get(f, sql);

        found[i] = title[0];
        free(title);
        free(sql);
    }
    assert_string_equal(found, titles);
}

static const struct slot_pool *pool_of(struct fixture *f, const struct claim_want *want, int64_t id) {
    char *sql = xasprintf("SELECT coalesce(workspace,'web') FROM tickets WHERE id=%lld", (long long)id);
    char *workspace = fixture_get(f, sql);
    const struct slot_pool *pool = NULL;

    for (size_t i = 0; i < want->pool_count; i++)
        if (strcmp(want->pools[i].workspace, workspace) == 0)
            pool = &want->pools[i];
    free(workspace);
    free(sql);
    return pool;
}

/* One pickup after the other at the time `want->now`, which goes on to the next retry where none is due. */
static size_t claimed(struct fixture *f, struct claim_want *want, int64_t *ids) {
    size_t count = 0;

    for (;;) {
        struct claim_taking taking = fixture_taking;
        struct claim_look look;
        char run_id[RUN_ID_SIZE];

        must(claim_next(f->board, want, &look, &f->err));
        if (look.found == CLAIM_TICKET) {
            random_hex(run_id, RUN_ID_DIGITS);
            taking.id = ids[count++] = look.id;
            taking.run_id = run_id;
            taking.pool = pool_of(f, want, look.id);
            taking.now = want->now;
            taking.horizon = want->horizon;
            assert_true(fixture_claim(f, taking));
            continue;
        }
        char *sql = xasprintf("SELECT min(next_attempt_at) FROM tickets WHERE status='todo' AND waits=0 AND "
                              "next_attempt_at>%lld",
                              (long long)want->now);
        int64_t later = fixture_number(f, sql);
        free(sql);
        if (!later || later > want->horizon)
            return count;
        want->now = later;
    }
}

static int number(int below) {
    char digits[8];

    random_hex(digits, 7);
    return (int)(strtol(digits, NULL, 16) % below);
}

static void add_random(struct fixture *f, bool places) {
    static const char *const named[] = {"NULL", "'demo'", "'codex'", "'gone'"};
    static const char *const put[] = {"NULL", "'web'", "'api'", "'gone'"};
    int64_t id = fixture_add(f, "t", (enum priority)number(PRIORITY_COUNT), 1 + number(40));
    int due = number(4);
    char *later = due ? NULL : xasprintf("%d", number(200000));
    char *sql = xasprintf("UPDATE tickets SET profile=%s,workspace=%s,next_attempt_at=%s WHERE id=%lld",
                          named[number(4)], places ? put[number(4)] : "NULL", later ? later : "NULL", (long long)id);

    fixture_sql(f, sql);
    free(later);
    free(sql);
}

static void compare_with_pickups(struct fixture *f, struct claim_want want) {
    int64_t shown[MOST], taken[MOST];
    size_t count;

    for (int i = 0; i < 100; i++)
        add_random(f, want.pool_count > 0);
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=150000 WHERE id%13=0");        /* several at one time */
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=9000000000 WHERE id IN(5,6)"); /* by a clock that was ahead */
    fixture_sql(f, "INSERT INTO ticket_needs VALUES(7,8),(9,10)");
    fixture_sql(f, "UPDATE tickets SET status='blocked' WHERE id IN(8,10,11)");
    count = line_of(f, &want, shown, MOST);
    assert_true(count > 30);
    assert_int_equal(claimed(f, &want, taken), count);
    assert_memory_equal(shown, taken, count * sizeof *shown);
}

static void what_is_next_is_claimed_next(void **state) {
    compare_with_pickups(*state, alone);
}

static void over_workspaces_too(void **state) {
    compare_with_pickups(*state, pooled());
}

/* Whose agent of an earlier run is not ended yet cannot be claimed. */
static void what_is_held_is_not_next(void **state) {
    struct fixture *f = *state;
    struct claim_taking taking = fixture_taking;

    taking.id = fixture_add(f, "a", PRIORITY_HIGH, 1);
    taking.run_id = RUN_A;
    fixture_add(f, "b", PRIORITY_LOW, 1);
    assert_true(fixture_claim(f, taking));
    fixture_sql(f, "UPDATE tickets SET status='todo',run_id=NULL WHERE id=1");
    line_is(f, &alone, "b");
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=5 WHERE id=1");
    line_is(f, &alone, "b");
}

/* What waits for a breaker comes when that lets it. */
static void a_breaker_puts_off(void **state) {
    struct fixture *f = *state;

    fixture_add(f, "c", PRIORITY_CRITICAL, 1);
    fixture_add(f, "a", PRIORITY_LOW, 1);
    fixture_add(f, "d", PRIORITY_LOW, 1);
    fixture_add(f, "b", PRIORITY_LOW, 1);
    fixture_add(f, "e", PRIORITY_LOW, 1);
    fixture_sql(f, "UPDATE tickets SET profile='codex' WHERE title IN('c','d')");
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=101000 WHERE title='b'");
    fixture_sql(f, "UPDATE tickets SET next_attempt_at=105000 WHERE title='e'");
    must(breakers_put(f->board, "profile:codex", &(struct breaker){.failures = 3, .openings = 1, .open_until = 102000},
                      &f->err));
    line_is(f, &alone, "abcde");
}

/* More tickets of one kind, and more that are put off, than are read at once: each once. */
static void a_long_line_is_whole(void **state) {
    struct fixture *f = *state;
    static int64_t ids[4000];
    static bool seen[4001];
    size_t count;

    fixture_sql(f, "WITH RECURSIVE n(i)AS(VALUES(1)UNION ALL SELECT i+1 FROM n WHERE i<3600)INSERT INTO tickets(title,"
                   "status,created_at,updated_at,queued_at,next_attempt_at)SELECT 't','todo',1,1,i/500,CASE i%3 WHEN 1 "
                   "THEN 1+i/300 WHEN 2 THEN 200000+i/300 END FROM n");
    count = line_of(f, &alone, ids, 4000);
    assert_int_equal(count, 3600);
    for (size_t i = 0; i < count; i++) {
        assert_false(seen[ids[i]]);
        seen[ids[i]] = true;
        assert_true(i < 2400 || ids[i] % 3 == 2);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_next_is_claimed_next, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(over_workspaces_too, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(what_is_held_is_not_next, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(a_breaker_puts_off, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(a_long_line_is_whole, fixture_board, fixture_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
