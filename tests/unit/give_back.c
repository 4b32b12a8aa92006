/* One slot given back, on a real board and by a real git: what else happens to it meanwhile. */
#include "remotes.h"
#include "store_fixture.h"
#include "stumbles_alone.h"

#include "host/files.h"
#include "rules/config_read.h"
#include "run/board_mark.h"
#include "run/pool.h"
#include "run/site.h"
#include "store/slots.h"

/* A run of ticket 1 that is over, and left its worktree on branch mc-2, which it was given and never used. */
static struct world {
    struct fixture *f;
    struct remotes *r;
    struct site site;
    char *path; /* the PATH of these tests */
    char *pool;
} world;

static int open_world(void **state) {
    void *part;
    char *rows;

    if (fixture_board(&part))
        return 1;
    world.f = part;
    if (remotes_open(&part))
        return 1;
    world.r = part;
    world.path = xstrdup(getenv("PATH"));
    world.pool = xasprintf("%s/pool", world.r->folder);
    remotes_do(world.r,
               "mkdir -m 700 -p pool bin run/" RUN_A "; cd repo; git worktree add -q -b mc-2 ../pool/pool-1 main");
    world.site = (struct site){.board = world.f->board,
                               .board_path = world.f->path,
                               .board_label = world.f->path,
                               .folder = world.r->folder,
                               .libexec = world.r->folder,
                               .self = {.pid = 1, .boot = "boot-1"}};
    config_defaults(&world.site.config);
    world.site.config.host = xstrdup("here");
    world.site.config.workspaces = xcalloc(1, sizeof *world.site.config.workspaces);
    world.site.config.workspace_count = 1;
    world.site.config.workspaces[0] =
        (struct workspace){.name = xstrdup("web"), .repo = xstrdup(world.r->repo), .size = 1};
    fixture_add(world.f, "one", PRIORITY_MEDIUM, 1);
    assert_true(fixture_take(world.f, 1, RUN_A, false));
    rows = xasprintf("UPDATE runs SET workspace='web',branch='mc-2',base='main',base_commit='x',ended_at=5;"
                     "UPDATE tickets SET status='cancelled',run_id=NULL;UPDATE runtime_sessions SET status='closed';"
                     "INSERT INTO worktree_slots(host,slot,workspace,number,path,state,ticket_id,run_id,branch)"
                     "VALUES('here','pool-1','web',1,'%s/pool/pool-1','claimed',1,'" RUN_A "','mc-2')",
                     world.r->folder);
    fixture_sql(world.f, rows);
    free(rows);
    *state = world.f;
    return 0;
}

static int close_world(void **state) {
    void *part = world.r;

    (void)state;
    setenv("PATH", world.path, 1);
    free(world.path);
    free(world.pool);
    config_release(&world.site.config);
    remotes_close(&part);
    part = world.f;
    return fixture_end(&part);
}

static bool give_back(struct fixture *f, struct pool_done *done, struct err *err) {
    struct slot slot = {0};
    long left = board_of.left;
    bool ok;

    board_of.left = -1;
    must(slots_get(f->board, "pool-1", &slot, &f->err));
    board_of.left = left;
    ok = pool_return(&world.site, &slot, done, err);
    slot_release(&slot);
    return ok;
}

static void comes_to(struct fixture *f, enum pool_end end, const char *words) {
    struct pool_done done;

    must(give_back(f, &done, &f->err));
    if (done.end != end || !strstr(text_str(&done.line), words))
        fail_msg("%d, not %d: \"%s\" without \"%s\"", (int)done.end, (int)end, text_str(&done.line), words);
    pool_done_release(&done);
}

#define STATE "SELECT state||' '||COALESCE(run_id,'-')||' '||COALESCE(note,'-')FROM worktree_slots"

/* A git that does something else first, whenever one of its arguments is this one. */
static void stand_before_git(const char *argument, const char *does) {
    char *script =
        xasprintf("cat >bin/git <<'end'\n#!/bin/sh\nfor argument; do [ \"$argument\" != %s ] || { %s; }; done\n"
                  "PATH='%s' exec git \"$@\"\nend\nchmod 755 bin/git",
                  argument, does, world.path);
    char *path = xasprintf("%s/bin:%s", world.r->folder, world.path);

    remotes_do(world.r, script);
    setenv("PATH", path, 1);
    free(path);
    free(script);
}

static void files_that_change_while_they_are_kept(void **state) {
    struct fixture *f = *state;

    remotes_do(world.r, "echo first > pool/pool-1/a");
    stand_before_git("status", "date +%N >> \"$HOME/pool/pool-1/a\"");
    comes_to(f, POOL_QUARANTINED, "its files change while they are kept");
    fixture_is(f, "SELECT state FROM worktree_slots", "quarantined");
    remotes_is(world.r, "tail -1 pool/pool-1/a | grep -c '^[0-9]*$'", "1"); /* there they are */
    setenv("PATH", world.path, 1);
    fixture_sql(f, "UPDATE worktree_slots SET state='claimed',note=NULL");
    comes_to(f, POOL_FREED, "");
    remotes_is(world.r, "cat pool/pool-1/a", "one");
}

static void another_gives_it_back_meanwhile(void **state) {
    struct fixture *f = *state;
    char *script = server_given() ? NULL
                                  : xasprintf("sqlite3 '%s' \"UPDATE worktree_slots SET state='free',run_id=NULL,"
                                              "ticket_id=NULL,branch=NULL,claimed_at=NULL\"",
                                              f->path);

    only_of_files("a hook's sqlite3");
    argv_adds(&world.site.config.workspaces[0].hooks[HOOK_BEFORE_REMOVE],
              (const char *const[]){"sh", "-c", script, NULL});
    comes_to(f, POOL_TAKEN, "");
    fixture_is(f, STATE, "free - -");
    comes_to(f, POOL_TAKEN, ""); /* seen at once */
    free(script);
}

static void there_is_no_such_slot(void **state) {
    struct fixture *f = *state;
    struct pool_done done;

    assert_false(pool_release(&world.site, "pool-9", &done, &f->err));
    assert_int_equal(f->err.code, MC_NOINPUT);
    assert_string_equal(f->err.text, "no slot pool-9; see mc-ticket pool");
}

static void a_workspace_that_is_gone(void **state) {
    struct fixture *f = *state;

    world.site.config.workspace_count = 0;
    comes_to(f, POOL_WAITS,
             "workspace web is not configured any more; put it back until its slots are given back (mc-ticket pool)");
    world.site.config.workspace_count = 1;
    comes_to(f, POOL_FREED, "");
    fixture_is(f, STATE, "free - -");
    remotes_is(world.r, "git -C repo branch --list mc-2", ""); /* nobody had worked on it */
    fixture_is(f, "SELECT branch FROM runs", "-");
}

/* As after a reboot, before its disk is mounted; or a person has deleted it. */
static void a_pool_that_is_not_there(void **state) {
    struct fixture *f = *state;
    char *line = xasprintf("pool-1: its workspace is out of reach (workspace web: the pool %s has lost its mark "
                           "(.board) since pool-1 was made in it; mount the disk that it is on, or, where it was "
                           "deleted, run: mc-ticket pool release pool-1)",
                           world.pool);

    remotes_do(world.r, "echo precious > pool/pool-1/a; mv pool disk; mkdir pool");
    comes_to(f, POOL_WAITS, line);
    remotes_is(world.r, "ls -A pool; git -C repo worktree list | wc -l", "2");
    comes_to(f, POOL_WAITS, line);
    remotes_do(world.r, "rmdir pool");
    comes_to(f, POOL_WAITS, line); /* nor is the folder made */
    remotes_do(world.r, "mv disk pool");
    comes_to(f, POOL_FREED, "");
    remotes_is(world.r, "git -C repo show $(git -C repo for-each-ref --format='%(refname)' refs/mc/preserved):a",
               "precious");
    free(line);
}

static void released_as(struct fixture *f, enum pool_end end, const char *says) {
    struct pool_done done;

    remotes_do(world.r, "rm -rf pool");
    must(pool_release(&world.site, "pool-1", &done, &f->err));
    assert_int_equal(done.end, end);
    assert_string_equal(text_str(&done.line), says);
    pool_done_release(&done);
}

/* A person says it of whichever slot, also of a free one. */
static void a_pool_that_was_deleted(void **state) {
    struct fixture *f = *state;
    struct pool_done done;

    fixture_sql(f, "UPDATE worktree_slots SET state='quarantined',note='x',branch=NULL");
    released_as(f, POOL_FREED, "");
    released_as(f, POOL_FREE_ALREADY, "its pool is made anew");
    must(pool_release(&world.site, "pool-1", &done, &f->err));
    assert_string_equal(text_str(&done.line), "");
    pool_done_release(&done);
    remotes_is(world.r, "ls -A pool", ".board");
}

/* What a hook leaves when it is called last is kept. */
static void what_the_last_hook_leaves(void **state) {
    struct fixture *f = *state;
    struct pool_done done;

    argv_adds(&world.site.config.workspaces[0].hooks[HOOK_BEFORE_REMOVE],
              (const char *const[]){"sh", "-c", "echo left > left", NULL});
    must(give_back(f, &done, &f->err));
    assert_int_equal(done.end, POOL_FREED);
    assert_true(done.kept);
    pool_done_release(&done);
    remotes_is(world.r, "git -C repo show $(git -C repo for-each-ref --format='%(refname)' refs/mc/preserved):left",
               "left");
    remotes_is(world.r, "git -C repo branch --list mc-2", "  mc-2"); /* what is kept belongs to it */
}

/* The board stumbles; git is asked anew each time. */
static bool given_back(struct fixture *f, struct err *err) {
    struct pool_done done;
    bool ok;

    remotes_do(world.r, "cd pool/pool-1; git checkout -q -B mc-2 main");
    ok = give_back(f, &done, err);
    if (ok)
        assert_int_equal(done.end, POOL_FREED);
    pool_done_release(&done);
    return ok;
}

/* It is not the pool's folder that is at fault. */
static void a_board_that_is_held(void **state) {
    struct fixture *f = *state;
    char *line =
        xasprintf("pool-1: its workspace is out of reach (workspace web: board %s: database is locked: another "
                  "program holds it: try again)",
                  f->path);
    struct pool_done done;

    only_of_files("words of SQLite");
    board_of.left = 1; /* its run is read */
    must(give_back(f, &done, &f->err));
    board_of.left = -1;
    assert_int_equal(done.end, POOL_WAITS);
    assert_string_equal(text_str(&done.line), line);
    pool_done_release(&done);
    free(line);
    comes_to(f, POOL_FREED, "");
}

static void no_failure_is_lost(void **state) {
    static const struct verb verb = {"given_back", NULL, given_back, false};
    struct fixture *f = *state;

    only_of_files("time");
    must(site_named(&world.site, &f->err)); /* once, and so is the pool marked */
    assert_int_equal(board_mark_make(world.pool, world.site.board_name, &f->err), WHOSE_OURS);
    attempt_each(*state, &verb, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_that_change_while_they_are_kept, open_world, close_world),
        cmocka_unit_test_setup_teardown(another_gives_it_back_meanwhile, open_world, close_world),
        cmocka_unit_test_setup_teardown(there_is_no_such_slot, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_workspace_that_is_gone, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_pool_that_is_not_there, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_pool_that_was_deleted, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_the_last_hook_leaves, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_board_that_is_held, open_world, close_world),
        cmocka_unit_test_setup_teardown(no_failure_is_lost, open_world, close_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
