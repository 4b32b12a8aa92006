/* What the doctor says of repositories and slots, line by line, with the command that mends it. */
#include "remotes.h"
#include "store_fixture.h"

#include "base/clock.h"
#include "base/err.h"
#include "desk/doctor_repos.h"
#include "desk/doctor_seen.h"
#include "host/files.h"
#include "rules/config_read.h"
#include "rules/doctor.h"
#include "store/board.h"

static struct world {
    struct fixture *f;
    struct remotes *r;
    struct site site;
    struct workspace *web, *api;
    const char *path;
} world;

static void space(struct workspace *workspace, const char *name) {
    *workspace = (struct workspace){.name = xstrdup(name),
                                    .repo = xstrdup(world.r->repo),
                                    .base = xstrdup("main"),
                                    .branch_prefix = xstrdup(""),
                                    .pool = xasprintf("%s/%s", world.r->folder, name),
                                    .size = 2};
}

static int open_world(void **state) {
    void *part;

    world = (struct world){.path = getenv("PATH")};
    if (fixture_board(&part))
        return 1;
    *state = world.f = part;
    if (remotes_open(&part))
        return 1;
    world.r = part;
    world.site = (struct site){.board = world.f->board,
                               .board_path = world.f->path,
                               .board_label = world.f->path,
                               .folder = world.r->folder,
                               .self = {.pid = 1, .boot = "boot-1"}};
    config_defaults(&world.site.config);
    world.site.config.host = xstrdup("here");
    world.site.config.workspaces = xcalloc(2, sizeof *world.site.config.workspaces);
    world.site.config.workspace_count = 2;
    world.web = &world.site.config.workspaces[0];
    world.api = &world.site.config.workspaces[1];
    space(world.web, "web");
    space(world.api, "api");
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

/* With the folder for each $. */
static char *in_folder(const char *words) {
    struct text text = {0};

    for (; *words; words++)
        if (*words == '$' && words[1] != '{' && words[1] != '(')
            text_add(&text, world.r->folder);
        else
            text_addc(&text, *words);
    return text_take(&text);
}

/* One line is this one, in this state and with this command. */
static void says(enum doctor_state state, const char *words, const char *mend) {
    struct doctor_report report = {0};
    struct doctor doctor = {.report = &report,
                            .site = world.site,
                            .here = true,
                            .config = (char[]){"/etc/c"},
                            .shell_path = (char[]){""},
                            .path = xstrdup(world.path),
                            .path_words = (char[]){"its PATH"},
                            .options = (char[]){""},
                            .cron_line = (char[]){""},
                            .ticket = (char[]){"mc-ticket"},
                            .pickup = (char[]){"mc-pickup"},
                            .now = clock_now()};
    struct text all = {0};
    char *whole = in_folder(words), *command = in_folder(mend);
    bool found = false;

    doctor_repos(&doctor);
    for (size_t i = 0; i < report.count; i++) {
        const struct doctor_line *line = &report.items[i];

        found = found || (line->state == state && strcmp(text_str(&line->words), whole) == 0 &&
                          strcmp(text_str(&line->mend), command) == 0);
        text_addf(&all, "%s %s [%s]\n", doctor_state_name(line->state), text_str(&line->words), text_str(&line->mend));
    }
    if (!found)
        fail_msg("no %s [%s] in\n%s", whole, command, text_str(&all));
    text_release(&all);
    free(command);
    free(whole);
    free(doctor.path);
    doctor_report_release(&report);
}

static void no_git(void **state) {
    (void)state;
    world.path = "/none";
    says(DOCTOR_BAD, "git: is not on its PATH; name its folder there, or install it", "apt-get install git");
}

static void all_is_well(void **state) {
    (void)state;
    says(DOCTOR_OK, "workspace web: $/repo, from main, 2 slots in $/web", "");
    says(DOCTOR_OK, "slots of web: 0 made, 0 with an agent", "");
}

/* A ticket's own branch is no base. */
static void a_head_on_a_tickets_branch(void **state) {
    (void)state;
    free(world.web->base);
    world.web->base = NULL;
    remotes_do(world.r, "git -C repo checkout -q -b mc-7-fix-it-0123ab");
    says(DOCTOR_BAD, "workspace web: HEAD of $/repo is on mc-7-fix-it-0123ab, a ticket's own branch",
         "git -C $/repo checkout -");
    remotes_do(world.r, "git -C repo checkout -q -");
    says(DOCTOR_OK, "workspace web: $/repo, from main, 2 slots in $/web", "");
}

static void a_pool_that_cannot_be_one(void **state) {
    (void)state;
    remotes_do(world.r, "touch web; mkdir -p open/api; chmod 777 open");
    says(DOCTOR_BAD, "workspace web: its pool $/web: $/web is no directory", "mv $/web $/web.aside");
    free(world.api->pool);
    world.api->pool = xasprintf("%s/open/api/pool", world.r->folder);
    says(DOCTOR_BAD, "workspace api: its pool $/open/api/pool: others may write in $/open", "chmod go-w $/open");
    remotes_do(world.r, "chmod go-w open; rm web");
    says(DOCTOR_OK, "workspace api: $/repo, from main, 2 slots in $/open/api/pool", "");
}

/* Of a pool that every pickup would refuse, before there is one. */
static void a_pool_that_is_refused(void **state) {
    char name[BOARD_NAME_SIZE], *own;
    struct err err = {0};

    (void)state;
    assert_true(board_name(world.f->board, name, &err));
    own = xasprintf("mkdir -m 700 web; umask 077; printf %%s %s >web/.board", name);
    remotes_do(world.r, own);
    says(DOCTOR_OK, "workspace web: $/repo, from main, 2 slots in $/web", "");
    remotes_do(world.r, "printf 0123456789abcdef >web/.board");
    says(DOCTOR_BAD,
         "workspace web: the pool $/web belongs to another board ($/web/.board); where that one's export comes onto "
         "this one, mc-ticket import --restore puts it right, and the pool stays; else give this board a \"pool\" of "
         "its own",
         "${EDITOR:-vi} /etc/c");
    fixture_add(world.f, "One", PRIORITY_MEDIUM, 1);
    says(DOCTOR_BAD,
         "workspace web: the pool $/web belongs to another board ($/web/.board); give each board a \"pool\" of its "
         "own, and leave this one where it is: what agents left in it may be nowhere else",
         "${EDITOR:-vi} /etc/c");
    xreplace(&world.web->pool, world.api->pool);
    says(DOCTOR_BAD,
         "workspace web: $/api lies in another workspace's pool ($/api); choose a folder outside it for \"pool\" of "
         "workspace web",
         "${EDITOR:-vi} /etc/c");
    free(world.web->pool);
    world.web->pool = xasprintf("%s/file/in/it", world.r->folder);
    remotes_do(world.r, "touch file");
    says(DOCTOR_BAD, "workspace web: its pool $/file/in/it: $/file is no directory", "mv $/file $/file.aside");
    free(own);
}

/* Root may write everywhere: it is asked as nobody. */
static void says_it_of(const char *words, const char *mend) {
    const uid_t self = geteuid();

    assert_int_equal(self ? 0 : seteuid(65534), 0);
    says(DOCTOR_BAD, words, mend);
    assert_int_equal(seteuid(self), 0);
}

static void what_may_not_be_written(void **state) {
    static const char *const folders[] = {"", "/objects", "/refs", "/refs/heads", "/refs/mc", "/logs", "/worktrees"};

    (void)state;
    remotes_do(world.r, "chmod 755 .; cd repo/.git; mkdir -p refs/mc worktrees logs; chmod -R a+rwX ..");
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *change = xasprintf("chmod a-w repo/.git%s", folders[i]);
        char *words = xasprintf("workspace web: we may not write in $/repo/.git%s", folders[i]);
        char *mend = xasprintf("sudo chown -R $(id -u) $/repo/.git%s", folders[i]);

        remotes_do(world.r, change);
        says_it_of(words, mend);
        remotes_do(world.r, "chmod -R a+rwX repo");
        free(change);
        free(words);
        free(mend);
    }
    remotes_do(world.r, "mkdir -m 755 mine; mkdir -m 555 mine/none");
    xreplace(&world.web->pool, NULL);
    world.web->pool = xasprintf("%s/mine/none/pool", world.r->folder);
    says_it_of("workspace web: we may not write in $/mine/none", "sudo chown -R $(id -u) $/mine/none");
}

static void a_branch_in_the_way(void **state) {
    (void)state;
    xreplace(&world.web->branch_prefix, "by/ai/x-");
    says(DOCTOR_OK, "workspace web: $/repo, from main, 2 slots in $/web", "");
    remotes_do(world.r, "git -C repo branch by/ai; git -C repo branch by-ai");
    says(DOCTOR_BAD,
         "workspace web: refs/heads/by/ai is in the way of its \"branch_prefix\" by/ai/x-; choose another, or rename "
         "that branch",
         "${EDITOR:-vi} /etc/c");
    xreplace(&world.web->branch_prefix, "by/");
    says(DOCTOR_OK, "workspace web: $/repo, from main, 2 slots in $/web", "");
}

static void a_remote_that_is_not_there(void **state) {
    (void)state;
    world.web->fetch = true;
    says(DOCTOR_OK, "workspace web: $/repo, from main, 2 slots in $/web", "");
    remotes_do(world.r, "git -C repo remote rename origin other");
    says(DOCTOR_BAD,
         "workspace web: fetch: $/repo has no remote origin; add it (git -C $/repo remote add origin URL), name it in "
         "\"base\", or set \"fetch\" to false",
         "${EDITOR:-vi} /etc/c");
    world.web->push = xstrdup("other");
    says(DOCTOR_OK, "workspace web: $/repo, from main, 2 slots in $/web", "");
}

static void a_partial_clone(void **state) {
    (void)state;
    remotes_do(world.r, "git -C origin.git config uploadpack.allowFilter true; rm -rf repo;"
                        "git clone -q --bare --filter=blob:none file://$HOME/origin.git repo");
    says(DOCTOR_BAD,
         "workspace web: repository $/repo: objects of it are missing here (it is a partial clone); fetch them: git -C "
         "$/repo fetch --refetch --no-filter",
         "");
    remotes_do(world.r, "git -C repo fetch -q --refetch --no-filter");
    says(DOCTOR_OK, "workspace web: $/repo, from main, 2 slots in $/web", "");
}

static void a_hook_that_cannot_run(void **state) {
    (void)state;
    argv_add(&world.web->hooks[HOOK_AFTER_CREATE], "sh");
    argv_add(&world.web->hooks[HOOK_BEFORE_REMOVE], "mc-no-such");
    says(
        DOCTOR_BAD,
        "workspace web: hook before_remove: mc-no-such was not found; install it, or add its folder to \"path\" in the "
        "configuration",
        "${EDITOR:-vi} /etc/c");
    argv_release(&world.web->hooks[HOOK_BEFORE_REMOVE]);
    says(DOCTOR_OK, "workspace web: $/repo, from main, 2 slots in $/web", "");
}

static void slot(const char *workspace, int number, const char *state, const char *rest) {
    char *sql = xasprintf(
        "INSERT INTO worktree_slots(host,slot,workspace,number,path,state%s)VALUES('here','%s/pool-%d','%s',%d,"
        "'%s/%s/pool-%d','%s'%s)",
        *rest ? ",branch" : "", workspace, number, workspace, number, world.r->folder, workspace, number, state, rest);

    fixture_sql(world.f, sql);
    free(sql);
}

/* Each of its own workspace. */
static void slots_are_counted(void **state) {
    (void)state;
    remotes_do(world.r, "cd repo; mkdir ../web ../api; git worktree add -q --detach ../web/pool-1;"
                        "git worktree add -q --detach ../web/pool-2; git worktree add -q -b mc-3 ../api/pool-1");
    slot("web", 1, "free", "");
    slot("web", 2, "free", "");
    slot("api", 1, "claimed", ",'mc-3'");
    says(DOCTOR_OK, "slots of web: 2 made, 0 with an agent", "");
    says(DOCTOR_OK, "slots of api: 1 made, 1 with an agent", "");
}

static void slots_that_are_something_else(void **state) {
    (void)state;
    remotes_do(world.r, "git init -q web/pool-1; mkdir api");
    slot("web", 1, "free", "");
    slot("api", 1, "claimed", ",'mc-3'");
    slot("api", 3, "free", "");
    says(DOCTOR_WARN,
         "slot web/pool-1: what stands there is no worktree of the repository; move it away with all that it holds: mv "
         "$/web/pool-1 $/web/pool-1.kept",
         "");
    says(DOCTOR_WARN, "slot api/pool-1: its run has a branch, and there is no worktree; look at it afresh",
         "mc-ticket pool release api/pool-1");
    says(DOCTOR_WARN, "slot api/pool-3: it is beyond \"size\" (2), and no ticket gets it any more",
         "mc-ticket pool release api/pool-3");
}

/* What is said of a slot is what can be done: its run is not over. */
static void slots_that_are_gone_under_an_agent(void **state) {
    const struct slot_pool pool = {"api", world.api->pool, 2};

    (void)state;
    fixture_add(world.f, "One", PRIORITY_MEDIUM, 1);
    assert_true(fixture_take_slot(world.f, 1, RUN_A, &pool));
    fixture_sql(world.f, "UPDATE worktree_slots SET branch='mc-1'");
    says(DOCTOR_WARN,
         "slot api/pool-1: its worktree is not there any more, and the agent of MC-1 is at work; end it, and let "
         "another "
         "one go on from the branch",
         "mc-ticket block MC-1 && mc-ticket reopen MC-1");
    fixture_sql(world.f, "UPDATE tickets SET status='in_review'");
    says(DOCTOR_WARN,
         "slot api/pool-1: its worktree is not there any more, and the agent of MC-1 rests: its next turn goes to "
         "another one, which goes on from the branch",
         "");
    fixture_sql(world.f, "DELETE FROM runtime_sessions");
    says(DOCTOR_WARN, "slot api/pool-1: its run has a branch, and there is no worktree; look at it afresh",
         "mc-ticket pool release api/pool-1");
}

/* Where no slot is yet. */
static void places_of_slots_that_are_taken(void **state) {
    (void)state;
    remotes_do(world.r, "mkdir web api; touch web/pool-2 web/pool-3; ln -s none api/pool-1");
    slot("web", 1, "free", "");
    says(DOCTOR_WARN,
         "slot web/pool-2: what stands there is no worktree of the repository; move it away with all that it holds: mv "
         "$/web/pool-2 $/web/pool-2.kept",
         "");
    says(DOCTOR_WARN,
         "slot api/pool-1: a symbolic link stands in its place; look where it leads (readlink $/api/pool-1), then "
         "remove the link: rm $/api/pool-1",
         "");
    remotes_do(world.r, "rm web/pool-2 api/pool-1; cd repo; git worktree add -q --detach ../web/pool-2");
    says(DOCTOR_OK, "slots of web: 1 made, 0 with an agent", "");
}

static void a_repository_that_was_moved(void **state) {
    (void)state;
    remotes_do(world.r, "cd repo; mkdir ../web; git worktree add -q --detach ../web/pool-1; mv ../repo ../moved");
    slot("web", 1, "free", "");
    free(world.web->repo);
    world.web->repo = xasprintf("%s/moved", world.r->folder);
    says(DOCTOR_WARN,
         "slot web/pool-1: $/web/pool-1 does not lead to its repository, as after a move of the one or the other; link "
         "it again",
         "git -C $/moved worktree repair $/web/pool-1");
    remotes_do(world.r, "git -C moved worktree repair $HOME/web/pool-1");
    says(DOCTOR_OK, "slots of web: 1 made, 0 with an agent", "");
}

/* What we have started ourselves would not be counted. */
static void somebody_in_a_free_slot(void **state) {
    char *file = in_folder("$/pid"), *words;
    struct text pid = {0};
    struct err err = {0};

    (void)state;
    remotes_do(world.r, "cd repo; mkdir ../web; git worktree add -q --detach ../web/pool-1; cd ../web/pool-1;"
                        "sleep 60 >/dev/null 2>&1 & printf %s $! >../../pid;"
                        "until grep -q sleep /proc/$!/comm; do :; done");
    assert_true(files_read(&pid, file, 64, &err));
    slot("web", 1, "free", "");
    words = xasprintf("slot web/pool-1: is free, and process %s (sleep) works in it; end that, or wait for it",
                      text_str(&pid));
    says(DOCTOR_WARN, words, "");
    remotes_do(world.r, "kill $(cat pid)");
    text_release(&pid);
    free(words);
    free(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_git, open_world, close_world),
        cmocka_unit_test_setup_teardown(all_is_well, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_head_on_a_tickets_branch, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_pool_that_cannot_be_one, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_pool_that_is_refused, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_may_not_be_written, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_branch_in_the_way, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_remote_that_is_not_there, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_partial_clone, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_hook_that_cannot_run, open_world, close_world),
        cmocka_unit_test_setup_teardown(slots_are_counted, open_world, close_world),
        cmocka_unit_test_setup_teardown(slots_that_are_something_else, open_world, close_world),
        cmocka_unit_test_setup_teardown(slots_that_are_gone_under_an_agent, open_world, close_world),
        cmocka_unit_test_setup_teardown(places_of_slots_that_are_taken, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_repository_that_was_moved, open_world, close_world),
        cmocka_unit_test_setup_teardown(somebody_in_a_free_slot, open_world, close_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
