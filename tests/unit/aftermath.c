#include "remotes.h"
#include "store_fixture.h"

#include "host/lock.h"
#include "rules/config_read.h"
#include "run/aftermath.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/push_fails.h"
#include "store/slots.h"

/* A run of ticket 1 on branch mc-1, at rest in its worktree, that owes what follows a turn. */
struct world {
    struct fixture *f;
    struct remotes *r;
    struct site site;
    struct workspace web;
    struct after_done done;
    char *slot;
};

static int world_open(void **state) {
    struct world *w = xcalloc(1, sizeof *w);
    void *part;
    struct fixture *f;
    char *rows;

    if (fixture_board(&part))
        return 1;
    w->f = f = part;
    if (remotes_open(&part))
        return 1;
    w->r = part;
    w->slot = xasprintf("%s/pool/pool-1", w->r->folder);
    remotes_do(w->r, "mkdir pool; git -C repo worktree add -q ../pool/pool-1 mc-1");
    w->site = (struct site){.board = f->board, .board_path = f->path, .folder = w->r->folder};
    config_defaults(&w->site.config);
    w->web = (struct workspace){.name = xstrdup("web"), .repo = xstrdup(w->r->repo), .push = xstrdup("origin")};
    w->site.config.workspaces = xcalloc(1, sizeof w->web);
    w->site.config.workspace_count = 1;
    w->site.config.workspaces[0] = w->web;
    fixture_add(f, "one", PRIORITY_MEDIUM, 1);
    assert_true(fixture_take(f, 1, RUN_A, false));
    rows = xasprintf("UPDATE runs SET workspace='web',branch='mc-1',base='main',owes=1;"
                     "UPDATE runtime_sessions SET status='idle',turn_count=1,turn_started_at=1000;"
                     "INSERT INTO worktree_slots(host,slot,workspace,number,path,state,ticket_id,run_id,branch)"
                     "VALUES('here','web/pool-1','web',1,'%s','claimed',1,'" RUN_A "','mc-1')",
                     w->slot);
    fixture_sql(f, rows);
    free(rows);
    *state = w;
    return 0;
}

static int world_close(void **state) {
    struct world *w = *state;
    void *part = w->r;

    config_release(&w->site.config);
    free(w->slot);
    remotes_close(&part);
    part = w->f;
    fixture_end(&part);
    free(w);
    return 0;
}

static void hook_is(struct world *w, const char *script) {
    struct argv *hook = &w->site.config.workspaces[0].hooks[HOOK_AFTER_RUN];

    argv_release(hook);
    argv_adds(hook, (const char *const[]){"sh", "-c", script, NULL});
}

static void push_is(struct world *w, const char *remote) {
    xreplace(&w->site.config.workspaces[0].push, remote);
}

/* What is said anew of a hook and of a push: a part of it, or "" for nothing. */
static void follows(struct world *w, const char *hook, const char *push) {
    struct fixture *f = w->f;
    struct after_done done;

    must(aftermath_run(&w->site, &(struct after_call){.run_id = RUN_A, .limit_ms = 1000}, &done, &f->err));
    assert_false(done.busy);
    if (*hook ? !strstr(text_str(&done.hook), hook) : done.hook.len != 0)
        fail_msg("hook: \"%s\", not \"%s\"", text_str(&done.hook), hook);
    if (*push ? !strstr(text_str(&done.push), push) : done.push.len != 0)
        fail_msg("push: \"%s\", not \"%s\"", text_str(&done.push), push);
    after_done_release(&done);
}

static void owes(struct world *w, const char *wanted) {
    fixture_is(w->f, "SELECT owes FROM runs", wanted);
}

static const char rows[] = "SELECT count(*)||' '||coalesce(max(body),'') FROM ticket_activity WHERE kind='pushed'";

static void the_hook_then_the_push(void **state) {
    struct world *w = *state;
    char *pushed, *wanted;

    hook_is(w, "echo x > c; git add c; git -c user.name=a -c user.email=a commit -qm hook; echo $MC_SIGNAL > ../word");
    fixture_sql(w->f, "INSERT INTO ticket_activity(ticket_id,run_id,kind,body,created_at)VALUES"
                      "(1,'" RUN_A "','signal','DONE x: y',900),(1,'" RUN_A "','signal','REVIEW x: y',1000),"
                      "(1,'" RUN_B "','signal','QUESTION x: y',1001)");
    follows(w, "", "");
    owes(w, "0");
    remotes_is(w->r, "git -C origin.git log -1 --format=%s mc-1; cat pool/word", "hook\nREVIEW");
    pushed = remotes_say(w->r, "git -C repo rev-parse mc-1 | cut -c1-12");
    wanted = xasprintf("1 mc-1 to origin (../origin.git): %s", pushed);
    fixture_is(w->f, rows, wanted);
    remotes_do(w->r, "mv origin.git away");
    follows(w, "", ""); /* nothing is owed, and the remote has it: neither hook nor push nor row */
    remotes_is(w->r, "git -C repo rev-list --count main..mc-1", "2");
    fixture_is(w->f, rows, wanted);
    free(wanted);
    free(pushed);
}

/* Each by itself, where a slot is given back: what the hook leaves is kept and pushed with the rest. */
static void one_part_alone(void **state) {
    struct world *w = *state;
    struct fixture *f = w->f;
    static const struct {
        enum after_part part;
        const char *owed, *hooked, *branches;
    } calls[] = {{AFTER_PUSH, "1", "none", "main mc-1"}, {AFTER_HOOK, "0", "hooked", "main"}};

    hook_is(w, "touch ../hooked");
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct after_done done;

        remotes_do(w->r, "git -C origin.git branch -D mc-1 2>/dev/null || true; git -C repo update-ref -d "
                         "refs/remotes/origin/mc-1 || true");
        must(aftermath_run(&w->site, &(struct after_call){.run_id = RUN_A, .part = calls[i].part, .limit_ms = 1000},
                           &done, &f->err));
        after_done_release(&done);
        owes(w, calls[i].owed);
        remotes_is(w->r, "[ -e pool/hooked ] && echo hooked || echo none", calls[i].hooked);
        remotes_is(w->r, "echo $(git -C origin.git for-each-ref --format='%(refname:short)')", calls[i].branches);
    }
}

static void an_older_word_is_not_this_turns(void **state) {
    struct world *w = *state;

    hook_is(w, "echo [$MC_SIGNAL] $MC_BRANCH > ../word");
    fixture_sql(w->f, "INSERT INTO ticket_activity(ticket_id,run_id,kind,body,created_at)VALUES"
                      "(1,'" RUN_A "','signal','DONE x: y',999)");
    follows(w, "", "");
    remotes_is(w->r, "cat pool/word", "[] mc-1");
}

static void without_a_workspace_nothing_is_owed(void **state) {
    struct world *w = *state;

    push_is(w, NULL);
    follows(w, "", "");
    owes(w, "0");
    fixture_is(w->f, rows, "0 ");
    fixture_sql(w->f, "UPDATE runs SET owes=1,workspace='gone'");
    follows(w, "", "");
    owes(w, "0");
}

static void what_has_no_commit_is_not_pushed(void **state) {
    struct world *w = *state;
    struct fixture *f = w->f;
    char *base = remotes_say(w->r, "git -C repo rev-parse mc-1");
    char *script = xasprintf("UPDATE runs SET base_commit='%s'", base);

    fixture_sql(f, script);
    follows(w, "", "");
    owes(w, "0");
    fixture_is(f, rows, "0 ");
    remotes_is(w->r, "git -C origin.git for-each-ref --format='%(refname)'", "refs/heads/main");
    free(script);
    free(base);
}

/* An agent has led it to a repository of its own. */
static void it_goes_where_it_was_first_led(void **state) {
    struct world *w = *state;
    struct workspace *web = &w->site.config.workspaces[0];

    fixture_sql(w->f, "INSERT INTO settings VALUES('remote:web','origin ../origin.git')");
    remotes_do(w->r, "git init -q --bare evil.git; printf '#!/bin/sh\ntouch ../ran\n' > evil.git/hooks/pre-receive; "
                     "chmod +x evil.git/hooks/pre-receive; git -C repo config remote.origin.pushurl ../evil.git");
    follows(w, "", "push of mc-1: origin leads to ../evil.git now, and not to ../origin.git; nothing is pushed there");
    follows(w, "", "");
    remotes_do(w->r, "git -C repo config --unset remote.origin.pushurl; git -C repo config url.../evil.git.insteadOf "
                     "../origin.git");
    follows(w, "", "");
    remotes_is(w->r, "ls -d ran 2>&- || :; git -C evil.git branch; git -C origin.git branch --list 'mc*'", "");
    /* A person says that this is where it goes. */
    web->push_url = xstrdup("../evil.git");
    follows(w, "", "");
    remotes_is(w->r, "git -C evil.git log -1 --format=%s mc-1", "two");
    fixture_is(w->f, "SELECT value FROM settings WHERE key='remote:web'", "origin ../origin.git");
}

static void another_remote_has_a_place_of_its_own(void **state) {
    struct world *w = *state;

    fixture_sql(w->f, "INSERT INTO settings VALUES('remote:web','backup ../backup.git')");
    follows(w, "", "");
    fixture_is(w->f, "SELECT value FROM settings WHERE key='remote:web'", "origin ../origin.git");
}

#define DAY (INT64_C(24) * 3600 * 1000)

/* Its slot is given back, or was: said with the command, and tried again once a push of the workspace goes. */
static void what_is_not_pushed_at_the_end(void **state) {
    struct world *w = *state;
    struct fixture *f = w->f;
    struct after_done done;
    struct push_fail_list list = {0};
    static const char owing[] = "SELECT group_concat(attempt||' '||owes)FROM runs";

    remotes_do(w->r, "mv origin.git away");
    follows(w, "", "push of mc-1 to origin");
    must(aftermath_run(&w->site, &(struct after_call){.run_id = RUN_A, .last = true}, &done, &f->err));
    assert_non_null(strstr(text_str(&done.push), "; the branch stays here; push it by hand: git -C "));
    assert_non_null(strstr(text_str(&done.push), "/repo push origin mc-1"));
    after_done_release(&done);
    fixture_is(f, "SELECT value FROM settings WHERE key='unpushed:" RUN_A "'", "web");
    /* A week after its ticket was closed it is no news. */
    must(push_fails_list(f->board, 8 * DAY, &list, &f->err));
    assert_int_equal(list.count, 1);
    assert_non_null(push_fails_of(&list, list.items[0].ticket));
    assert_null(push_fails_of(&list, 999));
    push_fail_list_release(&list);
    fixture_sql(f, "UPDATE tickets SET status='done',updated_at=1");
    must(push_fails_list(f->board, 7 * DAY, &list, &f->err));
    assert_int_equal(list.count, 1);
    push_fail_list_release(&list);
    must(push_fails_list(f->board, 7 * DAY + 1, &list, &f->err));
    assert_int_equal(list.count, 0);
    fixture_sql(f, "UPDATE worktree_slots SET state='free',run_id=NULL,ticket_id=NULL,branch=NULL,claimed_at=NULL");
    must(runs_owe_unpushed(f->board, "other", &f->err));
    fixture_is(f, owing, "1 0");
    must(runs_owe_unpushed(f->board, "web", &f->err));
    fixture_is(f, owing, "1 1");
    follows(w, "", ""); /* said already */
    fixture_is(f, "SELECT value FROM settings WHERE key='unpushed:" RUN_A "'", "web");
    remotes_do(w->r, "mv away origin.git");
    must(runs_owe_unpushed(f->board, "web", &f->err));
    follows(w, "", "");
    remotes_is(w->r, "git -C origin.git log -1 --format=%s mc-1", "two");
    fixture_is(f, "SELECT count(*) FROM settings WHERE key LIKE 'unpushed:%'", "0");
    fixture_is(f, owing, "1 0");
}

static void a_failure_is_said_once(void **state) {
    struct world *w = *state;

    hook_is(w, "echo no; exit 1");
    push_is(w, "nowhere");
    follows(w, "workspace web: hook after_run: ended with status 1: no; its output is in ", "push of mc-1 to nowhere");
    owes(w, "0");
    fixture_sql(w->f, "UPDATE runs SET owes=1");
    follows(w, "", "");
    owes(w, "0");
    fixture_is(w->f,
               "SELECT group_concat(kind)FROM(SELECT kind FROM ticket_activity WHERE kind LIKE '%_failed' "
               "ORDER BY kind)s",
               "hook_failed,push_failed");
    hook_is(w, "echo otherwise; exit 1");
    push_is(w, "origin");
    fixture_sql(w->f, "UPDATE runs SET owes=1");
    follows(w, "otherwise", "");
    push_is(w, "nowhere");
    remotes_do(w->r, "cd pool/pool-1; git commit -q --allow-empty -m more");
    follows(w, "", "push of mc-1 to nowhere"); /* it had gone meanwhile: this is news */
    fixture_is(w->f,
               "SELECT group_concat(kind)FROM(SELECT kind FROM ticket_activity WHERE kind LIKE 'push%' "
               "ORDER BY id)s",
               "push_failed,pushed,push_failed");
}

/* As when its slot is given back: the push that failed after the turn goes then. */
static void what_the_remote_has_not_got_goes_later(void **state) {
    struct world *w = *state;

    remotes_do(w->r, "mv origin.git away");
    follows(w, "", "push of mc-1 to origin");
    owes(w, "0");
    remotes_do(w->r, "mv away origin.git");
    hook_is(w, "touch ../hooked"); /* it is not owed */
    follows(w, "", "");
    remotes_is(w->r, "git -C origin.git log -1 --format=%s mc-1; ls pool", "two\npool-1");
}

static void no_hook_beside_an_agent_at_work(void **state) {
    struct world *w = *state;

    hook_is(w, "touch ../hooked");
    fixture_sql(w->f, "UPDATE runtime_sessions SET status='running'");
    follows(w, "", "");
    remotes_is(w->r, "git -C origin.git log -1 --format=%s mc-1; ls pool", "two\npool-1");
    owes(w, "0"); /* the end of that turn owes it again */
    fixture_sql(w->f, "UPDATE runs SET owes=1;UPDATE runtime_sessions SET run_id=(SELECT run_id FROM runs)");
    fixture_sql(w->f, "UPDATE runtime_sessions SET status='dead'");
    follows(w, "", "");
    remotes_is(w->r, "ls pool", "hooked\npool-1");
}

/* The hook itself stands for whoever begins and ends a turn while it is run. */
static void a_turn_that_ends_meanwhile_is_owed(void **state) {
    struct world *w = *state;
    char *script =
        server_given()
            ? xasprintf("psql -Xq -d '%s' -c 'UPDATE mc_pickup.runtime_sessions SET turn_count=2'", w->f->path)
            : xasprintf("sqlite3 -cmd '.timeout 5000' %s \"UPDATE runtime_sessions SET turn_count=2\"", w->f->path);

    hook_is(w, script);
    follows(w, "", "");
    owes(w, "1");
    follows(w, "", "");
    owes(w, "0");
    free(script);
}

static void a_slot_that_is_something_else_has_no_hook(void **state) {
    struct world *w = *state;

    hook_is(w, "touch ../hooked hooked");
    remotes_do(w->r, "mv pool/pool-1 away; ln -s ../repo pool/pool-1");
    follows(w, "hook after_run: was not run: ", "");
    owes(w, "0");
    fixture_sql(w->f, "UPDATE runs SET owes=1;DELETE FROM worktree_slots");
    follows(w, "", "");
    owes(w, "0");
    remotes_is(w->r, "find . -name hooked", "");
    remotes_is(w->r, "git -C origin.git log -1 --format=%s mc-1", "two");
}

static void one_at_a_time(void **state) {
    struct world *w = *state;
    struct fixture *f = w->f;
    char *script = xasprintf(
        "[ -e ../once ] || { touch ../once; exec flock -n %s/run/" RUN_A "/after-turn.lock true; }", w->r->folder);
    struct after_done done;
    int lock;
    char *file = xasprintf("%s/run/" RUN_A "/after-turn.lock", w->r->folder);

    hook_is(w, script);
    follows(w, "hook after_run: ended with status 1", ""); /* flock's word for a lock that another has */
    fixture_sql(f, "UPDATE runs SET owes=1");
    assert_int_equal(lock_take(file, &lock, &f->err), LOCK_TAKEN);
    must(aftermath_run(&w->site, &(struct after_call){.run_id = RUN_A}, &done, &f->err));
    assert_true(done.busy);
    owes(w, "1");
    lock_leave(&lock);
    follows(w, "", "");
    owes(w, "0");
    free(file);
    free(script);
}

static void a_remote_that_hangs_is_left(void **state) {
    struct world *w = *state;
    char *url = xasprintf("http://127.0.0.1:%d/x", remotes_listen(w->r));

    push_is(w, url);
    follows(w, "", "push of mc-1 to http://127.0.0.1");
    owes(w, "0");
    free(url);
}

static void a_repository_that_is_gone(void **state) {
    struct world *w = *state;

    xreplace(&w->site.config.workspaces[0].repo, "/nowhere");
    follows(w, "", "workspace web: ");
    owes(w, "0");
}

static void only_a_run_with_a_branch_owes(void **state) {
    struct world *w = *state;
    struct fixture *f = w->f;
    struct argv owing = {0};

    must(runs_owing(f->board, "here", &owing, &f->err));
    assert_int_equal(owing.count, 1);
    assert_string_equal(owing.items[0], RUN_A);
    argv_release(&owing);
    fixture_sql(f, "UPDATE runs SET owes=0,branch=NULL");
    must(runs_set_owes(f->board, RUN_A, true, &f->err));
    owes(w, "0");
    fixture_sql(f, "UPDATE runs SET branch='x'");
    must(runs_set_owes(f->board, RUN_A, true, &f->err));
    owes(w, "1");
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_hook_then_the_push),
        WORLD_TEST(one_part_alone),
        WORLD_TEST(an_older_word_is_not_this_turns),
        WORLD_TEST(without_a_workspace_nothing_is_owed),
        WORLD_TEST(what_has_no_commit_is_not_pushed),
        WORLD_TEST(a_failure_is_said_once),
        WORLD_TEST(it_goes_where_it_was_first_led),
        WORLD_TEST(another_remote_has_a_place_of_its_own),
        WORLD_TEST(what_is_not_pushed_at_the_end),
        WORLD_TEST(what_the_remote_has_not_got_goes_later),
        WORLD_TEST(no_hook_beside_an_agent_at_work),
        WORLD_TEST(a_turn_that_ends_meanwhile_is_owed),
        WORLD_TEST(a_slot_that_is_something_else_has_no_hook),
        WORLD_TEST(one_at_a_time),
        WORLD_TEST(a_remote_that_hangs_is_left),
        WORLD_TEST(a_repository_that_is_gone),
        WORLD_TEST(only_a_run_with_a_branch_owes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
