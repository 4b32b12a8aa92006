#include "store_fixture.h"

#include "rules/config_read.h"
#include "run/site.h"
#include "run/tally.h"
#include "store/breakers.h"

static struct site site;

static int begin(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    site = (struct site){.board = f->board, .board_path = f->path, .folder = f->folder};
    config_defaults(&site.config);
    return 0;
}

static int end(void **state) {
    config_release(&site.config);
    return fixture_end(state);
}

/* A failure of the worktree of `ticket`: is it no attempt of the ticket's? */
static bool fails(struct fixture *f, int64_t ticket, bool shared) {
    const struct failure failure = {
        .class = CLASS_WORKSPACE_FAILED, .ticket = ticket, .workspace = "web", .shared = shared, .detail = "hook: 1"};
    struct tally tally = {0};
    must(tally_count(&site, &failure, &tally, &f->err));
    assert_string_equal(tally.thing, "workspace:web");
    return tally.world;
}

static bool is_broken(struct fixture *f) {
    struct breaker breaker;
    must(breakers_get(f->board, "workspace:web", &breaker, &f->err));
    return breaker.openings > 0;
}

/* A hook that fails for each ticket is the workspace's at last. */
static void test_failures_of_tickets(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < 10; i++)
        assert_false(fails(f, 1, false));
    assert_false(fails(f, 2, false));
    assert_false(is_broken(f));
    assert_true(fails(f, 3, false));
    assert_true(is_broken(f));
    assert_true(fails(f, 1, false));
}

/* What is wrong with the repository is no ticket's, and yet one ticket alone might be what is wrong. */
static void test_failures_of_the_workspace(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < 10; i++)
        assert_true(fails(f, 1, true));
    assert_false(is_broken(f));
    assert_true(fails(f, 2, true));
    assert_true(fails(f, 3, true));
    assert_true(is_broken(f));
}

/* Behind an open breaker the same is silent; what has come in its place is said once. */
static void test_another_cause_is_news(void **state) {
    struct fixture *f = *state;
    static const char *const details[] = {"hook: 1", "no base", "no base", "hook: 1"};

    for (int i = 1; i <= 3; i++)
        fails(f, i, true);
    for (size_t i = 0; i < sizeof details / sizeof *details; i++) {
        const struct failure failure = {
            .class = CLASS_WORKSPACE_FAILED, .ticket = 1, .workspace = "web", .shared = true, .detail = details[i]};
        struct tally tally = {.repeated = true};
        must(tally_count(&site, &failure, &tally, &f->err));
        assert_int_equal(tally_is_news(&tally), i == 1 || i == 3);
    }
}

/* What helps names the profile whose agent failed: the failure's own, or else the configuration's. */
static void test_the_profile_is_named(void **state) {
    struct fixture *f = *state;
    static const char *const named[][2] = {{NULL, "--try usual "}, {"other", "--try other "}};

    xreplace(&site.config.profile, "usual");
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        const struct failure failure = {.class = CLASS_WORKER_DIED, .ticket = 1, .profile = named[i][0], .early = true};
        struct tally tally = {0};
        must(tally_count(&site, &failure, &tally, &f->err));
        if (!strstr(tally.breaker.next, named[i][1]))
            fail_msg("%s: \"%s\", without \"%s\"", tally.thing, tally.breaker.next, named[i][1]);
    }
}

static void test_no_workspace_is_no_thing(void **state) {
    struct fixture *f = *state;
    const struct failure failure = {.class = CLASS_WORKSPACE_FAILED, .ticket = 1};
    struct tally tally = {0};
    must(tally_count(&site, &failure, &tally, &f->err));
    assert_string_equal(tally.thing, "");
    assert_false(tally.world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_failures_of_tickets, begin, end),
        cmocka_unit_test_setup_teardown(test_failures_of_the_workspace, begin, end),
        cmocka_unit_test_setup_teardown(test_another_cause_is_news, begin, end),
        cmocka_unit_test_setup_teardown(test_the_profile_is_named, begin, end),
        cmocka_unit_test_setup_teardown(test_no_workspace_is_no_thing, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
