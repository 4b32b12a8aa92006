#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "git_world.h"
#include "host/git_tree.h"
#include "share.h"

/* What an agent may have written for git to run: $W/evil, which leaves $W/ran. Each is run by a person's git, and by
 * none of ours. */

static const char stage[] =
    "printf '#!/bin/sh\\ntouch %s/ran\\nexit 1\\n' \"$W\" >evil; chmod +x evil;"
    "git init -q --bare remote.git; cd repo; git remote add origin ../remote.git; git push -q origin main;"
    "git checkout -q -b work; echo theirs >two; git commit -qam theirs; git checkout -q main;"
    "git worktree add -q --detach ../pool/pool-1; git worktree add -q -b agent ../agent";

struct vector {
    const char *name, *set, *by_hand; /* in repo; in the slot: NULL: git itself has no way to it any more */
};

static const struct vector vectors[] = {
    {"fsmonitor", "git config core.fsmonitor \"$W/evil\"", "git status"},
    {"hooks", "cp ../evil .git/hooks/post-checkout; cp ../evil .git/hooks/reference-transaction", "git switch -q -c x"},
    {"hooksPath",
     "mkdir ../hooks; git config core.hooksPath \"$W/hooks\"; cp ../evil ../hooks/post-checkout;"
     "cp ../evil ../hooks/post-index-change; cp ../evil ../hooks/pre-push; cp ../evil ../hooks/reference-transaction",
     "git switch -q -c x"},
    {"clean", "echo '* filter=x' >.git/info/attributes; git config filter.x.clean \"$W/evil\"", "git status"},
    {"clean by .gitattributes",
     "echo '* filter=x' >../pool/pool-1/.gitattributes; git config filter.x.clean "
     "\"$W/evil\"",
     "git status"},
    {"required clean",
     "echo '* filter=x' >.git/info/attributes; git config filter.x.clean \"$W/evil\"; git config filter.x.required 1",
     "git status"},
    {"smudge", "echo '* filter=x' >.git/info/attributes; git config filter.x.smudge \"$W/evil\"",
     "git checkout -q work"},
    {"process", "echo '* filter=x' >.git/info/attributes; git config filter.x.process \"$W/evil\"",
     "git status || true"},
    {"a filter with an odd name",
     "echo '* filter=a=b.C' >.git/info/attributes; git config 'filter.a=b.C.clean' \"$W/evil\"", "git status"},
    {"a filter whose name is no text",
     "printf '* filter=\\377\\n' >.git/info/attributes; printf '[filter \"\\377\"]\\n\\tclean = \"%s/evil\"\\n' \"$W\" "
     ">>.git/config",
     "git status"},
    {"a filter by an include whose condition is no text",
     "echo '* filter=x' >.git/info/attributes; git config -f ../more filter.x.clean \"$W/evil\";"
     "git config \"$(printf 'includeIf.onbranch:\\377*.path')\" \"$W/more\"",
     "git checkout -q -B \"$(printf '\\377x')\"; touch two; git status"},
    {"a filter of the tree's own settings",
     "echo '* filter=x' >.git/info/attributes; git config extensions.worktreeConfig true;"
     "git -C ../pool/pool-1 config --worktree filter.x.clean \"$W/evil\"",
     "git status"},
    {"a filter by an include",
     "echo '* filter=x' >.git/info/attributes; git config include.path \"$W/more\"; git config -f ../more "
     "filter.x.clean \"$W/evil\"",
     "git status"},
    {"a filter by an include of the tree alone",
     "echo '* filter=x' >.git/info/attributes; git config -f ../more filter.x.clean \"$W/evil\";"
     "git config includeIf.gitdir:**/worktrees/pool-1.path \"$W/more\"",
     "git status"},
    {"a filter by an include of the branch",
     "echo '* filter=x' >.git/info/attributes; git config -f ../more filter.x.clean \"$W/evil\";"
     "git config includeIf.onbranch:mine.path \"$W/more\"",
     "git checkout -q -B mine; touch two; git status"},
    {"external diff", "git config diff.external \"$W/evil\"", "echo x >>two; git diff"},
    {"textconv", "echo '* diff=x' >.git/info/attributes; git config diff.x.textconv \"$W/evil\"",
     "echo x >>two; git diff"},
    {"signing", "git config gpg.program \"$W/evil\"; git config commit.gpgSign true",
     "git commit -q --allow-empty -m x || true"},
    {"editor", "git config core.editor \"$W/evil\"", "git commit -q --allow-empty || true"},
    {"alias", "git config alias.status \"!$W/evil\"; git config alias.switch \"!$W/evil\"", NULL},
    {"pager",
     "git config core.pager \"$W/evil\"; git config pager.status \"$W/evil\"; git config pager.config "
     "\"$W/evil\"",
     NULL},
    {"ssh", "git config core.sshCommand \"$W/evil\"; git remote set-url origin ssh://127.0.0.1:1/x",
     "git fetch -q || true"},
    {"proxy", "git config core.gitProxy \"$W/evil\"; git remote set-url origin git://127.0.0.1:1/x",
     "git fetch -q || true"},
    {"upload-pack", "git config remote.origin.uploadpack \"$W/evil\"", "git fetch -q || true"},
    {"receive-pack", "git config remote.origin.receivepack \"$W/evil\"",
     "git push -q origin HEAD:refs/heads/y || true"},
    {"ext::", "git remote set-url origin \"ext::$W/evil\"; git config protocol.ext.allow always",
     "git fetch -q || true"},
    {"vcs",
     "git config remote.origin.vcs ext; git remote set-url origin \"$W/evil\"; git config protocol.ext.allow "
     "always",
     "git fetch -q || true"},
    {"insteadOf", "git config \"url.ext::$W/evil .insteadOf\" ../; git config protocol.ext.allow always",
     "git fetch -q || true"},
    {"promisor",
     "git config core.repositoryFormatVersion 1; git config extensions.partialClone p; git config remote.p.promisor "
     "true; git config remote.p.url \"ext::$W/evil\"; git config protocol.ext.allow always",
     "git cat-file -e 0123456789012345678901234567890123456789 || true"},
    {"credential helper", "git config credential.helper \"$W/evil\"",
     "printf 'protocol=https\\nhost=h\\n\\n' | GIT_TERMINAL_PROMPT=0 git credential fill || true"},
    {"credential helper of a host", "git config credential.https://h.helper \"$W/evil\"",
     "printf 'protocol=https\\nhost=h\\n\\n' | GIT_TERMINAL_PROMPT=0 git credential fill || true"},
    {"askPass", "git config core.askPass \"$W/evil\"",
     "printf 'protocol=https\\nhost=h\\n\\n' | git credential fill || true"},
    {"alternates",
     "git config core.alternateRefsCommand \"$W/evil\"; echo \"$W/remote.git/objects\" "
     ">.git/objects/info/alternates",
     NULL},
    {"submodule",
     "git clone -q --bare . \"$W/sub.git\"; cd ../pool/pool-1; git -c protocol.file.allow=always submodule add -q "
     "\"$W/sub.git\" sub; git commit -qm sub; echo '* filter=x' >\"$(git -C sub rev-parse --git-dir)/info/attributes\";"
     "git -C sub config filter.x.clean \"$W/evil\"; git -C sub config core.fsmonitor \"$W/evil\"; touch sub/two",
     "git status"},
};

static void run_any(const struct git *git, const struct git_call *call) {
    struct text out = {0}, said = {0};
    struct git_result result = {.out = &out, .errors = &said};
    struct err err = {0};
    (void)git_run(git, call, &result, &err);
    err_release(&err);
    text_release(&out);
    text_release(&said);
}

/* What goes wrong says so and runs nothing. */
static void do_everything(const struct git_world *world) {
    char *path = xasprintf("%s/pool-1", world->pool), *other = xasprintf("%s/pool-2", world->pool), oid[OID_SIZE] = "";
    static const char ask[] = "protocol=https\nhost=h\n\n";
    struct err err = {0};
    struct git_tree tree = {0};
    struct slot_facts facts = {0};
    struct git git;
    assert_true(git_open(&git, world->repo, &err));
    (void)git_commit_of(&git, "refs/heads/work", oid, &err);
    assert_int_equal(git_tree_find(&tree, &git, &(struct git_folder){.pool = world->pool, .path = path}), SLOT_AT_TREE);
    (void)git_tree_look(&tree, &facts, NULL, &err);
    (void)git_tree_begin(&tree, &(struct git_branch){.name = "mine", .start = oid}, &err);
    world_do(world, "touch pool/pool-1/two pool/pool-1/src/one; echo x >>pool/pool-1/two");
    slot_facts_release(&facts);
    (void)git_tree_look(&tree, &facts, NULL, &err);
    (void)git_tree_detach(&tree, &err);
    (void)git_tree_add(&git, other, oid, &err);
    const struct git_call calls[] = {
        {.tree = &tree, .args = (const char *const[]){"commit", "--allow-empty", "-m", "x", NULL}},
        {.tree = &tree, .args = (const char *const[]){"commit", "--allow-empty", NULL}},
        {.tree = &tree, .args = (const char *const[]){"diff", "--no-ext-diff", "--no-textconv", "HEAD", NULL}},
        {.args = (const char *const[]){"cat-file", "-e", "0123456789012345678901234567890123456789", NULL}},
        {.network = true, .args = (const char *const[]){"fetch", "-q", "origin", NULL}, .timeout_ms = 5000},
        {.network = true,
         .args = (const char *const[]){"push", "-q", "origin", "main:refs/heads/z", NULL},
         .timeout_ms = 5000},
        {.args = (const char *const[]){"fetch", "-q", "origin", NULL}},
        {.network = true,
         .args = (const char *const[]){"credential", "fill", NULL},
         .input = ask,
         .input_len = sizeof ask - 1},
        {.args = (const char *const[]){"credential", "fill", NULL}, .input = ask, .input_len = sizeof ask - 1},
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        run_any(&git, &calls[i]);
    slot_facts_release(&facts);
    err_release(&err);
    git_tree_release(&tree);
    git_release(&git);
    free(path);
    free(other);
}

static bool has_run(const struct git_world *world) {
    char *ran = xasprintf("%s/ran", world->folder);
    bool there = files_exists(ran);
    files_remove(ran);
    free(ran);
    return there;
}

static void set(const struct git_world *world, const struct vector *vector) {
    char *script = xasprintf("cd repo; { %s; } 2>/dev/null", vector->set);
    world_do(world, script);
    free(script);
}

/* The world as it was staged: entries name their trees by absolute paths, so it goes back to where it was. */
static void reset(const struct git_world *world) {
    world_do(world, "rm -rf \"$W\"/*; cp -a \"$W.stage/.\" \"$W\"");
}

static void is_run_by_hand(const struct git_world *world, const struct vector *vector) {
    char *script = xasprintf("cd pool/pool-1; touch two; set +e; { %s; } >/dev/null 2>&1; true", vector->by_hand);
    reset(world);
    set(world, vector);
    (void)has_run(world);
    world_do(world, script);
    if (!has_run(world))
        fail_msg("%s: is no danger: the test shows nothing", vector->name);
    free(script);
}

static void runs_nothing_that_an_agent_has_set(void **state) {
    struct git_world *world = *state;
    world_do(world, stage);
    world_do(world, "cp -a \"$W\" \"$W.stage\"");
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        reset(world);
        set(world, &vectors[i]);
        (void)has_run(world);
        do_everything(world);
        if (has_run(world))
            fail_msg("%s: was run", vectors[i].name);
        if (vectors[i].by_hand != NULL && share_is_whole()) /* a word on git, not on us */
            is_run_by_hand(world, &vectors[i]);
    }
    world_do(world, "rm -rf \"$W.stage\"");
}

/* What was set after the repository was opened. */
static void sees_what_comes_later(void **state) {
    struct git_world *world = *state;
    char *path = xasprintf("%s/pool-1", world->pool);
    struct slot_facts facts = {0};
    struct err err = {0};
    struct git_tree tree;
    struct git git;
    world_do(world, stage);
    assert_true(git_open(&git, world->repo, &err));
    assert_int_equal(git_tree_find(&tree, &git, &(struct git_folder){.pool = world->pool, .path = path}), SLOT_AT_TREE);
    set(world,
        &(struct vector){.set = "echo '* filter=x' >.git/info/attributes; git config filter.x.clean \"$W/evil\"; touch "
                                "../pool/pool-1/two"});
    assert_true(git_tree_look(&tree, &facts, NULL, &err));
    assert_false(has_run(world));
    slot_facts_release(&facts);
    git_tree_release(&tree);
    git_release(&git);
    free(path);
}

/* Neither settings nor the caller lead git to the main checkout, or to another repository. */
static void stays_in_its_tree(void **state) {
    struct git_world *world = *state;
    static const char *const names[] = {"GIT_DIR",         "GIT_WORK_TREE",       "GIT_INDEX_FILE", "GIT_COMMON_DIR",
                                        "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF",   "GIT_EDITOR",     "GIT_NAMESPACE",
                                        "GIT_EXEC_PATH",   "GIT_OBJECT_DIRECTORY"};
    char *path = xasprintf("%s/pool-1", world->pool), *elsewhere = xasprintf("%s/agent", world->folder);
    struct slot_facts facts = {0};
    struct err err = {0};
    struct git_tree tree;
    struct git git;
    world_do(world, stage);
    world_do(world, "cd repo; echo dirt >dirt; echo x >>two; git config extensions.worktreeConfig true;"
                    "git config core.worktree \"$W/repo\"; git config core.bare true;"
                    "git -C ../pool/pool-1 config --worktree core.worktree \"$W/repo\"");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        setenv(names[i], elsewhere, 1);
    setenv("GIT_CONFIG_PARAMETERS", "'core.fsmonitor=touch ran'", 1);
    assert_true(git_open(&git, world->repo, &err));
    assert_int_equal(git_tree_find(&tree, &git, &(struct git_folder){.pool = world->pool, .path = path}), SLOT_AT_TREE);
    if (!git_tree_look(&tree, &facts, NULL, &err))
        fail_msg("%s", err.text);
    assert_int_equal(facts.changed + facts.untracked, 0);
    assert_true(git_tree_begin(&tree, &(struct git_branch){.name = "x", .start = facts.head}, &err));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
    unsetenv("GIT_CONFIG_PARAMETERS");
    world_expect(world, "cat repo/.git/HEAD repo/.git/worktrees/pool-1/HEAD",
                 "ref: refs/heads/main\nref: refs/heads/x");
    slot_facts_release(&facts);
    git_tree_release(&tree);
    git_release(&git);
    free(path);
    free(elsewhere);
}

/* The person's own: what they ignore is ignored, what they fetch with fetches. */
static void lets_the_persons_own_settings_in(void **state) {
    struct git_world *world = *state;
    static const char ask[] = "protocol=https\nhost=h\n\n";
    char *path = xasprintf("%s/pool-1", world->pool);
    struct slot_facts facts = {0};
    struct err err = {0};
    struct git_tree tree;
    struct git git;
    world_do(world, stage);
    world_do(world,
             "echo '*.swp' >ignore; git config --global core.excludesFile '~/ignore'; echo x >pool/pool-1/a.swp;"
             "git config --global credential.helper \"$W/evil\"; git config --global core.sshCommand \"$W/evil\";"
             "git -C repo remote set-url origin ssh://127.0.0.1:1/x");
    assert_true(git_open(&git, world->repo, &err));
    assert_int_equal(git_tree_find(&tree, &git, &(struct git_folder){.pool = world->pool, .path = path}), SLOT_AT_TREE);
    assert_true(git_tree_look(&tree, &facts, NULL, &err));
    assert_int_equal(facts.untracked, 0);
    run_any(&git, &(struct git_call){.args = (const char *const[]){"fetch", "-q", "origin", NULL}});
    run_any(&git, &(struct git_call){
                      .args = (const char *const[]){"credential", "fill", NULL}, .input = ask, .input_len = 24});
    assert_false(has_run(world));
    run_any(&git, &(struct git_call){.network = true, .args = (const char *const[]){"fetch", "-q", "origin", NULL}});
    assert_true(has_run(world));
    run_any(&git, &(struct git_call){.network = true,
                                     .args = (const char *const[]){"credential", "fill", NULL},
                                     .input = ask,
                                     .input_len = sizeof ask - 1});
    assert_true(has_run(world));
    slot_facts_release(&facts);
    git_tree_release(&tree);
    git_release(&git);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(runs_nothing_that_an_agent_has_set, world_make, world_end),
        cmocka_unit_test_setup_teardown(sees_what_comes_later, world_make, world_end),
        cmocka_unit_test_setup_teardown(stays_in_its_tree, world_make, world_end),
        cmocka_unit_test_setup_teardown(lets_the_persons_own_settings_in, world_make, world_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
