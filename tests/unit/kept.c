/* Whether what is kept of a run came too late for a later one of its ticket. */
#include "store_fixture.h"

#include "rules/rows.h"
#include "run/kept.h"
#include "store/journal.h"
#include "stumbles.h"

static void writes(struct fixture *f, const char *run_id, const char *kind) {
    must(journal_add(f->board,
                     &(struct journal_row){
                         .ticket_id = 1, .run_id = run_id, .author = "mc-pickup", .kind = kind, .body = "x", .now = 5},
                     &f->err));
}

/* Two runs; whose tickets they are is as the rows below say. */
static int begin(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;

    assert_true(fixture_take(f, fixture_add(f, "x", PRIORITY_LOW, 1), RUN_A, false));
    assert_true(fixture_take(f, fixture_add(f, "y", PRIORITY_LOW, 1), RUN_B, false));
    return 0;
}

static char web[] = "web", api[] = "api", branch[] = "mc/x", some[] = "5a1e";
static struct run run = {.ticket_id = 1, .run_id = RUN_A, .preserved = some};
static struct run later = {.ticket_id = 1, .run_id = RUN_B};
static const struct kept_late asked = {&run, &later};

static void is_late(struct fixture *f, bool expected) {
    bool late = !expected;

    must(kept_late(f->board, &asked, &late, &f->err));
    assert_int_equal(late, expected);
}

/* An agent was started in the run, whose work it is. */
static void spawn(struct fixture *f) {
    bool changed = false;

    must(effects_intend(f->board, &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_SPAWN, .now = 5}, &f->err));
    must(effects_result(
        f->board,
        &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_SPAWN, .state = EFFECT_DONE, .detail = "", .now = 5},
        &changed, &f->err));
    assert_true(changed);
}

static void what_came_after_the_claim_is_late(void **state) {
    struct fixture *f = *state;

    spawn(f);
    is_late(f, false); /* neither row */
    writes(f, RUN_A, "preserved");
    is_late(f, false); /* the later one has not begun */
    writes(f, RUN_B, "claimed");
    is_late(f, false); /* it began with it */
    writes(f, RUN_A, "preserved");
    is_late(f, true);
    run.preserved = NULL;
    is_late(f, false);
    run.preserved = some;
}

static void of_a_run_without_an_agent_nothing_is_missed(void **state) {
    struct fixture *f = *state;

    writes(f, RUN_B, "claimed");
    is_late(f, false); /* it is not kept yet */
    writes(f, RUN_A, "preserved");
    is_late(f, false);
    spawn(f);
    is_late(f, true);
}

static void the_rows_are_its_own(void **state) {
    struct fixture *f = *state;

    spawn(f);
    writes(f, RUN_A, "claimed");
    writes(f, RUN_A, "preserved");
    is_late(f, false);
    writes(f, RUN_B, "claimed");
    writes(f, RUN_B, "preserved");
    is_late(f, false);
}

static void a_board_that_fails_is_told(void **state) {
    struct fixture *f = *state;
    bool late;
    int falls = 0;

    spawn(f);
    writes(f, RUN_B, "claimed");
    writes(f, RUN_A, "preserved");
    make_stumble(f->board);
    for (board_of.fell = true; board_of.fell; falls += board_of.fell) {
        board_of.left = falls;
        board_of.fell = false;
        bool ok = kept_late(f->board, &asked, &late, &f->err);
        assert_int_equal(ok, !board_of.fell);
        assert_true(board_of.fell || late);
        err_release(&f->err);
    }
    board_of.left = -1;
    make_firm(f->board);
    assert_true(falls >= 3);
}

static struct run own = {.run_id = RUN_A, .workspace = web};
static struct run next = {.run_id = RUN_B, .workspace = web, .branch = branch};

static bool overtaken(struct run *first, struct run *second) {
    struct run both[] = {*first, *second};

    return kept_overtaken(RUN_A, &(struct run_list){.items = both, .count = 2});
}

static void a_later_run_in_its_workspace_overtakes(void **state) {
    struct run elsewhere = next, nowhere = next;

    (void)state;
    elsewhere.workspace = api;
    nowhere.branch = NULL;
    assert_true(overtaken(&own, &next));
    assert_false(overtaken(&next, &own));
    assert_false(overtaken(&own, &elsewhere));
    assert_false(overtaken(&own, &nowhere));
    own.branch = branch;
    assert_false(overtaken(&next, &own));
    assert_false(kept_overtaken(RUN_A, &(struct run_list){.items = &own, .count = 1}));
    own.branch = NULL;
}

static void its_name(void **state) {
    char *name = kept_ref("MC-1", RUN_A);

    (void)state;
    assert_string_equal(name, "refs/mc/preserved/MC-1/" RUN_A);
    free(name);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, fixture_end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_came_after_the_claim_is_late),
        TEST(of_a_run_without_an_agent_nothing_is_missed),
        TEST(the_rows_are_its_own),
        TEST(a_board_that_fails_is_told),
        cmocka_unit_test(a_later_run_in_its_workspace_overtakes),
        cmocka_unit_test(its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
