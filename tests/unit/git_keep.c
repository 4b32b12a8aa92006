#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/resource.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "git_world.h"
#include "host/git_blobs.h"
#include "host/git_keep.h"
#include "refused.h"

REFUSABLE(fsync, int, -1, (int fd), (fd))
REFUSABLE(syncfs, int, -1, (int fd), (fd))
REFUSABLE(faccessat, int, -1, (int fd, const char *path, int mode, int flags), (fd, path, mode, flags))

#define REF "refs/mc/preserved/MC-1/run"

/* A slot whose HEAD is the world's one commit, and what has changed in it: told, not looked for. */
struct slot {
    struct git_world *world;
    struct git git;
    struct git_tree tree;
    struct git_changes changes;
    char oid[OID_SIZE]; /* what was kept last, */
    bool apart;         /* and without what was kept before */
};

static int make(void **state) {
    struct slot *slot = xcalloc(1, sizeof *slot);
    struct err err = {0};
    void *world;
    assert_int_equal(world_make(&world), 0);
    slot->world = world;
    world_do(slot->world, "git -C repo worktree add -q --detach ../pool/pool-1");
    assert_true(git_open(&slot->git, slot->world->repo, &err));
    slot->git.lock = -1;
    slot->tree = (struct git_tree){.git = &slot->git,
                                   .path = xasprintf("%s/pool-1", slot->world->pool),
                                   .admin = xasprintf("%s/.git/worktrees/pool-1", slot->world->repo)};
    *state = slot;
    return 0;
}

static void forget(struct slot *slot) {
    for (size_t i = 0; i < slot->changes.count; i++)
        free(slot->changes.items[i].path);
    free(slot->changes.items);
    slot->changes = (struct git_changes){0};
}

static int end(void **state) {
    struct slot *slot = *state;
    void *world = slot->world;
    forget(slot);
    free(slot->tree.path);
    free(slot->tree.admin);
    git_release(&slot->git);
    assert_int_equal(world_end(&world), 0);
    free(slot);
    return 0;
}

static struct git_change *change(struct slot *slot, const char *path, enum git_change_kind kind) {
    struct git_changes *changes = &slot->changes;
    changes->items = xgrow(changes->items, changes->count, &changes->cap, sizeof *changes->items);
    changes->items[changes->count] = (struct git_change){.path = xstrdup(path), .kind = kind};
    return &changes->items[changes->count++];
}

static void tracked(struct slot *slot, const char *path) {
    change(slot, path, CHANGE_TRACKED)->in_head = true;
}
static void untracked(struct slot *slot, const char *path) {
    change(slot, path, CHANGE_UNTRACKED);
}

static void in_slot(struct slot *slot, const char *script) {
    char *whole = xasprintf("cd pool/pool-1; %s", script);
    world_do(slot->world, whole);
    free(whole);
}

static void expect(struct slot *slot, const char *script, const char *printed) {
    char *whole = xasprintf("cd pool/pool-1; %s", script);
    world_expect(slot->world, whole, printed);
    free(whole);
}

static bool keep(struct slot *slot, const char *earlier, struct err *err) {
    struct git_keeping keeping = {.ref = REF, .earlier = earlier, .message = "work", .most = 4096};
    bool done = git_keep(&slot->tree, &slot->changes, &keeping, err);
    slot->apart = keeping.apart;
    if (done)
        text_copy(slot->oid, sizeof slot->oid, keeping.oid);
    return done;
}

static bool whole(struct slot *slot, bool again, struct err *err) {
    struct git_kept kept = {.oid = slot->oid, .again = again};
    return git_kept_whole(&slot->tree, &slot->changes, &kept, err);
}

static bool clean(struct slot *slot, struct err *err) {
    return git_clean(&slot->tree, &slot->changes, err);
}

static void good(bool done, struct err *err) {
    if (!done)
        print_error("%d %s\n", (int)err->code, err->text);
    assert_true(done);
}

/* It says so, and names the path. */
static void bad(bool done, struct err *err, enum mc_exit code, const char *named) {
    assert_false(done);
    assert_non_null(err->text);
    if (strstr(err->text, named) == NULL || err->code != code)
        print_error("%d %s\n", (int)err->code, err->text);
    assert_non_null(strstr(err->text, named));
    assert_int_equal(err->code, code);
    err_release(err);
}

/* An edited, a deleted and a new file. */
static void dirty(struct slot *slot) {
    in_slot(slot, "echo changed >>two; rm run.sh; mkdir new; echo new >new/file");
    tracked(slot, "run.sh");
    tracked(slot, "two");
    untracked(slot, "new/file");
}

static void test_kept_and_clean(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    dirty(slot);
    in_slot(slot, "mkdir build; echo cache >build/cache");
    good(keep(slot, NULL, &err), &err);
    expect(slot, "git status --porcelain | tr '\\n' ,", " D run.sh, M two,?? new/,");
    good(whole(slot, false, &err), &err);
    good(clean(slot, &err), &err);
    expect(slot, "git status --porcelain; ls; cat build/cache", "build\nlink\nrun.sh\nsrc\ntwo\ncache");
    expect(slot, "git diff --no-renames --name-status HEAD " REF " | tr '\\t\\n' ' ,'", "A new/file,D run.sh,M two,");
    expect(slot, "git show " REF ":two; git log -1 --format='%an %ae %s' " REF,
           "two\nchanged\nmc-pickup mc-pickup@localhost work");
    expect(slot,
           "test \"$(git rev-parse " REF
           "^)\" = \"$(git rev-parse HEAD)\"; git fsck --strict 2>&1 | grep -v dangling || true",
           "");
}

static void test_the_index_is_a_parent(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    dirty(slot);
    in_slot(slot, "echo staged >two; git add two; echo changed >two; echo n >n; git add -N n");
    slot->changes.items[1].staged = true;
    change(slot, "n", CHANGE_TRACKED);
    expect(slot, "cp ../../repo/.git/worktrees/pool-1/index ../before", "");
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    expect(slot, "cmp ../../repo/.git/worktrees/pool-1/index ../before", "");
    expect(slot, "git show " REF "^2:two; git log -1 --format=%b " REF "^2 | grep Intent", "staged\nIntent-to-add: n");
    expect(slot, "ls ../../repo/.git/worktrees/pool-1 | grep mc- || true", "");
    good(clean(slot, &err), &err);
    expect(slot, "git status --porcelain", "");
}

static void test_another_index_is_found(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    in_slot(slot, "echo staged >two; git add two");
    tracked(slot, "two");
    slot->changes.items[0].staged = true;
    good(keep(slot, NULL, &err), &err);
    in_slot(slot, "echo other >>two; git add two; echo staged >two");
    bad(whole(slot, false, &err), &err, MC_DATAERR, "/pool-1 is not what was preserved as ");
}

/* Whatever it leads to would be copied, and a device has no end. */
static void test_an_index_that_leads_elsewhere_is_not_read(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    in_slot(slot, "echo staged >two; git add two; g=../../repo/.git/worktrees/pool-1; mv $g/index $g/elsewhere;"
                  "ln -s elsewhere $g/index");
    tracked(slot, "two");
    slot->changes.items[0].staged = true;
    bad(keep(slot, NULL, &err), &err, MC_CANTCREAT, "index cannot be copied");
    expect(slot, "git for-each-ref refs/mc", "");
}

static void test_what_is_too_large(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    in_slot(slot, "head -c 4000 /dev/zero >large; head -c 97 /dev/zero >little");
    untracked(slot, "large");
    untracked(slot, "little");
    bad(keep(slot, NULL, &err), &err, MC_DATAERR,
        "/pool-1 holds beyond its commit is 4097 bytes, more than the 4096 that are preserved");
    expect(slot, "git for-each-ref refs/mc", "");
    in_slot(slot, "head -c 96 /dev/zero >little");
    good(keep(slot, NULL, &err), &err);
}

static void test_what_cannot_be_kept(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    static const struct {
        int kind;
        const char *says;
    } kinds[] = {{CHANGE_UNMERGED, "is in conflict and cannot be preserved"},
                 {CHANGE_SUBMODULE, "is a changed submodule and cannot be preserved"},
                 {CHANGE_NESTED, "is a repository of its own and cannot be preserved"},
                 {99, "is nothing that can be preserved"}};
    change(slot, "two", CHANGE_TRACKED);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char *told = xasprintf("%s/two %s", slot->tree.path, kinds[i].says);
        slot->changes.items[0].kind = (enum git_change_kind)kinds[i].kind;
        assert_false(keep(slot, NULL, &err));
        assert_string_equal(err.text, told);
        assert_int_equal(err.code, MC_DATAERR);
        err_release(&err);
        err = (struct err){0};
        free(told);
    }
}

static void test_a_full_disk_leaves_no_ref(void **state) {
    struct slot *slot = *state;
    struct rlimit before, little = {.rlim_cur = 2048};
    struct err err = {0};
    in_slot(slot, "head -c 4000 /dev/urandom >random");
    untracked(slot, "random");
    in_slot(slot, "touch ../../repo/.git/worktrees/pool-1/fast_import_crash_1");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    little.rlim_max = before.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    bool done = keep(slot, NULL, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    bad(done, &err, MC_IOERR, "git fast-import in");
    expect(slot, "git for-each-ref refs/mc; ls ../../repo/.git/worktrees/pool-1 | grep crash || true", "");
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
}

static void test_a_stale_look_is_found(void **state) {
    struct slot *slot = *state;
    struct git_blob blob = {.path = "two"};
    struct git_blobs blobs = {.items = &blob, .count = 1};
    struct beneath beneath;
    struct err err = {0};
    assert_true(beneath_open(&beneath, slot->tree.path, &err));
    assert_true(beneath_look(&beneath, "two", &blob.seen, &err));
    in_slot(slot, "echo grown >>two");
    bad(git_blobs_write(&slot->tree, &beneath, &blobs, &err), &err, MC_DATAERR, "two");
    beneath_release(&beneath);
}

#define KIND " is not of the kind or mode of what was preserved as "
#define BYTES " does not hold the bytes of what was preserved as "
#define OTHER " has not changed, other than what was preserved as "

static void test_other_bytes_are_found(void **state) {
    static const char *const forgeries[][2] = {{"echo changes >two", BYTES},
                                               {"chmod +x two", KIND},
                                               {"rm two; ln -s x two", KIND},
                                               {"rm two", KIND},
                                               {"echo more >>two", BYTES}};
    struct slot *slot = *state;
    struct err err = {0};
    for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
        forget(slot);
        in_slot(slot, "rm -f two; echo changed >two");
        tracked(slot, "two");
        good(keep(slot, NULL, &err), &err);
        in_slot(slot, forgeries[i][0]);
        bad(whole(slot, false, &err), &err, MC_DATAERR, forgeries[i][1]);
        in_slot(slot, "git checkout -q .; echo precious >>two"); /* and nothing was compared: nothing is removed */
        bad(clean(slot, &err), &err, MC_DATAERR, "/pool-1/two has changed since it was kept");
        expect(slot, "tail -1 two", "precious");
    }
}

static void test_a_link_for_a_folder_is_found(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    in_slot(slot, "mkdir ../outside; echo changed | tee src/one >../outside/one");
    tracked(slot, "src/one");
    good(keep(slot, NULL, &err), &err);
    in_slot(slot, "mv src ../aside; ln -s ../outside src");
    bad(whole(slot, false, &err), &err, MC_DATAERR, "src/one");
    in_slot(slot, "rm src; mv ../aside src");
    good(whole(slot, false, &err), &err);
    in_slot(slot, "mv src ../aside; ln -s ../outside src");
    (void)clean(slot, &err);
    err_release(&err);
    expect(slot, "cat ../outside/one ../aside/one; test -L src", "changed\nchanged");
}

/* Another commit under the same ref, made of ours by a person's git. */
static void forge(struct slot *slot, const char *script) {
    char *forged = xasprintf("cd pool/pool-1; export GIT_INDEX_FILE=../forged; git read-tree %s; %s;"
                             "t=$(git write-tree); git cat-file commit %s | sed \"1s/.*/tree $t/\" |"
                             "git hash-object -t commit -w --stdin",
                             slot->oid, script, slot->oid);
    char *oid = world_shell(slot->world, forged);
    text_copy(slot->oid, sizeof slot->oid, oid);
    free(oid);
    free(forged);
}

static void test_another_commit_is_found(void **state) {
    static const char *const forgeries[][2] = {
        {"git update-index --force-remove new/file", "pool-1/new/file" KIND},
        {"git update-index --add --cacheinfo 100644,$(git rev-parse HEAD:run.sh),run.sh", "pool-1/run.sh" KIND},
        {"git update-index --cacheinfo 100644,$(git rev-parse HEAD:run.sh),two", "pool-1/two" BYTES},
        {"git update-index --cacheinfo 100755,$(git rev-parse :two),two", "pool-1/two" KIND},
        {"git update-index --cacheinfo 120000,$(git rev-parse :two),two", "pool-1/two" KIND},
        {"git update-index --add --cacheinfo 100644,$(git rev-parse :two),extra", "pool-1/extra" OTHER},
        {"git update-index --force-remove src/one", "pool-1/src/one" OTHER},
    };
    struct slot *slot = *state;
    struct err err = {0};
    dirty(slot);
    for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
        good(keep(slot, NULL, &err), &err);
        good(whole(slot, false, &err), &err);
        forge(slot, forgeries[i][0]);
        bad(whole(slot, false, &err), &err, MC_DATAERR, forgeries[i][1]);
    }
}

/* Half of it was removed; a person has committed some of what was left, and more has come. */
static void test_what_was_kept_on_another_commit(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    char first[OID_SIZE], *ancestor;
    dirty(slot);
    in_slot(slot, "echo gone >anew; echo staged >staged; git add staged");
    untracked(slot, "anew");
    change(slot, "staged", CHANGE_TRACKED)->staged = true;
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    text_copy(first, sizeof first, slot->oid);
    in_slot(slot, "git reset -q; rm anew staged; git checkout -q two run.sh; git add new;"
                  " git -c user.name=a -c user.email=a@b commit -qm some; echo late >late");
    forget(slot);
    untracked(slot, "late");
    good(keep(slot, first, &err), &err);
    assert_false(slot->apart);
    good(whole(slot, true, &err), &err);
    expect(slot,
           "git show " REF ":two " REF ":anew " REF ":late " REF ":new/file " REF
           "^2:staged; git diff --name-only HEAD " REF,
           "two\nchanged\ngone\nlate\nnew\nstaged\nanew\nlate\nrun.sh\nstaged\ntwo");
    in_slot(slot, "echo other >two; git -c user.name=a -c user.email=a@b commit -qam other");
    text_copy(first, sizeof first, slot->oid);
    good(keep(slot, first, &err), &err);
    assert_true(slot->apart);
    good(whole(slot, true, &err), &err);
    expect(slot, "git diff --name-only HEAD " REF, "late");
    ancestor = xasprintf("git merge-base --is-ancestor %s " REF " && echo held", first);
    expect(slot, ancestor, "held");
    free(ancestor);
}

static void test_another_head_is_found(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    dirty(slot);
    good(keep(slot, NULL, &err), &err);
    in_slot(slot, "git commit -q --allow-empty -m more");
    bad(whole(slot, false, &err), &err, MC_DATAERR, "is at commit");
    text_copy(slot->oid, sizeof slot->oid, "0000000000000000000000000000000000000001");
    assert_false(whole(slot, false, &err));
    err_release(&err);
}

static void test_a_lost_object_is_found(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    dirty(slot);
    good(keep(slot, NULL, &err), &err);
    in_slot(slot,
            "cd ../../repo/.git/objects; mv pack/*.pack ../; for p in ../*.pack; do git unpack-objects -q <$p; done;"
            "rm -f pack/*; o=$(git -C ../../../pool/pool-1 rev-parse " REF ":new/file); rm -f ${o:0:2}/${o:2}");
    bad(whole(slot, false, &err), &err, MC_DATAERR, "the repository has not got object ");
}

static void test_a_spoilt_staged_object_is_found(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    in_slot(slot, "echo staged >two; git add two; echo changed >two");
    tracked(slot, "two");
    slot->changes.items[0].staged = true;
    good(keep(slot, NULL, &err), &err);
    in_slot(slot, "cd ../../repo/.git/objects; mv pack/*.pack .; rm -f pack/*; for p in *.pack; do git unpack-objects "
                  "-q <$p; done");
    in_slot(slot, "o=$(git rev-parse :two); f=../../repo/.git/objects/${o:0:2}/${o:2}; chmod +w $f; truncate -s 5 $f");
    bad(whole(slot, false, &err), &err, MC_DATAERR, "the repository has not got object ");
}

/* The folder of a tracked file has given way to a link that git ignores: nothing at all is taken away. */
static void test_what_cannot_be_cleaned_is_left_whole(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    in_slot(slot, "mkdir sub; echo x >sub/file; git add sub; git -c user.name=a -c user.email=a@b commit -q -m more;"
                  " rm -r sub; ln -s /nowhere sub; echo /sub >>../../repo/.git/info/exclude; echo new >anew");
    untracked(slot, "anew");
    tracked(slot, "sub/file");
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    bad(clean(slot, &err), &err, MC_CANTCREAT, "sub/file");
    expect(slot, "cat anew", "new");
}

/* A git that is ended in the middle of a file leaves half of it: nowhere where that is taken for somebody's work. */
static void test_a_write_that_is_cut_short(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    struct rlimit before;
    char first[OID_SIZE];
    in_slot(slot, "head -c 200000 /dev/zero >two; git -c user.name=a -c user.email=a@b commit -qam large;"
                  " echo precious >two; rm run.sh");
    tracked(slot, "run.sh");
    tracked(slot, "two");
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    text_copy(first, sizeof first, slot->oid);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){.rlim_cur = 65536, .rlim_max = before.rlim_max}), 0);
    assert_false(clean(slot, &err));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(slot_rule_failed(err.code).end, SLOT_WAIT);
    err_release(&err);
    expect(slot, "ls; ls -A .. | grep -v pool-1$ || true", "link\nsrc");
    good(keep(slot, first, &err), &err);
    good(whole(slot, true, &err), &err);
    expect(slot, "git show " REF ":two; git cat-file -e " REF ":run.sh 2>/dev/null || echo gone", "precious\ngone");
    good(clean(slot, &err), &err);
    expect(slot, "git status --porcelain; wc -c <two; ls -l run.sh | cut -c1-10; ls -A ..",
           "200000\n-rwxr-xr-x\npool-1");
}

/* Of one that has died a whole copy, or a part of one, stands beside the tree. */
static void test_what_a_killed_one_has_left(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    in_slot(slot,
            "rm two; mkdir -p ../.pool-1.clean/src; echo half >../.pool-1.clean/two; echo x >../.pool-1.clean/src/one");
    tracked(slot, "two");
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    good(clean(slot, &err), &err);
    expect(slot, "git status --porcelain; ls -A ..; stat -c %h two", "pool-1\n1");
    in_slot(slot, "rm two; echo x >../.pool-1.clean");
    good(clean(slot, &err), &err);
    expect(slot, "git status --porcelain; ls -A ..", "pool-1");
}

/* Somebody's git that looks, which an editor starts just when files change. */
static void test_a_lock_for_a_moment(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    dirty(slot);
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    in_slot(slot, ": >$(git rev-parse --git-path index.lock)");
    assert_false(clean(slot, &err));
    assert_int_equal(slot_rule_failed(err.code).end, SLOT_WAIT);
    err_release(&err);
    in_slot(slot, "rm $(git rev-parse --git-path index.lock)");
    good(clean(slot, &err), &err);
    expect(slot, "git status --porcelain", "");
}

/* What a power cut may still take is in no place yet where that would be taken for somebody's work. */
static void test_what_is_not_flushed(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    dirty(slot);
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    refuse("syncfs", EIO, 0, 1);
    bad(clean(slot, &err), &err, MC_IOERR, "/.pool-1.clean cannot be written: Input/output error");
    assert_true(refuse_over());
    expect(slot, "ls; ls -A ..", "link\nsrc\npool-1");
    good(clean(slot, &err), &err);
    expect(slot, "git status --porcelain", "");
}

/* The way of a name is asked before the first one goes. */
static void test_no_right_to_remove(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    dirty(slot);
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    refuse("faccessat", EACCES, 1, 1);
    bad(clean(slot, &err), &err, MC_NOPERM, "two cannot be removed");
    expect(slot, "cat new/file; tail -1 two", "new\nchanged");
}

static void test_what_changed_since_survives(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    dirty(slot);
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    /* as long as before, and with its old times: its change of status tells */
    in_slot(slot, "touch -r two ../stamp; printf 'two\\nCHANGED\\n' >two; touch -r ../stamp two");
    bad(clean(slot, &err), &err, MC_DATAERR, "two");
    expect(slot, "tail -1 two", "CHANGED");
}

static void test_what_appears_meanwhile_survives(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    dirty(slot);
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    in_slot(slot, "echo appeared >run.sh; echo other >new/other");
    (void)clean(slot, &err);
    err_release(&err);
    expect(slot, "cat run.sh new/other", "appeared\nother");
}

static void test_ignored_files_are_named_not_removed(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    in_slot(slot, "rm two; mkdir -p two/deep; echo precious >two/deep/x.o; echo work >>src/one; echo work >new");
    tracked(slot, "two");
    tracked(slot, "src/one");
    untracked(slot, "new");
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    bad(clean(slot, &err), &err, MC_CANTCREAT, "two");
    expect(slot, "cat two/deep/x.o; tail -1 src/one; cat new", "precious\nwork\nwork"); /* all of it, or none */
}

static void test_an_ignored_file_for_a_folder(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    in_slot(slot, "git rm -q --cached src/one; mkdir build.d; git reset -q; rm -r src; echo '/src' >>"
                  "$(git rev-parse --git-path info/exclude); echo precious >src");
    tracked(slot, "src/one");
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    bad(clean(slot, &err), &err, MC_CANTCREAT, "src/one");
    expect(slot, "cat src", "precious");
}

static void test_what_was_kept_before_stays(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    char first[OID_SIZE];
    dirty(slot);
    in_slot(slot, "echo staged >staged; git add staged");
    change(slot, "staged", CHANGE_TRACKED)->staged = true;
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    text_copy(first, sizeof first, slot->oid);
    /* half of it was removed, the index is as HEAD, and something new came */
    in_slot(slot, "git reset -q; rm -r two new; echo late >late");
    forget(slot);
    tracked(slot, "run.sh");
    tracked(slot, "two");
    untracked(slot, "staged");
    untracked(slot, "late");
    good(keep(slot, first, &err), &err);
    bad(whole(slot, false, &err), &err, MC_DATAERR, "pool-1/new/file" OTHER);
    good(whole(slot, true, &err), &err);
    expect(slot, "git show " REF ":two " REF ":late " REF ":new/file " REF "^2:staged",
           "two\nchanged\nlate\nnew\nstaged");
    expect(slot, "git log -1 --format=%s " REF "^2", "index");
    expect(slot, "git cat-file -e " REF ":run.sh 2>/dev/null || echo gone", "gone");
    forge(slot, "git update-index --cacheinfo 100644,$(git rev-parse HEAD:run.sh),new/file");
    bad(whole(slot, true, &err), &err, MC_DATAERR, "new/file");
}

/* What a person deletes or moves, in a slot of which something was kept, does not come back. */
static void test_what_was_deleted_since_stays_deleted(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    char first[OID_SIZE];
    in_slot(slot, "echo changed >>two");
    tracked(slot, "two");
    good(keep(slot, NULL, &err), &err);
    text_copy(first, sizeof first, slot->oid);
    in_slot(slot, "rm two; mv run.sh go.sh; rm -r src");
    tracked(slot, "run.sh");
    tracked(slot, "src/one");
    untracked(slot, "go.sh");
    good(keep(slot, first, &err), &err);
    good(whole(slot, true, &err), &err);
    expect(slot, "git diff-tree -r --name-status HEAD " REF, "A\tgo.sh\nD\trun.sh\nD\tsrc/one\nM\ttwo");
}

/* A file where what was kept before had a folder: that one stays in the earlier commit. */
static void test_what_gave_way(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    char first[OID_SIZE];
    dirty(slot);
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
    text_copy(first, sizeof first, slot->oid);
    in_slot(slot, "rm -r new; echo file >new");
    forget(slot);
    untracked(slot, "new");
    tracked(slot, "two");
    good(keep(slot, first, &err), &err);
    good(whole(slot, true, &err), &err);
    expect(slot, "git show " REF ":new " REF "^2:new/file", "file\nnew");
    forge(slot, "git update-index --force-remove src/one");
    bad(whole(slot, true, &err), &err, MC_DATAERR, "src/one");
}

static void test_a_lock_of_a_killed_git(void **state) {
    struct slot *slot = *state;
    struct err err = {0};
    dirty(slot);
    in_slot(slot, "g=../../repo/.git; mkdir -p $g/" REF "; rmdir $g/" REF "; touch $g/" REF ".lock;"
                  "touch $g/worktrees/pool-1/mc-index $g/worktrees/pool-1/mc-index.lock");
    good(keep(slot, NULL, &err), &err);
    good(whole(slot, false, &err), &err);
}

/* The pack's name, then each folder of the ref's. */
static void test_a_name_that_is_not_flushed(void **state) {
    enum { NAMES = 4 };
    struct slot *slot = *state;
    struct err err = {0};
    dirty(slot);
    for (int behind = 0; behind <= NAMES; behind++) {
        refuse("fsync", EIO, behind, 1);
        bad(keep(slot, NULL, &err), &err, MC_IOERR,
            behind == 0 ? ".idx cannot be written: Input/output error"
                        : "/" REF ": its name cannot be flushed: Input/output error");
        assert_true(refuse_over());
        err = (struct err){0};
    }
    refuse("fsync", EIO, NAMES + 1, 1);
    good(keep(slot, NULL, &err), &err);
    assert_false(refuse_over());
    good(whole(slot, false, &err), &err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_kept_and_clean),
        TEST(test_the_index_is_a_parent),
        TEST(test_another_index_is_found),
        TEST(test_an_index_that_leads_elsewhere_is_not_read),
        TEST(test_what_is_too_large),
        TEST(test_what_cannot_be_kept),
        TEST(test_a_full_disk_leaves_no_ref),
        TEST(test_a_stale_look_is_found),
        TEST(test_other_bytes_are_found),
        TEST(test_a_link_for_a_folder_is_found),
        TEST(test_another_commit_is_found),
        TEST(test_what_was_kept_on_another_commit),
        TEST(test_another_head_is_found),
        TEST(test_a_lost_object_is_found),
        TEST(test_a_write_that_is_cut_short),
        TEST(test_what_a_killed_one_has_left),
        TEST(test_a_lock_for_a_moment),
        TEST(test_what_is_not_flushed),
        TEST(test_no_right_to_remove),
        TEST(test_what_changed_since_survives),
        TEST(test_what_appears_meanwhile_survives),
        TEST(test_ignored_files_are_named_not_removed),
        TEST(test_an_ignored_file_for_a_folder),
        TEST(test_what_was_kept_before_stays),
        TEST(test_a_spoilt_staged_object_is_found),
        TEST(test_what_cannot_be_cleaned_is_left_whole),
        TEST(test_what_was_deleted_since_stays_deleted),
        TEST(test_what_gave_way),
        TEST(test_a_lock_of_a_killed_git),
        TEST(test_a_name_that_is_not_flushed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
