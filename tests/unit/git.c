#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>

#include "git_world.h"

static void expect_text(const char *text, const char *part) {
    if (strstr(text, part) == NULL)
        print_error("\"%s\" is not in: %s\n", part, text);
    assert_non_null(strstr(text, part));
}

static void open_it(struct git *git, const char *repo) {
    struct err err = {0};
    if (!git_open(git, repo, &err))
        print_error("%s\n", err.text);
    assert_null(err.text);
}

static void expect_refused(const char *repo, enum mc_exit code, const char *part) {
    struct err err = {0};
    struct git git;
    if (git_open(&git, repo, &err))
        fail_msg("%s was opened", repo);
    assert_int_equal(err.code, code);
    expect_text(err.text, part);
    expect_text(err.text, repo);
    err_release(&err);
}

static void finds_a_repository_by_each_of_its_folders(void **state) {
    struct git_world *world = *state;
    static const struct {
        const char *repo, *common, *main;
    } places[] = {{"repo", "repo/.git", "repo"},   {"repo/.git", "repo/.git", "repo"},
                  {"side", "repo/.git", "repo"},   {"bare.git", "bare.git", NULL},
                  {"apart", "elsewhere", "apart"}, {"by link", "repo/.git", "repo"},
                  {"bare side", "bare.git", NULL}, {"linked/repo", "repo/.git", "repo"}};
    world_do(world, "git -C repo worktree add -q ../side; git clone -q --bare repo bare.git;"
                    "git clone -q --separate-git-dir elsewhere repo apart; ln -s repo 'by link';"
                    "git -C bare.git worktree add -q '../bare side' -b other; ln -s . linked");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *repo = xasprintf("%s/%s", world->folder, places[i].repo);
        char *common = xasprintf("%s/%s", world->folder, places[i].common);
        struct git git;
        open_it(&git, repo);
        assert_string_equal(git.repo, repo);
        assert_string_equal(git.common, common);
        if (places[i].main != NULL) {
            assert_string_equal(git.main + strlen(world->folder) + 1, places[i].main);
        } else {
            assert_null(git.main);
        }
        git_release(&git);
        free(repo);
        free(common);
    }
}

static void refuses_what_is_no_repository(void **state) {
    struct git_world *world = *state;
    static const struct {
        const char *script, *name, *says;
    } wrong[] = {{"true", "nowhere", "No such file"},
                 {"mkdir empty", "empty", "is no git repository"},
                 {"echo x >file", "file", "is no git repository"},
                 {"mkdir torn; echo 'gitdir: ../gone' >torn/.git", "torn", "is no git repository"},
                 {"mkdir fifo; mkfifo fifo/.git", "fifo", "is no git repository"},
                 {"cp -r repo bad; echo '[' >>bad/.git/config", "bad", "git says: bad config"},
                 {"cp -r repo many; for i in {1..2000}; do printf '[filter \"f%d\"]\\nclean = x\\n' $i; done "
                  ">>many/.git/config",
                  "many", "more filters"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *repo = xasprintf("%s/%s", world->folder, wrong[i].name);
        world_do(world, wrong[i].script);
        expect_refused(repo, MC_CONFIG, wrong[i].says);
        free(repo);
    }
}

/* Each of them has held git up for as long as it was let. */
static void asks_no_git_where_each_would_be_held_up(void **state) {
    struct git_world *world = *state;
    static const char *const files[] = {"config",
                                        "config.worktree",
                                        "HEAD",
                                        "shallow",
                                        "packed-refs",
                                        "info/exclude",
                                        "info/grafts",
                                        "objects/info/alternates",
                                        "objects/info/commit-graph",
                                        "objects/info/commit-graphs/commit-graph-chain",
                                        "objects/pack/multi-pack-index",
                                        "refs/stash",
                                        "refs/heads/x/y",
                                        "refs/replace/abc",
                                        "logs/refs/heads/main"};
    struct git git;
    world_do(world, "mkfifo fifo");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *script = xasprintf("cp -a repo 'a repo'; cd 'a repo/.git'; mkdir -p $(dirname %s); rm -f %s; mkfifo %s",
                                 files[i], files[i], files[i]);
        char *repo = xasprintf("%s/a repo", world->folder), *mend = xasprintf("; run: rm '%s/.git/%s'", repo, files[i]);
        world_do(world, script);
        expect_refused(repo, MC_UNAVAILABLE, mend);
        world_do(world, "rm -rf 'a repo'");
        free(script);
        free(repo);
        free(mend);
    }
    world_do(world, "cd repo/.git; mv config kept; ln -s ../../fifo config");
    expect_refused(world->repo, MC_UNAVAILABLE, "/.git/config is a FIFO");
    world_do(world, "cd repo/.git; mv kept config; mkfifo other hooks/pre-commit refs.x");
    open_it(&git, world->repo);
    git_release(&git);
}

static void says_that_there_is_no_git(void **state) {
    struct git_world *world = *state;
    char *path = xstrdup(getenv("PATH"));
    struct err err = {0};
    struct git git;
    setenv("PATH", world->folder, 1);
    assert_false(git_open(&git, world->repo, &err));
    setenv("PATH", path, 1);
    assert_int_equal(err.code, MC_UNAVAILABLE);
    expect_text(err.text, "git is not on PATH");
    err_release(&err);
    free(path);
}

static void tells_commits_and_branches(void **state) {
    struct git_world *world = *state;
    char oid[OID_SIZE], *branch, *head = world_shell(world, "git -C repo rev-parse HEAD");
    struct err err = {0};
    struct git git;
    world_do(world, "git -C repo tag -m t v1; git -C repo tag tree HEAD^{tree}");
    open_it(&git, world->repo);
    for (int i = 0; i < 3; i++) {
        assert_true(git_commit_of(&git, ((const char *[]){"main", "refs/heads/main", "v1"})[i], oid, &err));
        assert_string_equal(oid, head);
    }
    for (int i = 0; i < 5; i++) {
        assert_true(git_commit_of(&git, ((const char *[]){"gone", "--help", "", "-h", "tree"})[i], oid, &err));
        assert_string_equal(oid, "");
    }
    assert_true(git_head_branch(&git, &branch, &err));
    assert_string_equal(branch, "main");
    free(branch);
    world_do(world, "git -C repo checkout -q --detach");
    assert_true(git_head_branch(&git, &branch, &err));
    assert_null(branch);
    world_do(world, "git -C repo symbolic-ref HEAD refs/heads/a/b");
    assert_true(git_head_branch(&git, &branch, &err));
    assert_string_equal(branch, "a/b");
    free(branch);
    free(head);
    git_release(&git);
}

/* Of sha256, of no commit at all, in a path with everything in it. */
static void takes_repositories_of_every_kind(void **state) {
    struct git_world *world = *state;
    char oid[OID_SIZE], *branch, *odd = xasprintf("%s/a \"b\"\n'c'\\ \xff\xfe", world->folder);
    struct err err = {0};
    struct git git;
    world_do(world, "git init -q -b main --object-format=sha256 $'a \"b\"\\n\\'c\\'\\\\ \\xff\\xfe'; cd a*;"
                    "git commit -q --allow-empty -m x");
    open_it(&git, odd);
    assert_true(git_commit_of(&git, "main", oid, &err));
    assert_int_equal(strlen(oid), 64);
    git_release(&git);
    world_do(world, "git init -q -b none unborn");
    free(odd);
    odd = xasprintf("%s/unborn", world->folder);
    open_it(&git, odd);
    assert_true(git_commit_of(&git, "HEAD", oid, &err));
    assert_string_equal(oid, "");
    assert_true(git_head_branch(&git, &branch, &err));
    assert_string_equal(branch, "none");
    free(branch);
    free(odd);
    git_release(&git);
}

static void says_what_git_said(void **state) {
    struct git_world *world = *state;
    struct text out = {0}, said = {0};
    struct git_result result = {.out = &out};
    struct err err = {0};
    struct git git;
    open_it(&git, world->repo);
    assert_false(git_run(&git, &(struct git_call){.args = (const char *const[]){"cat-file", "-p", "gone", NULL}},
                         &result, &err));
    assert_int_equal(err.code, MC_UNAVAILABLE);
    expect_text(err.text, "git cat-file in ");
    expect_text(err.text, "/repo/.git: Not a valid object name gone");
    result.errors = &said;
    assert_true(git_run(&git, &(struct git_call){.args = (const char *const[]){"cat-file", "-p", "gone", NULL}},
                        &result, &err));
    assert_int_equal(result.status, 128);
    expect_text(text_str(&said), "Not a valid object name");
    assert_false(git_run(
        &git, &(struct git_call){.args = (const char *const[]){"cat-file", "-p", "main:two", NULL}, .output_max = 3},
        &result, &err));
    expect_text(err.text, "put out more than we read");
    world_do(world, "mkdir bin; printf '#!/bin/sh\\nexec sleep 100\\n' >bin/git; chmod +x bin/git");
    free(git.program);
    git.program = xasprintf("%s/bin/git", world->folder);
    assert_false(
        git_run(&git, &(struct git_call){.args = (const char *const[]){"gc", NULL}, .timeout_ms = 50}, &result, &err));
    expect_text(err.text, "git gc in ");
    expect_text(err.text, "was not done within 0 s");
    assert_int_equal(err.code, MC_TEMPFAIL);
    world_do(world, "printf '#!/bin/sh\\necho error: a: No space left on device >&2; exit 1\\n' >bin/git");
    result.errors = NULL;
    assert_false(git_run(&git, &(struct git_call){.args = (const char *const[]){"gc", NULL}}, &result, &err));
    assert_int_equal(err.code, MC_IOERR);
    err_release(&err);
    text_release(&out);
    text_release(&said);
    git_release(&git);
}

/* That there is none, and that git cannot say, are two things; whose fault it is follows from how it ended. */
static void a_git_that_failed_is_no_answer(void **state) {
    struct git_world *world = *state;
    static const struct {
        const char *script, *says;
        enum mc_exit code;
    } ends[] = {{"echo fatal: something >&2; exit 128", "something", MC_UNAVAILABLE},
                {"kill -9 $$", "was ended by signal 9", MC_TEMPFAIL},
                {"echo error: reset died of signal 9 >&2; exit 137", "died of signal 9", MC_TEMPFAIL},
                {"echo fatal: Out of memory, malloc failed >&2; exit 128", "Out of memory", MC_OSERR}};
    char oid[OID_SIZE];
    struct err err = {0};
    struct git git;
    open_it(&git, world->repo);
    world_do(world, "git -C repo config core.looseCompression 99");
    assert_false(git_commit_of(&git, "main", oid, &err));
    assert_int_equal(err.code, MC_CONFIG);
    expect_text(err.text, "/repo: git says: bad zlib compression level 99");
    world_do(world, "git config -f repo/.git/config --unset core.looseCompression; mkdir bin");
    free(git.program);
    git.program = xasprintf("%s/bin/git", world->folder);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char *script = xasprintf("printf '#!/bin/sh\n[ $2 = config ] && exit 0\n%%s\n' '%s' >bin/git; chmod +x bin/git",
                                 ends[i].script);
        world_do(world, script);
        assert_false(git_commit_of(&git, "main", oid, &err));
        expect_text(err.text, ends[i].says);
        assert_int_equal(err.code, ends[i].code);
        free(script);
    }
    err_release(&err);
    git_release(&git);
}

static void names_what_a_partial_clone_lacks(void **state) {
    struct git_world *world = *state;
    const struct git_call call = {.args = (const char *const[]){"cat-file", "-p", "main:two", NULL}};
    struct err err = {0};
    struct git git;
    world_do(world, "git -C repo config uploadpack.allowFilter true; git -C repo config "
                    "uploadpack.allowAnySHA1InWant true; git clone -q --filter=blob:none --no-checkout "
                    "\"file://$W/repo\" part");
    char *part = xasprintf("%s/part", world->folder);
    open_it(&git, part);
    assert_false(git_run(&git, &call, &(struct git_result){0}, &err));
    assert_int_equal(err.code, MC_CONFIG);
    expect_text(err.text, "objects of it are missing here");
    char *advice = strstr(err.text, "git -C ");
    assert_non_null(advice);
    world_do(world, advice);
    err_release(&err);
    assert_true(git_run(&git, &call, &(struct git_result){0}, &err));
    free(part);
    git_release(&git);
}

/* The lock outlives us as long as a git is at work; what an ssh leaves behind must not hold it. */
static void lets_git_hold_the_lock_and_no_ssh(void **state) {
    struct git_world *world = *state;
    struct text out = {0};
    struct err err = {0};
    struct git git;
    open_it(&git, world->repo);
    world_do(world, "mkdir bin; printf '#!/bin/sh\\nls -l /proc/$$/fd | grep -c /lock\\nexit 0\\n' >bin/git;"
                    "chmod +x bin/git; touch lock");
    char *lock = xasprintf("%s/lock", world->folder);
    git.lock = open(lock, O_RDONLY | O_CLOEXEC);
    free(git.program);
    git.program = xasprintf("%s/bin/git", world->folder);
    for (int network = 0; network < 2; network++) {
        const struct git_call call = {.args = (const char *const[]){"x", NULL}, .network = network == 1};
        text_clear(&out);
        assert_true(git_run(&git, &call, &(struct git_result){.out = &out}, &err));
        assert_string_equal(text_str(&out), network == 0 ? "1\n" : "0\n");
    }
    close(git.lock);
    free(lock);
    text_release(&out);
    git_release(&git);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_a_repository_by_each_of_its_folders, world_make, world_end),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_repository, world_make, world_end),
        cmocka_unit_test_setup_teardown(asks_no_git_where_each_would_be_held_up, world_make, world_end),
        cmocka_unit_test_setup_teardown(says_that_there_is_no_git, world_make, world_end),
        cmocka_unit_test_setup_teardown(tells_commits_and_branches, world_make, world_end),
        cmocka_unit_test_setup_teardown(takes_repositories_of_every_kind, world_make, world_end),
        cmocka_unit_test_setup_teardown(says_what_git_said, world_make, world_end),
        cmocka_unit_test_setup_teardown(a_git_that_failed_is_no_answer, world_make, world_end),
        cmocka_unit_test_setup_teardown(names_what_a_partial_clone_lacks, world_make, world_end),
        cmocka_unit_test_setup_teardown(lets_git_hold_the_lock_and_no_ssh, world_make, world_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
