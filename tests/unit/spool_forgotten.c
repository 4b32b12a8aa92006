/* What agents have left, taken for all that a pickup looks at, and for those that it does not know any more. */
#include "store_fixture.h"

#include "spool_fixture.h"

#include "pickup/state.h"
#include "rules/world.h"

static bool take_all(struct fixture *f, struct world world, bool dry) {
    struct pickup pickup = {.site = site, .dry = dry};
    bool any = !dry;

    must(spooled_take(&pickup, &world, &any, &f->err));
    return any;
}

/* A host that was given up and comes back hears them of runs that no row names any more: those that the board knows. */
static void words_of_runs_without_a_row(void **state) {
    struct fixture *f = *state;
    char *strange = xasprintf("%s/run/" RUN_B "/events", f->folder), *other = xasprintf("%s/run/other", f->folder);
    struct told told = word(SIGNAL_DONE, NULL, "of nobody");
    struct argv paths = {0};

    begin(f, NONCE_A);
    must(files_make_dir(strange, &f->err));
    must(files_make_dir(other, &f->err));
    text_copy(told.run, sizeof told.run, RUN_B);
    must(spool_leave(&site, RUN_B, &told, &f->err));
    told_release(&told);
    assert_false(take_all(f, (struct world){.back = true}, false));
    leave(f, word(SIGNAL_DONE, NONCE_A, "all"));
    assert_false(take_all(f, (struct world){0}, false));
    assert_false(take_all(f, (struct world){.back = true}, true));
    lie_there(f, 1);
    assert_true(take_all(f, (struct world){.back = true}, false));
    lie_there(f, 0);
    fixture_is(f, "SELECT status||' '||result FROM tickets", "in_review all");
    spool_list(&site, RUN_B, &paths);
    assert_int_equal(paths.count, 1);
    argv_release(&paths);
    free(strange);
    free(other);
}

/* Of each case that has a row. */
static void words_of_those_that_are_looked_at(void **state) {
    struct fixture *f = *state;
    struct world_case cases[3];
    const struct world world = {.cases = cases, .case_count = 3};

    memset(cases, 0, sizeof cases);
    begin(f, NONCE_A);
    leave(f, word(SIGNAL_DONE, NONCE_A, "all"));
    must(runtimes_get(f->board, KEY, &cases[1].runtime, &f->err));
    assert_false(take_all(f, world, true));
    assert_true(take_all(f, world, false));
    lie_there(f, 0);
    assert_false(take_all(f, world, false));
    runtime_release(&cases[1].runtime);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_of_runs_without_a_row, taken, swept),
        cmocka_unit_test_setup_teardown(words_of_those_that_are_looked_at, taken, swept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
