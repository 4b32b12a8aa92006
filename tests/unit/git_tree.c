#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "git_slot.h"
#include "host/git_show.h"
#include "host/git_status.h"
#include "host/git_tree.h"
#include "host/proc_table.h"

static const struct git_change *change_of(const struct git_changes *changes, const char *path) {
    static const struct git_change none;
    for (size_t i = 0; i < changes->count; i++)
        if (strcmp(changes->items[i].path, path) == 0)
            return &changes->items[i];
    fail_msg("%s is not listed", path);
    return &none;
}

static void makes_a_worktree_and_finds_it(void **state) {
    struct git_world *world = *state;
    struct slot_facts facts;
    struct slot slot;
    char *head = world_shell(world, "git -C repo rev-parse main");
    make_slot(&slot, world);
    assert_string_equal(slot.tree.path, slot.path);
    expect_clean(&slot);
    look(&slot, &facts, NULL);
    assert_null(facts.branch);
    assert_string_equal(facts.head, head);
    assert_true(facts.held);
    slot_facts_release(&facts);
    world_expect(world, "cat pool/pool-1/src/one pool/pool-1/link; git -C repo worktree list | wc -l", "one\ntwo\n2");
    world_expect(world, "git -C repo worktree list --porcelain | grep -c locked || true", "0");
    world_expect(world, "git -C repo status --porcelain; git -C repo branch", "* main");
    free(head);
    close_slot(&slot);
}

static void knows_each_wrong_place(void **state) {
    struct git_world *world = *state;
    static const struct {
        const char *script;
        enum slot_place place;
    } places[] = {
        {"mkdir pool/x", SLOT_AT_EMPTY},
        {"echo file >pool/x", SLOT_AT_OTHER},
        {"mkfifo pool/x", SLOT_AT_OTHER},
        {"ln -s ../repo pool/x", SLOT_AT_LINK},
        {"ln -s pool-1 pool/x", SLOT_AT_LINK},
        {"ln -s /nowhere pool/x", SLOT_AT_LINK},
        {"mkdir pool/x; echo a >pool/x/a", SLOT_AT_OTHER},
        {"git clone -q repo pool/x", SLOT_AT_OTHER},
        {"git -C repo worktree add -q --detach ../pool/x; echo 'gitdir: /nowhere' >pool/x/.git", SLOT_AT_OTHER},
        {"git -C repo worktree add -q --detach ../pool/x; echo x >pool/x/.git", SLOT_AT_OTHER},
        {"git -C repo worktree add -q --detach ../pool/x; : >pool/x/.git", SLOT_AT_OTHER},
        {"git -C repo worktree add -q --detach ../pool/x; head -c 9000 /dev/zero >>pool/x/.git", SLOT_AT_OTHER},
        {"git -C repo worktree add -q --detach ../pool/x; rm pool/x/.git; mkfifo pool/x/.git", SLOT_AT_OTHER},
        {"git -C repo worktree add -q --detach ../pool/x; rm pool/x/.git", SLOT_AT_OTHER},
        {"git -C repo worktree add -q --detach ../pool/x; echo \"gitdir: $W/repo/.git\" >pool/x/.git", SLOT_AT_OTHER},
        {"git -C repo worktree add -q --detach ../pool/x; cp pool/pool-1/.git pool/x/.git", SLOT_AT_OTHER},
        {"git -C repo worktree add -q --detach ../pool/x; echo /nowhere >repo/.git/worktrees/x/commondir",
         SLOT_AT_OTHER},
        {"git -C repo worktree add -q --detach ../pool/x; git clone -q repo other; echo \"$W/other/.git\" "
         ">repo/.git/worktrees/x/commondir",
         SLOT_AT_OTHER},
        {"git -C repo worktree add -q --detach ../pool/x; mv pool/x/.git pool/dot; ln -s ../dot pool/x/.git",
         SLOT_AT_OTHER},
        {"cp -a pool/pool-1 pool/x", SLOT_AT_OTHER},
        {"git clone -q repo other; git -C other worktree add -q --detach ../pool/x", SLOT_AT_OTHER},
        {"git -C repo worktree add -q --detach ../pool/x", SLOT_AT_TREE},
        {"git -C repo worktree add -q -b y ../pool/x", SLOT_AT_TREE},
    };
    struct slot slot;
    open_slot(&slot, world, "pool-1");
    add(&slot, world);
    close_slot(&slot);
    open_slot(&slot, world, "x");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        world_do(world, places[i].script);
        if (find(&slot, world) != places[i].place)
            print_error("%s\n", places[i].script);
        assert_int_equal(find(&slot, world), places[i].place);
        world_do(world, "rm -rf pool/x pool/dot other; git -C repo worktree prune");
    }
    close_slot(&slot);
}

static enum slot_place place(const struct git_world *world, const char *pool, const char *path) {
    char *whole_pool = xasprintf("%s/%s", world->folder, pool), *whole = xasprintf("%s/%s", world->folder, path);
    struct git_tree tree;
    struct err err = {0};
    struct git git;
    enum slot_place found;
    assert_true(git_open(&git, world->repo, &err));
    found = git_tree_find(&tree, &git, &(struct git_folder){.pool = whole_pool, .path = whole});
    git_tree_release(&tree);
    git_release(&git);
    free(whole_pool);
    free(whole);
    return found;
}

static void knows_the_main_checkout_and_what_is_outside(void **state) {
    struct git_world *world = *state;
    world_do(world, "ln -s pool door; mkdir in; mv repo in/repo; ln -s in/repo repo; ln -s in inner;"
                    "git -C repo worktree add -q --detach ../../pool/pool-1;"
                    "git -C repo worktree add -q --detach ../../out/pool-1;"
                    "git -C repo worktree add -q --detach .pool/pool-1; ln -s ../out pool/away");
    assert_int_equal(place(world, "pool", "pool/pool-1"), SLOT_AT_TREE);
    assert_int_equal(place(world, "door", "door/pool-1"), SLOT_AT_TREE); /* a pool may be a link: its folder counts */
    assert_int_equal(place(world, "in/repo/.pool", "in/repo/.pool/pool-1"), SLOT_AT_TREE);
    assert_int_equal(place(world, "pool", "out/pool-1"), SLOT_AT_OUTSIDE);
    assert_int_equal(place(world, "pool", "pool/away/pool-1"), SLOT_AT_OUTSIDE);
    assert_int_equal(place(world, "pool", "pool/../out/pool-1"), SLOT_AT_OUTSIDE);
    assert_int_equal(place(world, "in", "in/repo"), SLOT_AT_MAIN);
    assert_int_equal(place(world, ".", "in"), SLOT_AT_MAIN);
    assert_int_equal(place(world, "inner", "inner/repo"), SLOT_AT_MAIN);
    assert_int_equal(place(world, "in/repo", "in/repo/.git"), SLOT_AT_MAIN);
}

/* Nothing is open any more, and nothing can be opened. */
static void take_files(struct rlimit *before) {
    assert_int_equal(getrlimit(RLIMIT_NOFILE, before), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &(struct rlimit){.rlim_cur = 0, .rlim_max = before->rlim_max}), 0);
}

static void tells_nothing_of_what_it_could_not_read(void **state) {
    struct git_world *world = *state;
    char *pool = xasprintf("%s/pool", world->folder);
    struct git_folder folder = {.pool = pool};
    struct git_tree tree;
    struct rlimit before;
    struct slot slot;
    enum slot_place found;
    enum seen on;
    make_slot(&slot, world);
    folder.path = slot.path;
    take_files(&before);
    found = git_tree_find(&tree, &slot.git, &folder);
    on = git_tree_on(&slot.tree, "main");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(found, SLOT_AT_UNKNOWN);
    assert_null(tree.admin);
    assert_int_equal(on, SEEN_UNKNOWN);
    world_do(world, "rm repo/.git/worktrees/pool-1/HEAD");
    assert_int_equal(git_tree_on(&slot.tree, "main"), SEEN_NO);
    close_slot(&slot);
    free(pool);
}

static void begins_a_branch_here_and_elsewhere(void **state) {
    struct git_world *world = *state;
    char first[OID_SIZE], second[OID_SIZE];
    struct slot_facts facts;
    struct err err = {0};
    struct slot slot;
    make_slot(&slot, world);
    world_do(world, "cd repo; git checkout -q -b work; echo more >more; git add -A; git commit -qm more;"
                    "git checkout -q main");
    commit_of(&slot, "main", first);
    commit_of(&slot, "work", second);
    assert_true(git_tree_begin(&slot.tree, &(struct git_branch){.name = "mc-1-a-abcdef", .start = first}, &err));
    look(&slot, &facts, NULL);
    assert_string_equal(facts.branch, "mc-1-a-abcdef");
    assert_int_equal(git_tree_on(&slot.tree, "mc-1-a-abcdef"), SEEN_YES);
    assert_int_equal(git_tree_on(&slot.tree, "mc-1-a-abcde"), SEEN_NO);
    assert_string_equal(facts.head, first);
    slot_facts_release(&facts);
    expect_clean(&slot);
    assert_true(git_tree_detach(&slot.tree, &err));
    assert_true(git_tree_detach(&slot.tree, &err));
    look(&slot, &facts, NULL);
    assert_null(facts.branch);
    assert_int_equal(git_tree_on(&slot.tree, "mc-1-a-abcdef"), SEEN_NO);
    assert_true(facts.held);
    slot_facts_release(&facts);
    assert_true(git_tree_begin(&slot.tree, &(struct git_branch){.name = "team/mc-1-b", .start = second}, &err));
    expect_clean(&slot);
    world_expect(world, "cat pool/pool-1/more; git -C repo config --get-regexp '^branch' || echo no tracking",
                 "more\nno tracking");
    close_slot(&slot);
}

/* How it fails: by this code, in these words. */
struct refusal {
    int code;
    const char *says;
};
static void expect_refused(const struct slot *slot, const struct git_branch *branch, const struct refusal *refusal) {
    struct err err = {0};
    assert_false(git_tree_begin(&slot->tree, branch, &err));
    assert_int_equal(err.code, refusal->code);
    if (strstr(err.text, refusal->says) == NULL)
        fail_msg("%s", err.text);
    err_release(&err);
}

static void expect_taken(const struct slot *slot, const char *name, const char *start, const char *says) {
    expect_refused(slot, &(struct git_branch){.name = name, .start = start}, &(struct refusal){MC_CANTCREAT, says});
}

static void expect_in_the_way(const struct slot *slot, const char *start, const char *says) {
    expect_refused(slot, &(struct git_branch){.name = "new", .start = start}, &(struct refusal){MC_DATAERR, says});
}

static void overwrites_neither_branch_nor_file(void **state) {
    struct git_world *world = *state;
    char first[OID_SIZE], second[OID_SIZE];
    struct slot slot;
    make_slot(&slot, world);
    world_do(world, "cd repo; git branch a/b; git checkout -q -b work; mkdir build; echo theirs >build/x;"
                    "echo theirs >free; git add -f build free; git commit -qm more; git checkout -q main");
    commit_of(&slot, "main", first);
    commit_of(&slot, "work", second);
    for (int i = 0; i < 2; i++) {
        expect_taken(&slot, "work", i == 0 ? first : second, "'work' already exists");
        expect_taken(&slot, "a", i == 0 ? first : second, "'refs/heads/a/b'");
        expect_taken(&slot, "work/c", i == 0 ? first : second, "'refs/heads/work'");
    }
    expect_clean(&slot);
    world_do(world, "cd pool/pool-1; git checkout -q --detach main; mkdir build; echo mine >build/x");
    expect_in_the_way(&slot, second, "build/x; move it away: mv ");
    world_do(world, "rm -r pool/pool-1/build; echo mine >pool/pool-1/free");
    expect_in_the_way(&slot, second, "free; move it away: mv ");
    world_expect(world,
                 "cat pool/pool-1/free; git -C pool/pool-1 rev-parse --abbrev-ref HEAD; git -C repo branch -q "
                 "--list new",
                 "mine\nHEAD");
    close_slot(&slot);
}

static void removes_no_git_that_it_never_lists(void **state) {
    struct git_world *world = *state;
    char second[OID_SIZE];
    struct slot slot;
    make_slot(&slot, world);
    world_do(world, "cd repo; git checkout -q -b work; git rm -qr src; echo file >src; echo file >docs; git add -A;"
                    "git commit -qm more; git checkout -q main; cd ../pool/pool-1; mkdir -p src/in/.git docs/.git;"
                    "echo notes >src/in/.git/notes; echo notes >docs/.git/notes");
    commit_of(&slot, "work", second);
    expect_clean(&slot);
    expect_in_the_way(&slot, second, "docs, in which there is a .git");
    world_do(world, "mv pool/pool-1/docs pool/pool-1.docs");
    expect_in_the_way(&slot, second, "src, in which there is a .git");
    world_expect(world, "cat pool/pool-1/src/in/.git/notes", "notes");
    world_do(world, "rm -r pool/pool-1/src/in");
    struct err err = {0};
    assert_true(git_tree_begin(&slot.tree, &(struct git_branch){.name = "new", .start = second}, &err));
    expect_clean(&slot);
    close_slot(&slot);
}

/* An agent can make such a commit; the slot's own .git is in nobody's way. */
static void refuses_what_git_puts_nowhere(void **state) {
    static const struct {
        const char *entry, *says;
    } bad[] = {{"100644 blob $f\\t.git", "has a file that git puts nowhere: .git"},
               {"100644 blob $f\\t.Git", "has a file that git puts nowhere: .Git"},
               {"100644 blob $f\\t..", "has a file that git puts nowhere: .."},
               {"040000 tree $d\\t..", "has a file that git puts nowhere: ../f"},
               {"040000 tree $d\\t.git", "has a file that git puts nowhere: .git/f"},
               {"120000 blob $f\\t.gitmodules", "invalid path '.gitmodules'"}};
    struct git_world *world = *state;
    struct slot slot;
    make_slot(&slot, world);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char start[OID_SIZE], *make = xasprintf("cd repo; f=$(git hash-object -w two);"
                                                "d=$(printf \"100644 blob $f\\tf\\0\" | git mktree -z);"
                                                "t=$(printf \"%s\\0\" | git mktree -z);"
                                                "git update-ref refs/heads/bad $(git commit-tree -p main -m bad $t)",
                                                bad[i].entry);
        world_do(world, make);
        commit_of(&slot, "bad", start);
        expect_refused(&slot, &(struct git_branch){.name = "new", .start = start},
                       &(struct refusal){MC_NOINPUT, bad[i].says});
        free(make);
    }
    expect_clean(&slot);
    close_slot(&slot);
}

static void moves_left_locks_aside(void **state) {
    struct git_world *world = *state;
    struct err err = {0};
    struct slot slot;
    make_slot(&slot, world);
    assert_true(git_tree_unlock(&slot.tree, "r1", &err));
    for (int i = 1; i <= 2; i++) {
        char *made = xasprintf("cd repo/.git/worktrees/pool-1; echo %d >index.lock; echo %d >HEAD.lock", i, i);
        world_do(world, made);
        free(made);
        assert_true(git_tree_unlock(&slot.tree, "r1", &err));
    }
    assert_true(git_tree_begin(&slot.tree, &(struct git_branch){.name = "new", .start = "main"}, &err));
    world_expect(world, "cd repo/.git/worktrees/pool-1; ls | grep lock; cat index.lock.* HEAD.lock.*",
                 "HEAD.lock.r1\nHEAD.lock.r1.1\nindex.lock.r1\nindex.lock.r1.1\n1\n2\n1\n2");
    close_slot(&slot);
}

static void lists_every_change_by_its_bytes(void **state) {
    struct git_world *world = *state;
    struct slot_facts facts;
    struct git_changes changes = {0};
    struct slot slot;
    make_slot(&slot, world);
    world_do(world, "cd pool/pool-1; echo changed >two; rm src/one; ln -sf three link; chmod -x run.sh;"
                    "echo new >staged; git add staged; echo later >>staged; git rm -q --cached run.sh;"
                    "mkdir 'a b'; echo x >$'a b/line\\nbreak \"q\" \\\\ \\xff\\xfe'; mkdir build; echo i >build/i;"
                    "echo o >x.o; git init -q inner; echo f >inner/f; mkdir empty; echo t >\"$(printf '\\ttab')\"");
    look(&slot, &facts, &changes);
    assert_int_equal(changes.count, 9);
    assert_int_equal(facts.changed, 5);
    assert_int_equal(facts.untracked, 3);
    assert_int_equal(facts.nested, 1);
    assert_string_equal(facts.example, "inner");
    assert_int_equal(change_of(&changes, "a b/line\nbreak \"q\" \\ \xff\xfe")->kind, CHANGE_UNTRACKED);
    assert_int_equal(change_of(&changes, "\ttab")->kind, CHANGE_UNTRACKED);
    assert_int_equal(change_of(&changes, "inner")->kind, CHANGE_NESTED);
    assert_true(change_of(&changes, "two")->in_head);
    assert_false(change_of(&changes, "two")->staged);
    assert_false(change_of(&changes, "staged")->in_head);
    assert_true(change_of(&changes, "staged")->staged);
    assert_true(change_of(&changes, "src/one")->in_head);
    assert_int_equal(change_of(&changes, "link")->kind, CHANGE_TRACKED);
    git_changes_release(&changes);
    slot_facts_release(&facts);
    close_slot(&slot);
}

/* Where a .gitignore of somebody else's stands beside them, which is work, as one that was added is. */
static void passes_over_prompts_of_ours(void **state) {
    struct git_world *world = *state;
    struct slot_facts facts;
    struct git_changes changes = {0};
    struct slot slot;
    struct err err = {0};
    size_t files;
    make_slot(&slot, world);
    world_do(world,
             "cd pool/pool-1; mkdir .mc-pickup; cd .mc-pickup; echo mine >.gitignore; echo p >prompt-01234567.md;"
             "echo p >prompt-mine.md; echo p >prompt-0123456f.md; git add prompt-0123456f.md");
    look(&slot, &facts, &changes);
    assert_int_equal(changes.count, 3);
    assert_int_equal(facts.changed, 1);
    assert_int_equal(facts.untracked, 2);
    assert_int_equal(change_of(&changes, ".mc-pickup/prompt-0123456f.md")->kind, CHANGE_TRACKED);
    assert_int_equal(change_of(&changes, ".mc-pickup/.gitignore")->kind, CHANGE_UNTRACKED);
    assert_int_equal(change_of(&changes, ".mc-pickup/prompt-mine.md")->kind, CHANGE_UNTRACKED);
    assert_true(git_tree_count(&slot.tree, 60000, &files, &err));
    assert_int_equal(files, 3);
    git_changes_release(&changes);
    slot_facts_release(&facts);
    close_slot(&slot);
}

static void tells_what_is_under_way(void **state) {
    struct git_world *world = *state;
    static const struct {
        const char *script;
        enum slot_underway underway;
        size_t unmerged;
    } begun[] = {
        {"git merge -q work || true", UNDERWAY_MERGE, 1},
        {"git rebase -q work || true", UNDERWAY_REBASE, 1},
        {"git rebase -q --apply work || true", UNDERWAY_REBASE, 1},
        {"git cherry-pick work || true", UNDERWAY_CHERRY_PICK, 1},
        {"git revert --no-edit work~1 || true", UNDERWAY_REVERT, 1},
        {"git format-patch -q --stdout -1 work | git am -q || true", UNDERWAY_AM, 0},
        {"git bisect start -q >/dev/null", UNDERWAY_BISECT, 0},
        {"git stash -q", UNDERWAY_NOTHING, 0},
    };
    struct slot slot;
    make_slot(&slot, world);
    world_do(world, "cd repo; git checkout -q -b work; echo theirs >two; git commit -qam theirs; git checkout -q main");
    for (size_t i = 0; i < sizeof begun / sizeof *begun; i++) {
        struct slot_facts facts;
        world_do(world, "cd pool/pool-1; git checkout -q -B mine main; echo mine >two; git commit -qam mine");
        char *script = xasprintf("cd pool/pool-1; { %s; } >/dev/null 2>&1", begun[i].script);
        world_do(world, script);
        look(&slot, &facts, NULL);
        if (facts.underway != begun[i].underway || facts.unmerged != begun[i].unmerged)
            print_error("%s\n", script);
        assert_int_equal(facts.underway, begun[i].underway);
        assert_int_equal(facts.unmerged, begun[i].unmerged);
        slot_facts_release(&facts);
        world_do(world, "cd pool/pool-1; rm -rf ../../repo/.git/worktrees/pool-1/{MERGE_*,rebase-*,CHERRY_*,REVERT_*,"
                        "BISECT_*,sequencer}; git reset -q --hard; git checkout -q --detach");
        free(script);
    }
    close_slot(&slot);
}

/* Marks by which git looks past a file hide nothing from us, be it changed or gone; a sparse checkout stays one. */
static void sees_behind_marks(void **state) {
    struct git_world *world = *state;
    struct git_changes changes = {0};
    struct slot_facts facts;
    struct slot slot;
    make_slot(&slot, world);
    world_do(world, "cd pool/pool-1; git update-index --assume-unchanged two src/one; git update-index --skip-worktree "
                    "run.sh .gitignore; echo x >>two; rm src/one; echo x >>run.sh; git update-index --assume-unchanged "
                    "run.sh; rm .gitignore; test -z \"$(git status --porcelain)\"");
    look(&slot, &facts, &changes);
    assert_int_equal(facts.changed, 4);
    assert_int_equal(change_of(&changes, ".gitignore")->kind, CHANGE_TRACKED);
    assert_int_equal(change_of(&changes, "two")->kind, CHANGE_TRACKED);
    assert_int_equal(change_of(&changes, "src/one")->kind, CHANGE_TRACKED);
    assert_int_equal(change_of(&changes, "run.sh")->kind, CHANGE_TRACKED);
    git_changes_release(&changes);
    slot_facts_release(&facts);
    world_do(world, "cd pool/pool-1; git reset -q --hard; git sparse-checkout set --no-cone /two");
    expect_clean(&slot);
    world_expect(world, "cd pool/pool-1; ls; git ls-files -v | grep -c ^S", "two\n4");
    /* one that is switched off, or without its patterns, leaves out nothing */
    world_do(world, "cd pool/pool-1; git config --worktree core.sparseCheckout false");
    look(&slot, &facts, NULL);
    assert_int_equal(facts.changed, 4);
    slot_facts_release(&facts);
    world_do(world, "cd pool/pool-1; git reset -q --hard; git sparse-checkout set --no-cone /two;"
                    "rm ../../repo/.git/worktrees/pool-1/info/sparse-checkout");
    look(&slot, &facts, NULL);
    assert_int_equal(facts.changed, 4);
    slot_facts_release(&facts);
    close_slot(&slot);
}

/* What an agent leaves out is there for the next one; what was left out before it began stays left out. */
static void fills_what_was_left_out(void **state) {
    static const struct {
        const char *noted, *left, *files; /* scripts: before it begins, and of its own */
    } all[] = {
        {":", ":", ".gitignore link run.sh src two"},
        {":", "git sparse-checkout set --no-cone /two", ".gitignore link run.sh src two"},
        {":", "git sparse-checkout set src", ".gitignore link run.sh src two"},
        {":", "git sparse-checkout set --no-cone /two; rm $S; mkfifo $S", ".gitignore link run.sh src two"},
        {":", "git sparse-checkout set --no-cone /two; rm $S; ln -s /nowhere $S", ".gitignore link run.sh src two"},
        {"git sparse-checkout set --no-cone /two", ":", "two"},
        {"git sparse-checkout set --no-cone /two", "git sparse-checkout set --no-cone /src", "two"},
        {"git sparse-checkout set --no-cone /two", "git sparse-checkout add /src", "two"},
        {"git sparse-checkout set --no-cone /two", "git update-index --skip-worktree two; rm two", "two"},
        {"git sparse-checkout set --no-cone /two", "git sparse-checkout disable", ".gitignore link run.sh src two"},
        {"git sparse-checkout disable", "git sparse-checkout set --no-cone /two", ".gitignore link run.sh src two"}};
    struct git_world *world = *state;
    struct slot slot;
    struct err err = {0};
    make_slot(&slot, world);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char *noted = xasprintf("cd pool/pool-1; %s", all[i].noted);
        char *left = xasprintf("cd pool/pool-1; S=$(git rev-parse --git-path info/sparse-checkout); %s", all[i].left);
        world_do(world, noted);
        assert_true(git_tree_note_sparse(&slot.tree, &err));
        world_do(world, left);
        assert_true(git_tree_fill_sparse(&slot.tree, &err));
        world_expect(world, "cd pool/pool-1; echo $(ls -A | grep -vx .git)", all[i].files);
        expect_clean(&slot);
        free(noted);
        free(left);
    }
    close_slot(&slot);
}

/* A repository whose own checkout is sparse makes such worktrees. */
static void is_made_sparse(void **state) {
    struct git_world *world = *state;
    struct slot slot;
    struct err err = {0};
    world_do(world, "cd repo; git sparse-checkout set --no-cone /two");
    make_slot(&slot, world);
    assert_true(git_tree_fill_sparse(&slot.tree, &err));
    world_expect(world, "cd pool/pool-1; ls", "two");
    expect_clean(&slot);
    close_slot(&slot);
}

static void looks_into_submodules(void **state) {
    struct git_world *world = *state;
    static const struct {
        const char *script;
        size_t submodules;
    } inside[] = {{"true", 0},
                  {"echo x >>sub/two", 1},
                  {"echo x >sub/new", 1},
                  {"cd sub; git update-index --assume-unchanged two; echo x >>two", 1},
                  {"cd sub; git commit -q --allow-empty -m x", 1},
                  {"git -c protocol.file.allow=always -C sub submodule --quiet add \"$W/lib\" deep; git -C sub commit "
                   "-qm deep; git add sub; git commit -qm deep",
                   1},
                  {"git -C sub config core.repositoryformatversion 9", 1},
                  {"rm -rf sub/* sub/.git; git config --unset submodule.sub.url; rm -rf sub; mkdir sub", 0}};
    struct slot slot;
    make_slot(&slot, world);
    world_do(world, "git clone -q repo lib; cd pool/pool-1; git -c protocol.file.allow=always submodule --quiet add "
                    "\"$W/lib\" sub; git commit -qm sub; git branch sub; git config --global user.email a; cd ..;"
                    "cp -a pool-1 keep; cp -a ../repo/.git/worktrees/pool-1 entry");
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        char *script =
            xasprintf("rm -rf pool/pool-1 repo/.git/worktrees/pool-1; cp -a pool/keep pool/pool-1; cp -a "
                      "pool/entry repo/.git/worktrees/pool-1; cd pool/pool-1; git status >/dev/null; { %s; } "
                      ">/dev/null 2>&1",
                      inside[i].script);
        struct slot_facts facts;
        world_do(world, script);
        look(&slot, &facts, NULL);
        if (facts.submodules != inside[i].submodules)
            print_error("%s\n", inside[i].script);
        assert_int_equal(facts.submodules, inside[i].submodules);
        assert_int_equal(facts.untracked + facts.changed, 0);
        slot_facts_release(&facts);
        free(script);
    }
    close_slot(&slot);
}

static void tells_who_works_there_and_who_holds_head(void **state) {
    struct git_world *world = *state;
    struct slot_facts facts;
    struct slot slot;
    char *pid;
    make_slot(&slot, world);
    world_do(world, "cd pool/pool-1; git commit -q --allow-empty -m lost");
    pid = world_shell(world, "cd pool/pool-1/src; sleep 300 >/dev/null 2>&1 &"
                             "until [ \"$(cat /proc/$!/comm)\" = sleep ]; do :; done; echo $!"); /* no longer bash */
    look(&slot, &facts, NULL);
    assert_int_equal(facts.process, strtoll(pid, NULL, 10));
    assert_string_equal(facts.program, "sleep");
    assert_false(facts.held);
    slot_facts_release(&facts);
    assert_int_equal(kill((pid_t)strtol(pid, NULL, 10), SIGKILL), 0);
    world_do(world, "git -C repo tag keep $(cat repo/.git/worktrees/pool-1/HEAD); mkdir pool/pool-10; cd pool/pool-10;"
                    "sleep 5 >/dev/null 2>&1 &");
    look(&slot, &facts, NULL);
    assert_int_equal(facts.process, 0);
    assert_true(facts.held);
    slot_facts_release(&facts);
    free(pid);
    close_slot(&slot);
}

static void goes_on_with_a_half_made_one(void **state) {
    struct git_world *world = *state;
    static const char mark[] = "echo 'mc-pickup is making it' >repo/.git/worktrees/pool-1/locked;";
    static const char *const halves[] = {
        "rm pool/pool-1/two repo/.git/worktrees/pool-1/index; echo tw >pool/pool-1/two",
        "rm -r pool/pool-1/* repo/.git/worktrees/pool-1/index; touch repo/.git/worktrees/pool-1/index.lock",
        "rm -r pool/pool-1/*  pool/pool-1/.gitignore; echo 0000000000000000000000000000000000000000 "
        ">repo/.git/worktrees/pool-1/HEAD",
        "rm -r pool/pool-1/* pool/pool-1/.gitignore repo/.git/worktrees/pool-1/commondir",
        "rm -r pool/pool-1/* pool/pool-1/.gitignore repo/.git/worktrees/pool-1/{HEAD,commondir}",
        "rm -r pool/pool-1/* pool/pool-1/.gitignore repo/.git/worktrees/pool-1/{HEAD,commondir}; : >pool/pool-1/.git",
        "rm -r pool/pool-1/* pool/pool-1/.gitignore; : >repo/.git/worktrees/pool-1/commondir",
        "rm -r pool/pool-1/* pool/pool-1/.gitignore pool/pool-1/.git",
        "rm -r pool/pool-1",
        "rm -r pool/pool-1/* pool/pool-1/.gitignore repo/.git/worktrees/pool-1",
        "rm -r pool/pool-1/* pool/pool-1/.gitignore repo/.git/worktrees/pool-1/{HEAD,commondir}; echo initializing "
        ">repo/.git/worktrees/pool-1/locked",
    };
    struct slot slot;
    open_slot(&slot, world, "pool-1");
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        char *script = xasprintf("%s %s", mark, halves[i]);
        enum slot_place found;
        add(&slot, world);
        world_do(world, script);
        found = find(&slot, world);
        if (found != SLOT_AT_EMPTY && found != SLOT_AT_NOTHING)
            print_error("%s\n", halves[i]);
        assert_true(found == SLOT_AT_EMPTY || found == SLOT_AT_NOTHING);
        add(&slot, world);
        expect_clean(&slot);
        world_expect(world,
                     "git -C repo worktree list | wc -l; ls repo/.git/worktrees; git -C repo for-each-ref "
                     "refs/mc",
                     "2\npool-1");
        world_do(world, "git -C repo worktree remove -f ../pool/pool-1");
        free(script);
    }
    close_slot(&slot);
}

/* Of every tree of the repository git makes none while one entry's is empty. */
static void goes_on_beside_a_half_made_one(void **state) {
    struct git_world *world = *state;
    struct slot other, slot;
    char oid[OID_SIZE];
    struct err err = {0};
    open_slot(&other, world, "pool-2");
    add(&other, world);
    world_do(world, "rm -r pool/pool-2/* pool/pool-2/.gitignore; cd repo/.git/worktrees/pool-2; echo 'mc-pickup is "
                    "making it' >locked; : >commondir");
    make_slot(&slot, world);
    expect_clean(&slot);
    add(&other, world);
    expect_clean(&other);
    world_do(world, "git -C repo worktree remove -f ../pool/pool-1; cd repo/.git/worktrees/pool-2;"
                    "mv commondir c; : >commondir");
    commit_of(&slot, "main", oid);
    assert_false(git_tree_add(&slot.git, slot.path, oid, &err));
    assert_non_null(strstr(err.text, "failed to read "));
    assert_non_null(strstr(err.text, "no git is at work there: rm "));
    world_do(world, strstr(err.text, "rm "));
    world_expect(world, "ls repo/.git/worktrees/pool-2 | grep common || echo none", "none");
    err_release(&err);
    close_slot(&other);
    close_slot(&slot);
}

/* Ours and what it has started: they bear the world's HOME. */
static bool end_it(const struct proc_line *line, void *context) {
    const struct git_world *world = context;
    if (line->pid != getpid() && proc_env_has(line->pid, "HOME", world->folder))
        (void)kill((pid_t)line->pid, SIGKILL);
    return true;
}

static void goes_on_wherever_it_was_killed(void **state) {
    struct git_world *world = *state;
    enum { TIMES = 8, STEP_US = 2100 };
    char oid[OID_SIZE];
    struct slot slot;
    open_slot(&slot, world, "pool-1");
    commit_of(&slot, "main", oid);
    world_do(world, "cd repo; for i in {1..100}; do echo $i >many-$i; done; git add -A; git commit -qm many");
    commit_of(&slot, "main", oid);
    for (int i = 1; i <= TIMES; i++) {
        enum slot_place found;
        pid_t pid = fork();
        if (pid == 0) {
            struct err err = {0};
            _exit(git_tree_add(&slot.git, slot.path, oid, &err) ? 0 : 1);
        }
        (void)nanosleep(&(struct timespec){.tv_nsec = (long)i * STEP_US * 1000}, NULL);
        (void)kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        for (int again = 0; again < 3; again++)
            assert_true(proc_each(end_it, world));
        clock_sleep(10);
        found = find(&slot, world);
        if (found != SLOT_AT_TREE) {
            assert_true(found == SLOT_AT_EMPTY || found == SLOT_AT_NOTHING);
            add(&slot, world);
        }
        expect_clean(&slot);
        world_do(world, "git -C repo worktree remove -f ../pool/pool-1; git -C repo worktree prune");
    }
    close_slot(&slot);
}

/* A folder that somebody has deleted: what only its entry still held is kept. */
static void keeps_what_an_entry_holds(void **state) {
    struct git_world *world = *state;
    char oid[OID_SIZE];
    struct err err = {0};
    struct slot slot;
    make_slot(&slot, world);
    commit_of(&slot, "main", oid);
    world_do(world,
             "cd pool/pool-1; echo a >a; git add a; git commit -qm alone; git rev-parse HEAD >../alone; echo b >b;"
             "git add b; cd ..; rm -r pool-1");
    add(&slot, world);
    expect_clean(&slot);
    world_expect(world,
                 "cd repo; for ref in $(git for-each-ref --format='%(refname)' refs/mc/entries); do git ls-tree "
                 "--name-only $ref | tr '\\n' ' '; git merge-base --is-ancestor $(cat ../pool/alone) $ref && "
                 "echo; done | sort",
                 ".gitignore a b link run.sh src two \n.gitignore a link run.sh src two ");
    world_do(world, "git -C repo worktree lock ../pool/pool-1; rm -r pool/pool-1");
    assert_false(git_tree_add(&slot.git, slot.path, oid, &err));
    assert_int_equal(err.code, MC_DATAERR);
    assert_non_null(strstr(err.text, "is locked by somebody"));
    world_do(world, "git -C repo worktree unlock ../pool/pool-1; mkdir pool/pool-1; echo mine >pool/pool-1/mine");
    assert_false(git_tree_add(&slot.git, slot.path, oid, &err));
    assert_int_equal(err.code, MC_DATAERR);
    world_expect(world, "cat pool/pool-1/mine", "mine");
    err_release(&err);
    close_slot(&slot);
}

/* Not given up by us; and what is printed brings it back. */
static void expect_brought_back(struct slot *slot, const struct git_world *world, const char *says) {
    struct err err = {0};
    char oid[OID_SIZE];
    commit_of(slot, "main", oid);
    assert_false(git_tree_expendable(&slot->git, slot->path, &err));
    assert_false(git_tree_add(&slot->git, slot->path, oid, &err));
    assert_int_equal(err.code, MC_DATAERR);
    if (strstr(err.text, says) == NULL)
        fail_msg("%s", err.text);
    world_do(world, strstr(err.text, "mkdir "));
    assert_int_equal(find(slot, world), SLOT_AT_TREE);
    err_release(&err);
}

static void gives_up_no_conflict_and_no_submodule(void **state) {
    struct git_world *world = *state;
    struct slot slot;
    make_slot(&slot, world);
    world_do(world, "cd pool/pool-1; echo mine >two; git stash -q; echo theirs >two; git commit -qam theirs;"
                    "git stash pop -q 2>/dev/null || true; cd ..; rm -r pool-1");
    expect_brought_back(&slot, world, "its index cannot be kept");
    world_expect(world, "cd pool/pool-1; grep -c mine two; git ls-files -u | wc -l", "1\n3");
    world_do(world, "cd pool/pool-1; git add two; git commit -qm merged; git clone -q --bare ../../repo ../../sub.git;"
                    "git -c protocol.file.allow=always submodule --quiet add ../../sub.git sub; git commit -qm sub;"
                    "cd sub; echo own >own; git add own; git commit -qm own; cd ../..; rm -rf pool-1");
    expect_brought_back(&slot, world, "the repositories of submodules");
    world_expect(world, "cd repo/.git/worktrees/pool-1/modules/sub; git --git-dir=. log -1 --format=%s", "own");
    close_slot(&slot);
}

static void works_in_odd_repositories(void **state) {
    struct git_world *world = *state;
    static const char *const repos[] = {"bare.git", "sha", "odd"};
    world_do(world,
             "git clone -q --bare repo bare.git; git init -q -b main --object-format=sha256 sha; git -C sha commit "
             "-q --allow-empty -m x; git clone -q repo $'o \"\\n\\xff'; ln -s o* odd");
    for (size_t i = 0; i < sizeof repos / sizeof *repos; i++) {
        struct git_world other = {.folder = world->folder,
                                  .repo = xasprintf("%s/%s", world->folder, repos[i]),
                                  .pool = xasprintf("%s/p \"%zu\n\xfe", world->folder, i)};
        struct err err = {0};
        char oid[OID_SIZE];
        struct slot slot;
        assert_true(files_make_dir(other.pool, &err));
        make_slot(&slot, &other);
        commit_of(&slot, "main", oid);
        assert_true(git_tree_begin(&slot.tree, &(struct git_branch){.name = "b", .start = oid}, &err));
        expect_clean(&slot);
        close_slot(&slot);
        free(other.repo);
        free(other.pool);
    }
}

#define A "587be6b4c3f93f93c489c0111bba5596147a26cb"
#define B "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"

static void knows_what_is_no_status(void **state) {
    static const char *const records[] = {
        "",
        "1 .M N... 100644 100644 100644 " A " " B,
        "1 .M N... 100644 100644 100644 " A " " B " ",
        "u UU N... 100644 100644 100644 100644 " A " " B " " A,
        "1M N... 100644 100644 100644 " A " " B " a",
        "2 R. N... 100644 100644 100644 " A " " B " R100 a",
        "? ",
        "?a",
        "! a",
        "warning: a",
        "# branch.oid " A A,
    };
    (void)state;
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        struct git_listing listing = {0};
        struct err err = {0};
        char *says = xasprintf("git has listed what we do not know: %.60s", records[i]);
        assert_false(git_status_note(&listing, records[i], &err));
        assert_int_equal(err.code, MC_UNAVAILABLE);
        assert_string_equal(err.text, says);
        assert_int_equal(listing.changes.count, 0);
        err_release(&err);
        git_listing_release(&listing);
        free(says);
    }
}

/* Pages that nobody touches cost nothing. */
static void counts_to_a_million(void **state) {
    enum { MOST = 1000000 };
    struct git_listing listing = {.changes = {.items = xcalloc(MOST, sizeof(struct git_change)), .cap = MOST}};
    struct err err = {0};
    (void)state;
    listing.changes.count = MOST - 1;
    assert_true(git_status_note(&listing, "? last", &err));
    assert_int_equal(listing.changes.count, MOST);
    assert_true(git_status_note(&listing, "# branch.head x", &err));
    assert_false(git_status_note(&listing, "? over", &err));
    assert_int_equal(err.code, MC_UNAVAILABLE);
    assert_string_equal(err.text, "more than 1000000 files differ");
    err_release(&err);
    free(listing.changes.items[MOST - 1].path);
    free(listing.changes.items);
}

static void says(struct err *err, int code, const char *format, const char *name) {
    char *text = xasprintf("%s%s", name, format);
    assert_non_null(err->text);
    assert_string_equal(err->text, text);
    assert_int_equal(err->code, code);
    err_release(err);
    *err = (struct err){0};
    free(text);
}

static void tells_a_head_that_is_none(void **state) {
    struct git_world *world = *state;
    struct err err = {0};
    struct slot slot;
    char *branch, oid[OID_SIZE];
    make_slot(&slot, world);
    commit_of(&slot, "main", oid);
    world_do(world, "cd pool/pool-1; git symbolic-ref HEAD refs/heads/none");
    assert_false(git_tree_detach(&slot.tree, &err));
    says(&err, MC_UNAVAILABLE, ": its branch has no commit yet", slot.path);
    world_do(world, "rm repo/.git/worktrees/pool-1/HEAD");
    assert_false(git_tree_begin(&slot.tree, &(struct git_branch){.name = "b", .start = oid}, &err));
    says(&err, MC_UNAVAILABLE, ": its HEAD cannot be read", slot.path);
    assert_false(git_tree_detach(&slot.tree, &err));
    says(&err, MC_UNAVAILABLE, ": its HEAD cannot be read", slot.path);
    world_do(world, "cd repo/.git; rm HEAD; ln -s refs/heads/main HEAD"); /* an old one */
    assert_true(git_head_branch(&slot.git, &branch, &err));
    assert_string_equal(branch, "main");
    free(branch);
    world_do(world, "rm repo/.git/HEAD");
    assert_false(git_head_branch(&slot.git, &branch, &err));
    says(&err, MC_CONFIG, ": its HEAD cannot be read", world->repo);
    assert_null(branch);
    close_slot(&slot);
}

/* The repository is in order, and its other slots are: it is said of this one. */
static void blames_no_repository_for_a_submodule(void **state) {
    /* where git keeps its folder, and in it, as of old */
    static const char *const places[] = {":", "cd pool; rm pool-1/sub/.git; mv inside pool-1/sub/.git"};
    struct git_world *world = *state;
    struct slot_facts facts;
    struct slot slot;
    struct err err = {0};
    make_slot(&slot, world);
    world_do(world, "git clone -q repo lib; cd pool/pool-1; git -c protocol.file.allow=always submodule --quiet add "
                    "\"$W/lib\" sub; git commit -qm sub; g=$(git -C sub rev-parse --absolute-git-dir);"
                    "cp -a \"$g\" ../inside; git config -f ../inside/config --unset core.worktree;"
                    "echo '[' >>\"$g/config\"; echo '[' >>../inside/config");
    for (size_t i = 0; i < 2; i++) {
        facts = (struct slot_facts){.place = SLOT_AT_TREE};
        world_do(world, places[i]);
        assert_false(git_tree_look(&slot.tree, &facts, NULL, &err));
        assert_int_equal(err.code, MC_UNAVAILABLE);
        if (strstr(err.text, "git status in ") == NULL || strstr(err.text, "bad config") == NULL || err.advice)
            fail_msg("%s: %s", places[i], err.text);
        err_release(&err);
        err = (struct err){0};
        slot_facts_release(&facts);
    }
    close_slot(&slot);
}

/* What git opens, and would wait for; found without it, however deep. */
static void asks_no_git_that_would_be_held_up(void **state) {
    static const struct {
        const char *script, *at; /* NULL: git is asked */
    } all[] = {{"mkfifo .gitignore", ".gitignore"},
               {"mkfifo src/.gitignore", "src/.gitignore"},
               {"mkfifo .gitattributes", ".gitattributes"},
               {"mkfifo src/.mailmap", "src/.mailmap"},
               {"mkfifo .gitmodules", ".gitmodules"},
               {"ln -s ../../fifo .gitmodules", ".gitmodules"},
               {"d=a/b/c/d/e/f/g/h/i/j/k; mkdir -p $d; mkfifo $d/.gitignore", "a/b/c/d/e/f/g/h/i/j/k/.gitignore"},
               {"mkfifo src/pipe .gitignores gitignore src/.gitconfig", NULL},
               {"ln -s ../../fifo .gitignore; ln -s fifo .gitattributes; ln -s fifo .mailmap", NULL},
               {"mkdir -p .gitignore .gitattributes .mailmap", NULL},
               {"git init -q inner; mkfifo inner/.git/.gitignore; ln -s \"$W\" out", NULL}};
    struct git_world *world = *state;
    struct slot_facts facts = {0};
    struct slot slot;
    struct err err = {0};
    make_slot(&slot, world);
    world_do(world, "mkfifo fifo .gitignore");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char *script = xasprintf("cd pool/pool-1; rm -f .gitignore; %s", all[i].script);
        bool (*const looks[])(const struct git_tree *, struct slot_facts *, struct git_changes *,
                              struct err *) = {git_tree_look, git_tree_glance};
        world_do(world, script);
        for (size_t which = 0; which < 2; which++) {
            facts.place = SLOT_AT_TREE;
            if (!looks[which](&slot.tree, &facts, NULL, &err))
                fail_msg("%s: %s", all[i].script, err.text);
            assert_int_equal(facts.held_up, all[i].at != NULL);
            if (all[i].at != NULL)
                assert_string_equal(facts.example, all[i].at);
            assert_int_equal(facts.head[0] == '\0', all[i].at != NULL);
            slot_facts_release(&facts);
        }
        world_do(world, "cd pool/pool-1; rm -rf .gitignore .gitattributes .gitmodules .mailmap inner out a;"
                        "find . -type p -delete; git reset -q --hard");
        free(script);
    }
    for (int i = 0; i < 2; i++) {
        world_do(world, i == 0 ? "cd repo/.git/worktrees/pool-1; rm index; mkfifo index"
                               : "cd repo/.git/worktrees/pool-1; rm index; ln -s \"$W/fifo\" index");
        look(&slot, &facts, NULL);
        assert_true(facts.held_up);
        assert_string_equal(strrchr(facts.example, '/'), "/index");
        assert_memory_equal(facts.example, slot.tree.admin, strlen(slot.tree.admin));
        slot_facts_release(&facts);
    }
    close_slot(&slot);
}

/* What stands in a file's place, and is none that could be kept. */
static void counts_what_cannot_be_read(void **state) {
    struct git_world *world = *state;
    struct slot_facts facts;
    struct slot slot;
    make_slot(&slot, world);
    world_do(world, "cd pool/pool-1; rm two src/one; mkfifo two; mkdir src/one; echo x >.gitignore");
    look(&slot, &facts, NULL);
    assert_int_equal(facts.changed, 3);
    assert_int_equal(facts.unreadable, 1);
    assert_string_equal(facts.example, "two");
    slot_facts_release(&facts);
    close_slot(&slot);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(makes_a_worktree_and_finds_it, world_make, world_end),
        cmocka_unit_test_setup_teardown(knows_each_wrong_place, world_make, world_end),
        cmocka_unit_test_setup_teardown(knows_the_main_checkout_and_what_is_outside, world_make, world_end),
        cmocka_unit_test_setup_teardown(tells_nothing_of_what_it_could_not_read, world_make, world_end),
        cmocka_unit_test_setup_teardown(begins_a_branch_here_and_elsewhere, world_make, world_end),
        cmocka_unit_test_setup_teardown(overwrites_neither_branch_nor_file, world_make, world_end),
        cmocka_unit_test_setup_teardown(removes_no_git_that_it_never_lists, world_make, world_end),
        cmocka_unit_test_setup_teardown(refuses_what_git_puts_nowhere, world_make, world_end),
        cmocka_unit_test_setup_teardown(moves_left_locks_aside, world_make, world_end),
        cmocka_unit_test_setup_teardown(lists_every_change_by_its_bytes, world_make, world_end),
        cmocka_unit_test_setup_teardown(passes_over_prompts_of_ours, world_make, world_end),
        cmocka_unit_test_setup_teardown(tells_what_is_under_way, world_make, world_end),
        cmocka_unit_test_setup_teardown(sees_behind_marks, world_make, world_end),
        cmocka_unit_test_setup_teardown(fills_what_was_left_out, world_make, world_end),
        cmocka_unit_test_setup_teardown(is_made_sparse, world_make, world_end),
        cmocka_unit_test_setup_teardown(looks_into_submodules, world_make, world_end),
        cmocka_unit_test_setup_teardown(tells_who_works_there_and_who_holds_head, world_make, world_end),
        cmocka_unit_test_setup_teardown(goes_on_wherever_it_was_killed, world_make, world_end),
        cmocka_unit_test_setup_teardown(goes_on_with_a_half_made_one, world_make, world_end),
        cmocka_unit_test_setup_teardown(goes_on_beside_a_half_made_one, world_make, world_end),
        cmocka_unit_test_setup_teardown(keeps_what_an_entry_holds, world_make, world_end),
        cmocka_unit_test_setup_teardown(gives_up_no_conflict_and_no_submodule, world_make, world_end),
        cmocka_unit_test_setup_teardown(works_in_odd_repositories, world_make, world_end),
        cmocka_unit_test_setup_teardown(tells_a_head_that_is_none, world_make, world_end),
        cmocka_unit_test_setup_teardown(asks_no_git_that_would_be_held_up, world_make, world_end),
        cmocka_unit_test_setup_teardown(counts_what_cannot_be_read, world_make, world_end),
        cmocka_unit_test_setup_teardown(blames_no_repository_for_a_submodule, world_make, world_end),
        cmocka_unit_test(knows_what_is_no_status),
        cmocka_unit_test(counts_to_a_million),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
