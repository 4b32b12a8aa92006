/* What becomes of a run's branch when its slot is given back: a real repository, and a real board. */
#include "store_fixture.h"

#include "host/git.h"
#include "host/git_remote.h"
#include "rules/rows.h"
#include "rules/slot.h"
#include "run/pool_branch.h"
#include "run/site.h"
#include "stumbles.h"

#include "git_world.h"

static struct git_world *world;
static struct site site;
static struct git git;
static char name[] = "pool-1";
static const struct slot slot = {.name = name};

static int begin(void **state) {
    struct err err = {0};

    if (world_make((void **)&world) != 0 || fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    world_do(world, "cd repo; git branch mc-0; git branch mc-1");
    if (!git_open(&git, world->repo, &err))
        fail_msg("%s", err.text);
    site.board = f->board;
    assert_true(fixture_take(f, fixture_add(f, "x", PRIORITY_LOW, 1), RUN_A, false));
    fixture_sql(f, "UPDATE runs SET branch='mc-1',base='main',base_commit='b0' WHERE run_id='" RUN_A "'");
    return 0;
}

static int end(void **state) {
    git_release(&git);
    return fixture_end(state) + world_end((void **)&world);
}

static void spawn(struct fixture *f) {
    bool changed = false;

    must(effects_intend(f->board, &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_SPAWN, .now = 5}, &f->err));
    must(effects_result(
        f->board,
        &(struct effect_write){.run_id = RUN_A, .kind = EFFECT_SPAWN, .state = EFFECT_DONE, .detail = "", .now = 5},
        &changed, &f->err));
}

/* Its slot is given back on that branch, NULL: on none. What is found, as words; the row's branch and what the story
 * has to say of it stand behind. */
static void given_back_on(struct fixture *f, const char *branch, struct pool_branch way, const char *expected) {
    struct slot_facts facts = {0};
    struct run run;
    struct text told = {0};
    bool ended;

    must(runs_get(f->board, RUN_A, &run, &f->err));
    facts.branch = branch ? xstrdup(branch) : NULL;
    must(git_commit_of(&git, branch ? branch : "main", facts.head, &f->err));
    way.site = &site;
    way.git = &git;
    way.slot = &slot;
    way.run = &run;
    way.facts = &facts;
    must(pool_branch_find(&way, &f->err));
    must(board_begin(f->board, &f->err));
    must(pool_branch_write(&way, &f->err));
    must(board_commit(f->board, &f->err));
    text_addf(&told, "%s%s%d", way.dropped ? "dropped " : "", way.goes_on ? "goes on " : "", (int)way.parted);
    ended = strcmp(text_str(&told), expected) == 0;
    if (!ended)
        print_error("%s\n", text_str(&told));
    assert_true(ended);
    text_release(&told);
    slot_facts_release(&facts);
    run_release(&run);
}

static void rows_are(struct fixture *f, const char *branch) {
    fixture_is(f, "SELECT COALESCE(branch,'-')||' '||base||' '||base_commit FROM runs", branch);
}

static void story_is(struct fixture *f, const char *said) {
    fixture_is(f,
               "SELECT run_id||' '||author||' '||body FROM ticket_activity WHERE kind='left_behind' ORDER BY id DESC",
               said);
}

static void branches_are(const char *names) {
    world_expect(world, "git -C repo for-each-ref --format='%(refname:short)' refs/heads | xargs", names);
}

static void nobody_worked_on_it(void **state) {
    struct fixture *f = *state;

    given_back_on(f, NULL, (struct pool_branch){.kept = true}, "0");
    branches_are("main mc-0 mc-1");
    rows_are(f, "mc-1 main b0");
    given_back_on(f, "mc-0", (struct pool_branch){0}, "dropped 0");
    branches_are("main mc-0");
    rows_are(f, "- main b0");
}

static void nobody_worked_at_all(void **state) {
    struct fixture *f = *state;

    given_back_on(f, NULL, (struct pool_branch){0}, "dropped 0");
    branches_are("main mc-0");
    rows_are(f, "- main b0");
}

static void somebody_may_have(void **state) {
    struct fixture *f = *state;

    spawn(f);
    given_back_on(f, NULL, (struct pool_branch){0}, "0");
    given_back_on(f, "mc-1", (struct pool_branch){0}, "0");
    given_back_on(f, "mc-0", (struct pool_branch){0}, "0"); /* the same commit */
    branches_are("main mc-0 mc-1");
    rows_are(f, "mc-1 main b0");
    story_is(f, "");
}

static void where_the_other_holds_all_it_goes_on_there(void **state) {
    struct fixture *f = *state;

    spawn(f);
    world_do(world, "cd repo; git checkout -q mc-0; git commit -q --allow-empty -m more; git checkout -q main");
    given_back_on(f, "mc-0", (struct pool_branch){.alone = true}, "1");
    rows_are(f, "mc-1 main b0");
    given_back_on(f, "mc-0", (struct pool_branch){0}, "goes on 0");
    rows_are(f, "mc-0 main b0");
    given_back_on(f, "mc-1", (struct pool_branch){0}, "0"); /* which has less */
    rows_are(f, "mc-0 main b0");
}

static void where_each_has_its_own_it_is_said(void **state) {
    struct fixture *f = *state;

    spawn(f);
    world_do(world, "cd repo; for b in mc-0 mc-1; do git checkout -q $b; git commit -q --allow-empty -m $b; done;"
                    "git checkout -q main");
    given_back_on(f, "mc-1", (struct pool_branch){0}, "0");
    story_is(f, "");
    given_back_on(f, "mc-0", (struct pool_branch){0}, "1");
    rows_are(f, "mc-1 main b0");
    story_is(f, RUN_A " mc-pickup pool-1: it was given back on branch mc-0, which has 1 commit that branch mc-1, from "
                      "which the ticket's next run starts, has not");
    world_do(world, "cd repo; git checkout -q mc-0; git commit -q --allow-empty -m more; git checkout -q main");
    given_back_on(f, "mc-0", (struct pool_branch){0}, "2");
    story_is(f, RUN_A " mc-pickup pool-1: it was given back on branch mc-0, which has 2 commits that branch mc-1, from "
                      "which the ticket's next run starts, has not");
}

static void what_is_not_there_is_not_compared(void **state) {
    struct fixture *f = *state;

    spawn(f);
    world_do(world, "cd repo; git branch -D -q mc-1; git tag mc-1 HEAD; git checkout -q mc-0;"
                    "git commit -q --allow-empty -m more; git checkout -q main");
    given_back_on(f, "mc-0", (struct pool_branch){0}, "0");
    rows_are(f, "mc-1 main b0");
    story_is(f, "");
}

static void a_board_that_fails_is_told(void **state) {
    struct fixture *f = *state;
    struct run run = {.run_id = RUN_A, .branch = xstrdup("mc-1")};
    struct slot_facts facts = {0};
    struct pool_branch way = {.site = &site, .git = &git, .slot = &slot, .run = &run, .facts = &facts};

    make_stumble(f->board);
    board_of.left = 0;
    assert_false(pool_branch_find(&way, &f->err));
    assert_true(board_of.fell);
    make_firm(f->board);
    branches_are("main mc-0 mc-1");
    run_release(&run);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(nobody_worked_on_it),
        TEST(nobody_worked_at_all),
        TEST(somebody_may_have),
        TEST(where_the_other_holds_all_it_goes_on_there),
        TEST(where_each_has_its_own_it_is_said),
        TEST(what_is_not_there_is_not_compared),
        TEST(a_board_that_fails_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
