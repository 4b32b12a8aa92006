#include "remotes.h"

#include "host/git_remote.h"

#define PUSHING(where) (&(struct git_pushing){.remote = (where), .branch = "mc-1", .timeout_ms = 10000})

static void is_there_as_it_is_here(struct remotes *r) {
    remotes_is(r,
               "[ $(git -C origin.git rev-parse refs/heads/mc-1) = $(git -C repo rev-parse refs/heads/mc-1) ] && "
               "echo same",
               "same");
}

static void pushes_one_branch_and_nothing_else(void **state) {
    struct remotes *r = *state;

    remotes_do(r, "cd repo; git tag -a -m x v1 mc-1; git branch other mc-1; git config push.followTags true; "
                  "git config remote.origin.push '+refs/heads/*:refs/heads/*'");
    remotes_must(git_push(&r->git, PUSHING("origin"), &r->err));
    is_there_as_it_is_here(r);
    remotes_is(r, "git -C origin.git for-each-ref --format='%(refname)'", "refs/heads/main\nrefs/heads/mc-1");
    remotes_is(r, "git -C repo rev-parse -q --verify refs/remotes/origin/mc-1 > /dev/null && echo seen", "seen");
    remotes_must(git_push(&r->git, PUSHING("origin"), &r->err)); /* again: nothing to do */
}

static void pushes_by_url_too(void **state) {
    struct remotes *r = *state;
    char *url = xasprintf("file://%s/origin.git", r->folder);

    remotes_must(git_push(&r->git, PUSHING(url), &r->err));
    is_there_as_it_is_here(r);
    free(url);
}

static void never_by_force(void **state) {
    struct remotes *r = *state;

    remotes_must(git_push(&r->git, PUSHING("origin"), &r->err));
    remotes_do(r, "cd repo; git checkout -q mc-1; git commit -q --amend -m again; git checkout -q main; "
                  "git config push.default matching; git config remote.origin.push '+refs/heads/mc-1'");
    remotes_fail(git_push(&r->git, PUSHING("origin"), &r->err), "push of mc-1 to origin: not fast forward", "by force",
                 "; fetch them and ");
    remotes_is(r, "git -C origin.git log -1 --format=%s mc-1", "two");
    remotes_do(r, "git clone -q origin.git other; cd other; git checkout -q mc-1; git commit -q --allow-empty -m more; "
                  "git push -q; cd ../repo; git update-ref -d refs/remotes/origin/mc-1");
    remotes_fail(git_push(&r->git, PUSHING("origin"), &r->err), "not fast forward"); /* of what was not fetched */
    remotes_do(r, "git -C repo config remote.origin.mirror true");
    remotes_fail(git_push(&r->git, PUSHING("origin"), &r->err), "not fast forward");
    remotes_is(r, "git -C origin.git log -1 --format=%s mc-1", "more");
}

static void a_hook_of_the_remote_refuses(void **state) {
    struct remotes *r = *state;

    remotes_do(r, "printf '#!/bin/sh\\necho \"no branch of \\033[1mrobots\" >&2\\nexit 1\\n' > "
                  "origin.git/hooks/pre-receive; chmod +x origin.git/hooks/pre-receive");
    remotes_fail(git_push(&r->git, PUSHING("origin"), &r->err),
                 "push of mc-1 to origin: origin refused it: ", "pre-receive hook declined", "no branch of [1mrobots");
    remotes_is(r, "git -C origin.git for-each-ref --format='%(refname)'", "refs/heads/main");
}

static void a_remote_that_is_not_there(void **state) {
    struct remotes *r = *state;

    remotes_fail(git_push(&r->git, PUSHING("nowhere"), &r->err), "push of mc-1 to nowhere: ", "nowhere",
                 "git remote -v");
    remotes_fail(git_push(&r->git, PUSHING("/nowhere/at/all"), &r->err), "/nowhere/at/all");
    remotes_fail(git_push(&r->git, PUSHING("http://127.0.0.1:1/x"), &r->err), "127.0.0.1");
    remotes_fail(git_push(&r->git, PUSHING("-x"), &r->err), "push of mc-1 to -x: ");
    remotes_fail(
        git_push(&r->git, &(struct git_pushing){.remote = "origin", .branch = "mc-2", .timeout_ms = 10000}, &r->err),
        "push of mc-2 to origin: ");
}

static void a_remote_that_hangs(void **state) {
    struct remotes *r = *state;
    char *url = xasprintf("http://127.0.0.1:%d/x", remotes_listen(r));

    remotes_fail(git_push(&r->git, &(struct git_pushing){.remote = url, .branch = "mc-1", .timeout_ms = 1000}, &r->err),
                 "push of mc-1 to ", url);
    remotes_fail(git_fetch(&r->git, &(struct git_pushing){.remote = url, .branch = "main", .timeout_ms = 500}, &r->err),
                 "fetch of main from ", url);
    free(url);
}

/* What an agent may have written into the settings that all worktrees share. */
static void settings_run_nothing(void **state) {
    struct remotes *r = *state;

    remotes_do(r, "cd repo; git config remote.origin.receivepack 'touch ../ran; git-receive-pack'; "
                  "git config remote.origin.uploadpack 'touch ../ran; git-upload-pack'; "
                  "git config remote.evil.url 'ext::sh -c touch% ../ran'; git config protocol.ext.allow always; "
                  "git config remote.helper.url x; git config remote.helper.vcs evil; "
                  "printf '#!/bin/sh\\ntouch ../ran ../../ran\\n' > .git/hooks/pre-push; chmod +x .git/hooks/pre-push; "
                  "cp .git/hooks/pre-push .git/hooks/reference-transaction");
    remotes_must(git_push(&r->git, PUSHING("origin"), &r->err));
    remotes_must(
        git_fetch(&r->git, &(struct git_pushing){.remote = "origin", .branch = "main", .timeout_ms = 10000}, &r->err));
    remotes_fail(git_push(&r->git, PUSHING("evil"), &r->err), "ext");
    remotes_fail(git_push(&r->git, PUSHING("helper"), &r->err), "push of mc-1 to helper");
    remotes_is(r, "find . -name ran", "");
}

static void fetches_one_branch_and_nothing_else(void **state) {
    struct remotes *r = *state;

    remotes_do(r,
               "git clone -q origin.git other; cd other; git commit -q --allow-empty -m news; git tag v2; "
               "git push -q origin main main:side v2; cd ../repo; "
               "echo mine > .git/FETCH_HEAD; git config fetch.prune true; git update-ref refs/remotes/origin/x main; "
               "git config --add remote.origin.fetch +refs/heads/main:refs/heads/mirror");
    remotes_must(
        git_fetch(&r->git, &(struct git_pushing){.remote = "origin", .branch = "main", .timeout_ms = 10000}, &r->err));
    remotes_is(
        r, "cd repo; cat .git/FETCH_HEAD; git log -1 --format=%s origin/main; git for-each-ref --format='%(refname)'",
        "mine\nnews\nrefs/heads/main\nrefs/heads/mc-1\nrefs/remotes/origin/main\nrefs/remotes/origin/x");
    remotes_fail(
        git_fetch(&r->git, &(struct git_pushing){.remote = "origin", .branch = "gone", .timeout_ms = 10000}, &r->err),
        "fetch of gone from origin: couldn't find remote ref", "name a branch");
    remotes_fail(
        git_fetch(&r->git, &(struct git_pushing){.remote = "nowhere", .branch = "main", .timeout_ms = 10000}, &r->err),
        "nowhere", "git remote -v");
}

/* Two pickups fetch at once: one holds the lock for a moment. */
static void tells_what_is_not_there_from_what_does_not_answer(void **state) {
    struct remotes *r = *state;
    bool there = true;

    remotes_must(git_fetch_any(&r->git, &(struct git_pushing){.remote = "origin", .branch = "gone"}, &there, &r->err));
    assert_false(there);
    remotes_must(git_fetch_any(&r->git, &(struct git_pushing){.remote = "origin", .branch = "main"}, &there, &r->err));
    assert_true(there);
    remotes_fail(git_fetch_any(&r->git, &(struct git_pushing){.remote = "nowhere", .branch = "main"}, &there, &r->err),
                 "fetch of main from nowhere");
    assert_false(there);
}

static void pushes_a_commit_that_no_branch_here_holds(void **state) {
    struct remotes *r = *state;
    char *oid = remotes_say(r, "cd repo; git commit-tree -p mc-1 -m kept mc-1^{tree}");
    const struct git_pushing kept = {.remote = "origin", .branch = "mc-1-kept", .commit = oid, .timeout_ms = 10000};

    remotes_must(git_push(&r->git, &kept, &r->err));
    remotes_is(r, "git -C origin.git log -1 --format=%s mc-1-kept", "kept");
    remotes_is(r, "git -C repo branch --list '*kept'", "");
    remotes_is(r, "git -C repo log -1 --format=%s origin/mc-1-kept", "kept");
    free(oid);
}

static void a_lock_is_waited_for(void **state) {
    struct remotes *r = *state;

    remotes_do(r, "git clone -q origin.git other; cd other; git commit -q --allow-empty -m news; git push -q; "
                  "cd ../repo; touch .git/refs/remotes/origin/main.lock; "
                  "(sleep 0.4; rm .git/refs/remotes/origin/main.lock) > /dev/null 2>&1 &");
    remotes_must(
        git_fetch(&r->git, &(struct git_pushing){.remote = "origin", .branch = "main", .timeout_ms = 10000}, &r->err));
    remotes_is(r, "git -C repo log -1 --format=%s origin/main", "news");
}

static void counts_what_is_beyond(void **state) {
    struct remotes *r = *state;
    int64_t n = -1;

    remotes_must(git_beyond(&r->git, &(struct git_span){.from = "main", .to = "mc-1"}, &n, &r->err));
    assert_int_equal(n, 1);
    remotes_must(git_beyond(&r->git, &(struct git_span){.from = "mc-1", .to = "main"}, &n, &r->err));
    assert_int_equal(n, 0);
    assert_false(git_beyond(&r->git, &(struct git_span){.from = "gone", .to = "main"}, &n, &r->err));
    err_release(&r->err);
    assert_false(git_beyond(&r->git, &(struct git_span){.from = "--all", .to = "main"}, &n, &r->err));
}

static void counts_lines(void **state) {
    struct remotes *r = *state;
    struct git_stat stat;

    remotes_do(
        r, "cd repo; git checkout -q mc-1; printf 'a\\0b' > bin; printf 'l\\nm\\n' > \"$(printf 'new\\tname\\n')\"; "
           "git mv a moved; echo 'bin diff=x' > .gitattributes; git config diff.x.textconv 'touch ran; cat'; "
           "git config diff.external 'touch ran; true'; git add .; git commit -q -m three; git checkout -q main");
    remotes_must(git_diffstat(&r->git, &(struct git_span){.from = "main", .to = "mc-1"}, &stat, &r->err));
    assert_int_equal(stat.files, 5); /* b, bin, the one with a tab, .gitattributes, moved */
    assert_int_equal(stat.added, 4);
    assert_int_equal(stat.removed, 0);
    remotes_must(git_diffstat(&r->git, &(struct git_span){.from = "mc-1", .to = "main"}, &stat, &r->err));
    assert_int_equal(stat.removed, 4);
    remotes_must(git_diffstat(&r->git, &(struct git_span){.from = "main", .to = "main"}, &stat, &r->err));
    assert_int_equal(stat.files, 0);
    remotes_is(r, "find . -name ran", "");
}

/* No file has so many; that they add up to less than nothing must not happen. */
static void lines_beyond_counting(void **state) {
    static const char said[] = "9223372036854775807\t1\ta\0009223372036854775807\t1\tb";
    struct text out = {0};
    struct git_stat stat;
    struct err err = {0};

    (void)state;
    text_addn(&out, said, sizeof said);
    assert_false(git_stat_read(&stat, &out, &err));
    assert_int_equal(err.code, MC_UNAVAILABLE);
    err_release(&err);
    text_release(&out);
}

static bool take(void *context, const char *bytes, size_t n, struct err *err) {
    (void)err;
    return text_addn(context, bytes, n);
}

static void shows_a_patch(void **state) {
    struct remotes *r = *state;
    struct text patch = {0};
    const struct git_sink sink = {take, &patch};

    remotes_do(r,
               "cd repo; git config color.ui always; git config diff.noprefix true; git config diff.external "
               "'touch ran; true'; git config diff.x.textconv 'touch ran; cat'; git config diff.x.command 'touch ran'; "
               "git config core.pager 'touch ran'; git checkout -q mc-1; echo '* diff=x' > .gitattributes; "
               "printf 'a\\0b' > bin; git add .; git commit -q -m three; git checkout -q main");
    remotes_must(git_diff(&r->git, &(struct git_span){.from = "main", .to = "mc-1"}, &sink, &r->err));
    assert_non_null(strstr(text_str(&patch), "diff --git a/b b/b\nnew file mode 100644\n"));
    assert_non_null(strstr(text_str(&patch), "\n+two\n"));
    assert_non_null(strstr(text_str(&patch), "Binary files /dev/null and b/bin differ\n"));
    assert_null(strchr(text_str(&patch), '\033'));
    remotes_is(r, "find . -name ran", "");
    text_release(&patch);
}

#define REMOTES_TEST(name) cmocka_unit_test_setup_teardown(name, remotes_open, remotes_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        REMOTES_TEST(pushes_one_branch_and_nothing_else),
        REMOTES_TEST(pushes_by_url_too),
        REMOTES_TEST(never_by_force),
        REMOTES_TEST(a_hook_of_the_remote_refuses),
        REMOTES_TEST(a_remote_that_is_not_there),
        REMOTES_TEST(a_remote_that_hangs),
        REMOTES_TEST(settings_run_nothing),
        REMOTES_TEST(fetches_one_branch_and_nothing_else),
        REMOTES_TEST(a_lock_is_waited_for),
        REMOTES_TEST(counts_what_is_beyond),
        cmocka_unit_test(lines_beyond_counting),
        REMOTES_TEST(counts_lines),
        REMOTES_TEST(shows_a_patch),
        REMOTES_TEST(tells_what_is_not_there_from_what_does_not_answer),
        REMOTES_TEST(pushes_a_commit_that_no_branch_here_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
