/* A run's work on its way between hosts that share a board: what goes to the remote, and which of two branches is the
 * one. The board is a file that is taken for a shared one. */
#include "remotes.h"
#include "store_fixture.h"

#include "rules/config_read.h"
#include "run/push.h"
#include "run/site.h"
#include "run/travel.h"
#include "store/engine.h"

static struct world {
    struct fixture *f;
    struct remotes *r;
    struct site site;
    struct workspace web;
    struct run run;
    char kept[OID_SIZE]; /* what was not committed, on top of mc-1 */
    struct engine shared;
} world;

static char branch[] = "mc-1", there[] = "there", web[] = "web", origin[] = "origin";

static int open_world(void **state) {
    void *part;
    char *oid;

    world = (struct world){.web = {.name = web, .push = origin}};
    if (fixture_board(&part))
        return 1;
    *state = world.f = part;
    if (remotes_open(&part))
        return 1;
    world.r = part;
    world.web.repo = world.r->repo;
    world.shared = *world.f->board->engine;
    world.f->board->engine = &world.shared;
    world.site = (struct site){.board = world.f->board, .board_path = world.f->path, .folder = world.r->folder};
    config_defaults(&world.site.config);
    world.site.config.host = xstrdup("here");
    fixture_add(world.f, "one", PRIORITY_MEDIUM, 1);
    world.run = (struct run){.ticket_id = 1, .branch = branch, .host = there, .preserved = world.kept};
    text_copy(world.run.run_id, sizeof world.run.run_id, RUN_A);
    oid = remotes_say(world.r,
                      "cd repo; git checkout -q --detach mc-1; echo k > kept; git add kept; git commit -q -m kept;"
                      "git rev-parse HEAD; git checkout -q main");
    text_copy(world.kept, OID_SIZE, oid);
    free(oid);
    return 0;
}

static int close_world(void **state) {
    void *part = world.r;

    (void)state;
    config_release(&world.site.config);
    remotes_close(&part);
    part = world.f;
    return fixture_end(&part);
}

static void goes(const char *wanted) {
    struct fixture *f = world.f;
    struct push_done done = {0};
    const struct push_asked asked = {
        .site = &world.site, .git = &world.r->git, .workspace = &world.web, .run = &world.run, .timeout_ms = 20000};

    must(push_run(&asked, &done, &f->err));
    assert_int_equal(done.went, *wanted != '\0');
    assert_string_equal(text_str(&done.line), wanted);
    text_release(&done.line);
}

static char *short_of(const char *name) {
    char *script = xasprintf("git -C repo rev-parse %s | cut -c1-12", name), *oid = remotes_say(world.r, script);

    free(script);
    return oid;
}

/* Each of them once; and the branch alone where only that is new. */
static void what_the_remote_has_goes_no_more(void **state) {
    char *tip = short_of("mc-1"), *line;

    (void)state;
    line =
        xasprintf("mc-1 to origin (../origin.git): %s; what was not committed as mc-1-kept to origin (../origin.git): "
                  "%.12s",
                  tip, world.kept);
    goes(line);
    goes("");
    free(line);
    free(tip);
    remotes_do(world.r, "cd repo; git checkout -q mc-1; git commit -q --allow-empty -m more; git checkout -q main");
    tip = short_of("mc-1");
    line = xasprintf("mc-1 to origin (../origin.git): %s", tip);
    goes(line);
    remotes_is(world.r, "git -C origin.git log -1 --format=%s mc-1-kept", "kept");
    free(line);
    free(tip);
}

static void a_remote_of_two_places(void **state) {
    char *tip = short_of("mc-1"), *line = xasprintf("mc-1 to origin (../origin.git ../second.git): %s", tip);

    (void)state;
    world.run.preserved = NULL;
    remotes_do(world.r, "git init -q --bare second.git; git -C repo remote set-url --add --push origin ../origin.git;"
                        "git -C repo remote set-url --add --push origin ../second.git");
    goes(line);
    remotes_is(world.r, "git -C second.git log -1 --format=%s mc-1", "two");
    free(line);
    free(tip);
}

/* The branch that a look or a fetch comes to. */
static void comes_to(bool fetch, const char *name, bool parted) {
    struct fixture *f = world.f;
    struct travel travel;
    struct err own = {0};
    const struct travel_asked asked = {
        .site = &world.site, .git = &world.r->git, .workspace = &world.web, .run = &world.run, .timeout_ms = 20000};
    char *tip;

    if (fetch)
        must(travel_fetch(&asked, &travel, &own, &f->err));
    else if (!travel_look(&asked, &travel, &own))
        fail_msg("%s", own.text);
    tip = short_of(name);
    assert_true(travel.elsewhere);
    assert_string_equal(travel.seen.host, "there");
    assert_int_equal(travel.seen.parted, parted);
    assert_memory_equal(travel.tip, tip, strlen(tip));
    if (fetch)
        assert_int_equal(travel.seen.commits, TRAVEL_HERE);
    travel_release(&travel);
    free(tip);
}

#define THEIRS "refs/remotes/origin/mc-1"

static void one_that_is_here_too_is_behind_or_ahead(void **state) {
    (void)state;
    comes_to(false, "mc-1", false); /* the remote was not seen to have it */
    remotes_do(world.r, "git -C repo push -q origin mc-1");
    comes_to(false, "mc-1", false);
    remotes_do(world.r, "cd repo; git checkout -q mc-1; git commit -q --allow-empty -m ahead");
    comes_to(false, "mc-1", false);
    remotes_do(world.r, "cd repo; git push -q origin mc-1; git reset -q --hard HEAD~1");
    comes_to(false, THEIRS, false);
    remotes_do(world.r, "cd repo; git commit -q --allow-empty -m otherwise; git checkout -q main");
    comes_to(false, THEIRS, true);
    comes_to(true, THEIRS, true);
    remotes_do(world.r,
               "git clone -q origin.git other; cd other; git checkout -q mc-1; git commit -q --allow-empty -m new;"
               "git push -q origin mc-1");
    comes_to(true, THEIRS, true);
    remotes_is(world.r, "git -C repo log -1 --format=%s " THEIRS, "new"); /* it was fetched */
}

static enum travel_end kept(void) {
    struct fixture *f = world.f;
    struct travel travel;
    struct err own = {0};
    enum travel_end end;

    must(travel_fetch(
        &(struct travel_asked){
            .site = &world.site, .git = &world.r->git, .workspace = &world.web, .run = &world.run, .timeout_ms = 20000},
        &travel, &own, &f->err));
    end = travel.seen.kept;
    travel_release(&travel);
    return end;
}

static void what_was_kept_comes_or_not(void **state) {
    static char other[] = "0123456789abcdef0123456789abcdef01234567";

    (void)state;
    assert_int_equal(kept(), TRAVEL_HERE);
    remotes_do(world.r, "git -C repo push -q origin main:refs/heads/mc-1 main:refs/heads/mc-1-kept");
    world.run.preserved = other;
    assert_int_equal(kept(), TRAVEL_ABSENT); /* what has its name there is something else */
    remotes_do(world.r, "git -C repo push -q origin :mc-1-kept");
    assert_int_equal(kept(), TRAVEL_ABSENT);
    remotes_do(world.r, "mv origin.git away");
    assert_int_equal(kept(), TRAVEL_FAILED);
    world.web.push = NULL;
    assert_int_equal(kept(), TRAVEL_UNASKED);
    world.run.host = NULL; /* a hand's row */
    assert_int_equal(kept(), TRAVEL_UNASKED);
}

/* Not as if there were nothing. */
static void a_repository_that_is_gone_is_a_failure(void **state) {
    struct fixture *f = world.f;
    struct travel travel;
    struct push_done done = {0};
    struct err own = {0};
    const struct travel_asked asked = {
        .site = &world.site, .git = &world.r->git, .workspace = &world.web, .run = &world.run, .timeout_ms = 20000};

    (void)state;
    remotes_do(world.r, "mv repo moved");
    assert_false(travel_look(&asked, &travel, &own));
    assert_non_null(own.text);
    err_release(&own);
    assert_false(travel_fetch(&asked, &travel, &own, &f->err));
    assert_non_null(own.text);
    assert_null(f->err.text);
    err_release(&own);
    assert_false(push_run(
        &(struct push_asked){.site = &world.site, .git = &world.r->git, .workspace = &world.web, .run = &world.run},
        &done, &own));
    assert_non_null(own.text);
    err_release(&own);
    remotes_do(world.r, "mv moved repo");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_remote_has_goes_no_more, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_remote_of_two_places, open_world, close_world),
        cmocka_unit_test_setup_teardown(one_that_is_here_too_is_behind_or_ahead, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_was_kept_comes_or_not, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_repository_that_is_gone_is_a_failure, open_world, close_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
