#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "git_world.h"
#include "host/git_keep.h"
#include "host/git_onto.h"
#include "host/git_part.h"
#include "refused.h"

REFUSABLE(fchmod, int, -1, (int fd, mode_t mode), (fd, mode))
REFUSABLE(symlinkat, int, -1, (const char *to, int at, const char *path), (to, at, path))
REFUSABLE(syncfs, int, -1, (int fd), (fd))
REFUSABLE(renameat, int, -1, (int at, const char *path, int to, const char *new_path), (at, path, to, new_path))

/* Into files alone, not to a git. */
ssize_t __real_write(int fd, const void *bytes, size_t n);
ssize_t __wrap_write(int fd, const void *bytes, size_t n);
ssize_t __wrap_write(int fd, const void *bytes, size_t n) {
    struct stat seen;
    bool file = fstat(fd, &seen) == 0 && S_ISREG(seen.st_mode);
    return file && is_refused("write") ? -1 : __real_write(fd, bytes, n);
}

#define REF "refs/mc/preserved/MC-1/run"

/* A slot, and the commit that was kept of it. */
struct slot {
    struct git_world *world;
    struct git git;
    struct git_tree tree;
    char oid[OID_SIZE];
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

static int end(void **state) {
    struct slot *slot = *state;
    void *world = slot->world;
    free(slot->tree.path);
    free(slot->tree.admin);
    git_release(&slot->git);
    assert_int_equal(world_end(&world), 0);
    free(slot);
    return 0;
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

/* Whatever `work` does is kept and cleaned away. */
static void kept(struct slot *slot, const char *work) {
    struct git_keeping keeping = {.ref = REF, .message = "work", .most = INT64_MAX};
    struct git_kept read_back = {.oid = keeping.oid};
    struct git_changes changes = {0};
    struct slot_facts facts = {0};
    struct err err = {0};
    in_slot(slot, work);
    assert_true(git_tree_look(&slot->tree, &facts, &changes, &err));
    assert_true(git_keep(&slot->tree, &changes, &keeping, &err));
    assert_true(git_kept_whole(&slot->tree, &changes, &read_back, &err));
    assert_true(git_clean(&slot->tree, &changes, &err));
    text_copy(slot->oid, sizeof slot->oid, keeping.oid);
    expect(slot, "git status --porcelain", "");
    slot_facts_release(&facts);
    git_changes_release(&changes);
}

static void restored(struct slot *slot) {
    struct err err = {0};
    bool done = git_restore(&slot->tree, slot->oid, &err);
    if (!done)
        print_error("%d %s\n", (int)err.code, err.text);
    assert_true(done);
}

static void refuses_it(struct slot *slot, enum mc_exit code, const char *named) {
    struct err err = {0};
    assert_false(git_restore(&slot->tree, slot->oid, &err));
    if (err.code != code || strstr(err.text, named) == NULL)
        print_error("%d %s\n", (int)err.code, err.text);
    assert_int_equal(err.code, code);
    assert_non_null(strstr(err.text, named));
    err_release(&err);
}

#define WORK                                                                                                           \
    "echo changed >>two; rm run.sh; mkdir new; echo new >new/file; chmod +x new/file; ln -s /nowhere new/link;"        \
    "rm -r src; echo file >src; echo staged >both; git add both; echo more >>both; echo i >intent; git add -N intent"
#define SHOW                                                                                                           \
    "tail -1 two; cat new/file; readlink new/link; cat src both intent; git show :both; stat -c %a new/file two;"      \
    "git status --porcelain -uall"

static void test_all_of_it_and_once_more(void **state) {
    struct slot *slot = *state;
    kept(slot, WORK "; (" SHOW ") >../../shown");
    for (int i = 0; i < 2; i++) {
        restored(slot);
        expect(slot, "(" SHOW ") | diff ../../shown -; ls -a | grep restoring || true", "");
    }
}

static void move(struct slot *slot, struct git_onto *onto) {
    struct err err = {0};
    char tip[OID_SIZE] = "";
    bool done;
    assert_true(git_part_head(&slot->tree, tip, &err));
    onto->tip = tip;
    done = git_kept_onto(&slot->tree, onto, &err);
    if (!done)
        print_error("%d %s\n", (int)err.code, err.text);
    assert_true(done);
}

/* Commits of other files have come since: all of it stands on them. */
static void test_on_a_later_commit(void **state) {
    struct slot *slot = *state;
    struct git_onto onto = {.kept = slot->oid};
    kept(slot, WORK "; (" SHOW ") >../../shown");
    in_slot(slot, "echo mine >mine; git add mine; git commit -qm mine");
    move(slot, &onto);
    assert_string_not_equal(onto.oid, "");
    text_copy(slot->oid, sizeof slot->oid, onto.oid);
    restored(slot);
    expect(slot, "(" SHOW ") | diff ../../shown -; ls -a | grep restoring || true; cat mine", "mine");
}

/* The same file, one that stands where a folder was, and one that is only in the index. */
static void test_on_a_commit_of_the_same_files(void **state) {
    static const char *const since[] = {"echo mine >>two", "echo mine >new", "mkdir intent; echo mine >intent/file",
                                        "echo mine >both"};
    struct slot *slot = *state;
    struct git_onto onto = {.kept = slot->oid};
    kept(slot, WORK);
    for (size_t i = 0; i < sizeof since / sizeof *since; i++) {
        char *script = xasprintf("%s; git add -A; git commit -qm mine", since[i]);
        in_slot(slot, script);
        free(script);
        move(slot, &onto);
        assert_string_equal(onto.oid, "");
        in_slot(slot, "git reset -q --hard HEAD~; git clean -fdq");
    }
}

/* A call before was cut short: after any part of it the next one ends right. */
static void test_what_is_half_there(void **state) {
    static const char *const halves[] = {
        "git reset -q; git checkout -q . ; git clean -fdq",
        "git reset -q; rm two",
        "git reset -q; git checkout -q two; rm -r new; touch .mc-restoring-0",
        "rm -f src; rm -r new; git reset -q",
        "git checkout -q run.sh; git rm -q --cached intent",
    };
    struct slot *slot = *state;
    kept(slot, WORK "; (" SHOW ") >../../shown");
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        restored(slot);
        in_slot(slot, halves[i]);
        restored(slot);
        expect(slot, "(" SHOW ") | diff ../../shown -; ls -a | grep restoring || true", "");
    }
}

static void test_another_head(void **state) {
    struct slot *slot = *state;
    kept(slot, "echo changed >>two");
    in_slot(slot, "git commit -q --allow-empty -m more");
    refuses_it(slot, MC_DATAERR, "the preserved work began at");
    expect(slot, "git status --porcelain", "");
}

static void test_what_is_changed_stays(void **state) {
    static const char *const changes[][2] = {
        {"echo other >>two", "two"},       {"chmod +x two", "two"},
        {"echo other >new", "new"},        {"echo else >else", "else"},
        {"echo other >>run.sh", "run.sh"}, {"echo index >two; git add two; git show HEAD:two >two", "index"}};
    struct slot *slot = *state;
    kept(slot, "echo changed >>two; rm run.sh; echo new >new");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        in_slot(slot, changes[i][0]);
        expect(slot, "(git status --porcelain; git write-tree; cat two run.sh new else 2>&1) >../../shown || true", "");
        refuses_it(slot, MC_DATAERR, changes[i][1]);
        expect(slot,
               "(git status --porcelain; git write-tree; cat two run.sh new else 2>&1) | diff ../../shown - || true",
               "");
        in_slot(slot, "git reset -q --hard; git clean -fdq");
    }
}

static void test_ignored_files_stay(void **state) {
    struct slot *slot = *state;
    kept(slot, "echo '!new.o' >>.gitignore; echo new >new.o; rm two; echo x >x");
    in_slot(slot, "echo precious >new.o");
    refuses_it(slot, MC_CANTCREAT, "new.o");
    expect(slot, "cat new.o; git status --porcelain", "precious");
    in_slot(slot, "rm new.o; mkdir x; echo precious >x/y.o");
    refuses_it(slot, MC_CANTCREAT, "x");
    expect(slot, "cat x/y.o", "precious");
    in_slot(slot, "rm -r x");
    restored(slot);
    expect(slot, "cat new.o x", "new\nx");
}

static void test_a_file_by_the_name_of_ours(void **state) {
    struct slot *slot = *state;
    kept(slot, "echo mine >.mc-restoring-0; echo new >new");
    restored(slot);
    expect(slot, "cat .mc-restoring-0 new; git status --porcelain", "mine\nnew\n?? .mc-restoring-0\n?? new");
}

/* A commit under our ref that somebody has made: none of its paths leads out, or into git's own. */
static void test_a_hostile_commit(void **state) {
    static const char *const forgeries[] = {"printf '100644 ..\\0'", "printf '100644 .git\\0'",
                                            "printf '100644 .GIT\\0'", "printf '160000 sub\\0'"};
    struct slot *slot = *state;
    kept(slot, "echo new >new");
    for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
        char *script = xasprintf(
            "cd pool/pool-1; b=$(echo evil | git hash-object -w --stdin);"
            "t=$( (%s; printf \"$(echo $b | sed 's/../\\\\x&/g')\") | git hash-object -t tree -w --stdin --literally);"
            "git cat-file commit " REF " | sed \"1s/.*/tree $t/\" | git hash-object -t commit -w --stdin",
            forgeries[i]);
        char *oid = world_shell(slot->world, script);
        text_copy(slot->oid, sizeof slot->oid, oid);
        refuses_it(slot, MC_DATAERR, "pool-1/");
        expect(slot, "git status --porcelain; cat .git | cut -c1-7; ls .. ", "gitdir:\npool-1");
        free(oid);
        free(script);
    }
}

static void test_a_commit_of_others(void **state) {
    struct slot *slot = *state;
    char *head = world_shell(slot->world, "git -C repo rev-parse HEAD");
    text_copy(slot->oid, sizeof slot->oid, head);
    refuses_it(slot, MC_DATAERR, "no commit that preserved work");
    free(head);
}

#define LITTLE "tail -1 two; readlink lnk; stat -c %a run.sh two; git status --porcelain"

/* What is half there then is gone, and the next call does it. */
static void test_what_cannot_be_written(void **state) {
    static const struct {
        const char *call;
        int error;
        enum mc_exit code;
        const char *says;
    } calls[] = {{"write", ENOSPC, MC_IOERR, "what was preserved of ~ cannot be written: No space left on device"},
                 {"fchmod", EPERM, MC_NOPERM, "what was preserved of ~ cannot be written: Operation not permitted"},
                 {"symlinkat", EIO, MC_IOERR, "~/.mc-restoring-0 cannot be made: Input/output error"},
                 {"syncfs", EIO, MC_IOERR, "what was preserved of ~ cannot be written: Input/output error"},
                 {"renameat", EROFS, MC_IOERR, "~/lnk cannot be written: Read-only file system"}};
    struct slot *slot = *state;
    kept(slot, "echo changed >>two; ln -s nowhere lnk; chmod -x run.sh; (" LITTLE ") >../../shown");
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        const char *tail = strchr(calls[i].says, '~');
        char *told = xasprintf("%.*s%s%s", (int)(tail - calls[i].says), calls[i].says, slot->tree.path, tail + 1);
        struct err err = {0};
        refuse(calls[i].call, calls[i].error, 0, 1);
        assert_false(git_restore(&slot->tree, slot->oid, &err));
        assert_true(refuse_over());
        assert_string_equal(err.text, told);
        assert_int_equal(err.code, calls[i].code);
        err_release(&err);
        free(told);
        expect(slot, "ls -a | grep restoring || true; git reset -q --hard; git clean -fdq", "");
    }
    refuse("write", EINTR, 0, 1);
    restored(slot);
    assert_true(refuse_over());
    expect(slot, "(" LITTLE ") | diff ../../shown -", "");
    world_do(slot->world, "rm -r pool/pool-1");
    refuses_it(slot, MC_NOINPUT, "pool-1 cannot be opened");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_all_of_it_and_once_more),
        TEST(test_on_a_later_commit),
        TEST(test_on_a_commit_of_the_same_files),
        TEST(test_what_is_half_there),
        TEST(test_another_head),
        TEST(test_what_is_changed_stays),
        TEST(test_ignored_files_stay),
        TEST(test_a_file_by_the_name_of_ours),
        TEST(test_a_hostile_commit),
        TEST(test_a_commit_of_others),
        TEST(test_what_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
