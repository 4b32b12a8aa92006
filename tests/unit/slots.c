#include "store_fixture.h"

#include "base/text.h"

#include "store/runtimes.h"
#include "store/slots.h"

#define RUN_C "00000000000000000000000000000c0c"
#define RUN_D "00000000000000000000000000000d0d"

static const struct slot_pool pool = {.workspace = "default", .folder = "/p", .size = 3};
static const struct slot_pool web = {.workspace = "web", .folder = "/w", .size = 1};

static struct slot_want want_of(const struct slot_pool *of, int64_t ticket, const char *run_id) {
    return (struct slot_want){.host = "here", .run_id = run_id, .ticket_id = ticket, .pool = of, .now = 77};
}

/* Takes one for the run: its name, "" where none is free. */
static void take(struct fixture *f, struct slot_want want, const char *expected) {
    struct slot next, slot;
    must(slots_next(f->board, &want, &next, &f->err));
    must(board_begin(f->board, &f->err));
    must(slots_next(f->board, &want, &slot, &f->err));
    must(!slot.name || slots_take(f->board, &want, &slot, &f->err));
    must(board_commit(f->board, &f->err));
    assert_string_equal(slot.name ? slot.name : "", expected);
    assert_string_equal(next.name ? next.name : "", expected);
    assert_string_equal(next.path ? next.path : "", slot.path ? slot.path : "");
    slot_release(&next);
    slot_release(&slot);
}

static void run(struct fixture *f, const char *run_id) {
    int64_t id = fixture_add(f, "x", PRIORITY_LOW, 1);
    assert_true(fixture_take(f, id, run_id, false));
}

static void give_back(struct fixture *f, const char *name, const char *run_id) {
    bool changed = false;
    must(
        slots_free(f->board, &(struct slot_change){.name = name, .run_id = run_id, .head = "5a1e"}, &changed, &f->err));
    assert_true(changed);
}

/* The names of those that are left, with blanks around each. */
static void left_are(struct fixture *f, const char *expected) {
    struct slot_list list = {0}, all = {0};
    struct text names = {0};
    must(slots_left(f->board, "here", &list, &f->err));
    must(slots_list(f->board, "here", &all, &f->err));
    for (size_t i = 0; i < list.count; i++)
        text_addf(&names, " %s ", list.items[i].name);
    assert_string_equal(text_str(&names), expected);
    for (size_t i = 0; i < all.count; i++) { /* one by one they are the same */
        bool left;
        char *name = xasprintf(" %s ", all.items[i].name);
        must(slots_still_left(f->board, &all.items[i], &left, &f->err));
        assert_int_equal(left, strstr(expected, name) != NULL);
        free(name);
    }
    text_release(&names);
    slot_list_release(&list);
    slot_list_release(&all);
}

static void test_take(void **state) {
    struct fixture *f = *state;
    struct slot slot;
    run(f, RUN_A);
    take(f, want_of(&pool, 1, RUN_A), "pool-1");
    fixture_is(f,
               "SELECT host||' '||slot||' '||workspace||' '||number||' '||path||' '||state||' '||ticket_id||' '||run_id"
               "||' '||claimed_at||' '||COALESCE(branch,'-')||COALESCE(note,'-')FROM worktree_slots",
               "here pool-1 default 1 /p/pool-1 claimed 1 " RUN_A " 77 --");
    fixture_is(f, "SELECT cwd FROM runtime_sessions", "/p/pool-1");
    must(slots_of_run(f->board, RUN_A, &slot, &f->err));
    assert_string_equal(slot.path, "/p/pool-1");
    assert_int_equal(slot.claimed_at, 77);
    slot_release(&slot);
    must(slots_of_run(f->board, RUN_B, &slot, &f->err));
    assert_null(slot.name);
    must(slots_get(f->board, "pool-2", &slot, &f->err));
    assert_null(slot.name);
    run(f, RUN_B);
    take(f, want_of(&web, 2, RUN_B), "web/pool-1");
    must(slots_get(f->board, "web/pool-1", &slot, &f->err));
    assert_string_equal(slot.workspace, "web");
    slot_release(&slot);
}

static void test_full(void **state) {
    struct fixture *f = *state;
    run(f, RUN_A);
    take(f, want_of(&web, 1, RUN_A), "web/pool-1");
    run(f, RUN_B);
    take(f, want_of(&web, 2, RUN_B), "");
    fixture_is(f, "SELECT cwd FROM runtime_sessions WHERE ticket_id=2", "/w");
    /* The other pool is another matter. */
    take(f, want_of(&pool, 2, RUN_B), "pool-1");
    fixture_is(f, "SELECT count(*)FROM worktree_slots", "2");
}

/* The ticket goes back to where its build caches are; else the lowest number, whether its row is there or not. */
static void test_which(void **state) {
    struct fixture *f = *state;
    struct slot slot = {0};
    run(f, RUN_A);
    take(f, want_of(&pool, 1, RUN_A), "pool-1");
    run(f, RUN_B);
    take(f, want_of(&pool, 2, RUN_B), "pool-2");
    give_back(f, "pool-1", RUN_A);
    give_back(f, "pool-2", RUN_B);
    fixture_is(f,
               "SELECT count(*)FROM worktree_slots WHERE ticket_id IS NULL AND run_id IS NULL AND branch IS NULL AND "
               "claimed_at IS NULL AND state='free'",
               "2");
    run(f, RUN_C);
    take(f, want_of(&pool, 2, RUN_C), "pool-2");
    must(slots_get(f->board, "pool-2", &slot, &f->err));
    assert_string_equal(slot.head, "5a1e"); /* where it was left by the run before */
    slot_release(&slot);
    take(f, want_of(&pool, 1, RUN_A), "pool-1");
    fixture_sql(f, "UPDATE worktree_slots SET state='quarantined'");
    take(f, want_of(&pool, 1, RUN_A), "pool-3");
}

/* A pool that has become smaller gives no slot beyond its size; one that has grown has new ones; a free one is where
 * the configuration says today; and all rows are this machine's, whatever it is called today. */
static void test_changed_pool(void **state) {
    struct fixture *f = *state;
    only_of_files("there another name is another machine's");
    struct slot_pool other = pool;
    run(f, RUN_A);
    take(f, want_of(&pool, 1, RUN_A), "pool-1");
    other.size = 1;
    take(f, want_of(&other, 1, RUN_B), "");
    other.size = 2;
    other.folder = "/q";
    run(f, RUN_B);
    struct slot_want want = want_of(&other, 2, RUN_B);
    want.host = "elsewhere";
    take(f, want, "pool-2");
    give_back(f, "pool-1", RUN_A);
    run(f, RUN_C);
    want = want_of(&other, 3, RUN_C);
    want.host = "elsewhere";
    take(f, want, "pool-1");
    fixture_is(f, "SELECT group_concat(path)FROM worktree_slots", "/q/pool-2,/q/pool-1");
}

static void test_held_and_left(void **state) {
    struct fixture *f = *state;
    run(f, RUN_A);
    run(f, RUN_B);
    take(f, want_of(&pool, 1, RUN_A), "pool-1");
    take(f, want_of(&web, 2, RUN_B), "web/pool-1");
    left_are(f, "");
    /* In review, its agent at rest. */
    fixture_sql(f, "UPDATE tickets SET status='in_review' WHERE id=1");
    fixture_sql(f, "UPDATE runtime_sessions SET status='idle' WHERE ticket_id=1");
    left_are(f, "");
    fixture_sql(f, "UPDATE runtime_sessions SET status='closed' WHERE ticket_id=1");
    left_are(f, " pool-1 ");
    /* Its agent has died and healing has not come to it yet. */
    fixture_sql(f, "UPDATE runtime_sessions SET status='dead' WHERE ticket_id=2");
    left_are(f, " pool-1 ");
    fixture_sql(f, "UPDATE tickets SET run_id='" RUN_C "' WHERE id=2");
    left_are(f, " pool-1  web/pool-1 ");
    /* Another run's agent holds nothing of it. */
    fixture_sql(f, "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('" RUN_C "',1,2,'here',1)");
    fixture_sql(f, "UPDATE runtime_sessions SET status='running',run_id='" RUN_C "' WHERE ticket_id=1");
    left_are(f, " pool-1  web/pool-1 ");
    /* A run that a hand took away holds nothing, and the row can be given back. */
    fixture_sql(f, "UPDATE worktree_slots SET run_id=NULL WHERE slot='pool-1'");
    left_are(f, " pool-1  web/pool-1 ");
    give_back(f, "pool-1", NULL);
    left_are(f, " web/pool-1 ");
    fixture_sql(f, "UPDATE worktree_slots SET state='quarantined'");
    left_are(f, "");
}

/* Whoever has it no more changes nothing. */
static void test_fence(void **state) {
    struct fixture *f = *state;
    const struct slot_change strange = {.name = "pool-1", .run_id = RUN_B, .branch = "b", .note = "n"};
    const struct slot_change ours = {.name = "pool-1", .run_id = RUN_A, .branch = "b", .note = "n"};
    bool changed = true;
    run(f, RUN_A);
    take(f, want_of(&pool, 1, RUN_A), "pool-1");
    must(slots_set_branch(f->board, &strange, &changed, &f->err));
    assert_false(changed);
    must(slots_note(f->board, &strange, &changed, &f->err));
    assert_false(changed);
    must(slots_quarantine(f->board, &strange, &changed, &f->err));
    assert_false(changed);
    must(slots_free(f->board, &strange, &changed, &f->err));
    assert_false(changed);
    must(slots_set_branch(f->board, &ours, &changed, &f->err));
    assert_true(changed);
    must(slots_note(f->board, &ours, &changed, &f->err));
    assert_true(changed);
    must(slots_note(f->board, &ours, &changed, &f->err)); /* said already */
    assert_false(changed);
    must(slots_quarantine(f->board, &ours, &changed, &f->err));
    assert_true(changed);
    must(slots_set_branch(f->board, &ours, &changed, &f->err));
    assert_false(changed);
    must(slots_quarantine(f->board, &ours, &changed, &f->err));
    assert_false(changed);
    fixture_is(f, "SELECT state||' '||ticket_id||' '||branch||' '||note FROM worktree_slots", "quarantined 1 b n");
    must(slots_free(f->board, &ours, &changed, &f->err)); /* a person has seen to it */
    assert_true(changed);
    must(slots_free(f->board, &ours, &changed, &f->err));
    assert_false(changed);
    must(slots_note(f->board, &ours, &changed, &f->err));
    assert_false(changed);
}

/* No two slots are one run's, and no slot two runs'. */
static void test_one_each(void **state) {
    struct fixture *f = *state;
    const struct slot_want again = want_of(&pool, 1, RUN_A);
    struct slot slot;
    run(f, RUN_A);
    take(f, want_of(&pool, 1, RUN_A), "pool-1");
    must(slots_next(f->board, &again, &slot, &f->err));
    must_fail(slots_take(f->board, &again, &slot, &f->err), MC_SOFTWARE);
    assert_null(slot.name);
    fixture_refused(f, "INSERT INTO worktree_slots(host,slot,workspace,number,path,state)"
                       "VALUES('here','x','default',1,'/x','free')");
}

static void test_the_work_of_a_run(void **state) {
    struct fixture *f = *state;
    struct run found;
    run(f, RUN_A);
    must(runs_set_work(f->board,
                       &(struct run_work){.run_id = RUN_A, .branch = "mc-1-a", .base = "main", .base_commit = "c0"},
                       &f->err));
    must(runs_set_preserved(f->board, RUN_A, "c1", &f->err));
    must(runs_set_owes(f->board, RUN_A, true, &f->err));
    must(runs_get(f->board, RUN_A, &found, &f->err));
    assert_string_equal(found.branch, "mc-1-a");
    assert_string_equal(found.base, "main");
    assert_string_equal(found.base_commit, "c0");
    assert_string_equal(found.preserved, "c1");
    assert_true(found.owes);
    run_release(&found);
    must(runs_set_preserved(f->board, RUN_A, NULL, &f->err));
    must(runs_set_owes(f->board, RUN_A, false, &f->err));
    fixture_is(f, "SELECT COALESCE(preserved,'-')||owes FROM runs WHERE run_id='" RUN_A "'", "-0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_board, fixture_end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_take),          TEST(test_full),  TEST(test_which),    TEST(test_changed_pool),
        TEST(test_held_and_left), TEST(test_fence), TEST(test_one_each), TEST(test_the_work_of_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
