/* What is told of repositories and worktrees by their files alone: no git is run, and there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/git_entry.h"
#include "host/git_place.h"
#include "host/git_tree.h"
#include "host/uproot.h"

#include "descriptors_open.h"
#include "refused.h"

REFUSABLE(link, int, -1, (const char *from, const char *to), (from, to))
REFUSABLE(unlink, int, -1, (const char *path), (path))

/* Each test in an empty folder of its own; "~" at the begin of a text that is written stands for it. */
static char *home;
static int open_before;

static int enter(void **state) {
    char name[] = "/tmp/mcplacesXXXXXX";
    (void)state;
    open_before = descriptors_open();
    if (mkdtemp(name) == NULL || chdir(name) != 0)
        return 1;
    home = folder_resolved(name);
    return 0;
}

static int leave(void **state) {
    (void)state;
    assert_int_equal(descriptors_open(), open_before);
    bool gone = chdir("/") == 0 && uproot(home, INT64_MAX);
    free(home);
    return gone ? 0 : 1;
}

static char *at_home(const char *path) {
    return path[0] == '~' ? xasprintf("%s%s", home, path + 1) : xstrdup(path);
}

static void folder(const char *path) {
    assert_int_equal(mkdir(path, 0755), 0);
}

static void put(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    char *whole = text_starts(text, "gitdir: ~") ? xasprintf("gitdir: %s%s", home, text + 9) : at_home(text);
    assert_non_null(file);
    assert_true(fputs(whole, file) >= 0);
    assert_int_equal(fclose(file), 0);
    free(whole);
}

/* Takes what it is; NULL where it is to be none. */
static void is(char *found, const char *expected) {
    char *whole = expected != NULL ? at_home(expected) : NULL;
    if (whole == NULL)
        assert_null(found);
    else
        assert_string_equal(found, whole);
    free(found);
    free(whole);
}

static void one_line_of_a_file(void **state) {
    static const struct {
        const char *text, *line;
    } rows[] = {{"a line\n", "a line"}, {"a", "a"},   {"a\r\n", "a"}, {"a\n\n\r", "a"}, {"a\nb\n", "a\nb"}, {"", NULL},
                {"\n\r\n", NULL},       {"\n", NULL}, {" ", " "}};
    enum { ROOM = PATH_MAX + 64 };
    char *most = xcalloc(1, ROOM + 2);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put("file", rows[i].text);
        is(git_line_in(".", "file"), rows[i].line);
    }
    is(git_line_in(".", "nothing"), NULL);
    memset(most, 'x', ROOM);
    put("file", most);
    is(git_line_in(".", "file"), NULL);
    most[ROOM - 1] = '\0';
    put("file", most);
    is(git_line_in(".", "file"), most);
    free(most);
    FILE *file = fopen("file", "w");
    assert_int_equal(fwrite("a\0b\n", 1, 4, file), 4);
    assert_int_equal(fclose(file), 0);
    is(git_line_in(".", "file"), NULL);
}

static void what_a_head_says(void **state) {
    (void)state;
    put("HEAD", "ref: refs/heads/main\n");
    is(git_head_of("."), "ref: refs/heads/main");
    assert_int_equal(rename("HEAD", "elsewhere"), 0);
    is(git_head_of("."), NULL);
    assert_int_equal(symlink("refs/heads/old", "HEAD"), 0);
    is(git_head_of("."), "ref: refs/heads/old");
    files_remove("HEAD");
    assert_int_equal(symlink("elsewhere", "HEAD"), 0);
    is(git_head_of("."), "ref: refs/heads/main");
    put("elsewhere", "");
    is(git_head_of("."), NULL);
}

static void folder_of(const char *path, const char *expected, bool is_linked) {
    bool linked = !is_linked;
    is(git_folder_of(path, &linked), expected);
    assert_int_equal(linked, is_linked);
}

static void where_a_dot_git_leads(void **state) {
    bool worktree = true;
    (void)state;
    folder("a");
    folder("b");
    folder_of("a", NULL, false);
    put("a/.git", "gitdir: ~/b\n");
    folder_of("a", "~/b", true);
    put("a/.git", "gitdir: ../b\n");
    folder_of("a", "~/b", true);
    put("a/.git", "gitdir: ../nowhere\n");
    folder_of("a", NULL, true);
    put("a/.git", "../b\n");
    folder_of("a", NULL, true);
    files_remove("a/.git");
    assert_int_equal(mkfifo("a/.git", 0600), 0);
    folder_of("a", NULL, false);
    files_remove("a/.git");
    assert_int_equal(symlink("../b", "a/.git"), 0);
    folder_of("a", "~/b", false);
    files_remove("a/.git");
    folder("a/.git");
    folder_of("a", "~/a/.git", false);
    is(git_common_of("a/.git", &worktree), "~/a/.git");
    assert_false(worktree);
    put("b/commondir", "../a/.git\n");
    is(git_common_of("b", &worktree), "~/a/.git");
    assert_true(worktree);
    put("b/commondir", "nowhere\n");
    is(git_common_of("b", &worktree), NULL);
    assert_true(worktree);
}

static struct git git_here(void) {
    return (struct git){.repo = home, .common = xasprintf("%s/common", home), .lock = -1};
}

static void an_entry_of_it(void **state) {
    static const struct {
        const char *admin;
        bool is;
    } rows[] = {{"~/common/worktrees/a", true},
                {"~/common/worktrees/a/b", false},
                {"~/common/worktrees", false},
                {"~/common/worktreesa/b", false},
                {"~/common/b", false},
                {"~/other/worktrees/a", false},
                {"a", false}};
    struct git git = git_here();
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *admin = at_home(rows[i].admin);
        assert_int_equal(git_entry_is(&git, admin), rows[i].is);
        free(admin);
    }
    free(git.common);
}

static void how_far_an_entry_is(void **state) {
    static const struct {
        const char *locked, *head, *commondir;
        bool ours, begun, whole;
    } rows[] = {{NULL, NULL, NULL, false, false, false},
                {"mc-pickup is making it\n", "0000", "..", true, true, false},
                {"mc-pickup is making it", "ref: x", "..", true, false, true},
                {"by hand", "12ab", "..", false, false, true},
                {"initializing\n", "12ab", "..", false, true, true},
                {NULL, "0000", "..", false, true, false},
                {NULL, "0001", "..", false, false, true},
                {NULL, "", "..", false, false, false},
                {NULL, "12ab", NULL, false, false, false},
                {NULL, "12ab", "nowhere", false, false, false},
                {NULL, NULL, "..", false, false, false}};
    (void)state;
    folder("entry");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        files_remove("entry/locked");
        files_remove("entry/HEAD");
        files_remove("entry/commondir");
        if (rows[i].locked != NULL)
            put("entry/locked", rows[i].locked);
        if (rows[i].head != NULL)
            put("entry/HEAD", rows[i].head);
        if (rows[i].commondir != NULL)
            put("entry/commondir", rows[i].commondir);
        assert_int_equal(git_entry_is_ours("entry"), rows[i].ours);
        assert_int_equal(git_entry_is_begun("entry"), rows[i].begun);
        assert_int_equal(git_entry_is_whole("entry"), rows[i].whole);
    }
}

static void nothing_but_a_dot_git(void **state) {
    (void)state;
    assert_false(git_entry_alone("nowhere"));
    folder("a");
    assert_true(git_entry_alone("a"));
    put("a/.git", "x");
    assert_true(git_entry_alone("a"));
    put("a/.gitx", "x");
    assert_false(git_entry_alone("a"));
}

static void the_entry_of_a_worktree(void **state) {
    static const struct {
        const char *gitdir, *path;
        bool names;
    } rows[] = {{"~/pool/one/.git", "~/pool/one", true},
                {"~/pool/one/.git\n", "~/pool/one", true},
                {"../../../pool/one/.git\n", "~/pool/one", true}, /* of a git that was asked for relative paths */
                {"~/door/one/.git", "~/pool/one", true},
                {"~/pool/one/.git", "~/pool/other", false},
                {"~/pool/one", "~/pool", false},
                {"~/pool/one.git", "~/pool/one", false},
                {"~/nowhere/one/.git", "~/nowhere/one", true},
                {"/.git", "", false},
                {"/one/.git", "/one", true},
                {"", "~/pool/one", false}};
    struct git git = git_here();
    (void)state;
    char *path = at_home("~/pool/one");
    is(git_entry_of(&git, path), NULL);
    folder("pool");
    folder("common");
    folder("common/worktrees");
    is(git_entry_of(&git, path), NULL);
    assert_int_equal(symlink("pool", "door"), 0);
    folder("common/worktrees/.hidden");
    put("common/worktrees/.hidden/gitdir", "~/pool/one/.git");
    is(git_entry_of(&git, path), NULL);
    folder("common/worktrees/a");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *asked = at_home(rows[i].path);
        put("common/worktrees/a/gitdir", rows[i].gitdir);
        is(git_entry_of(&git, asked), rows[i].names ? "~/common/worktrees/a" : NULL);
        free(asked);
    }
    free(path);
    free(git.common);
}

static bool there(const char *path) {
    return files_exists(path);
}

/* Of three entries whose commondir is empty, or not, the one of ours. */
static void unblocks_what_a_dead_one_left(void **state) {
    static const char *const names[] = {"ours", "ours-written", "theirs"};
    struct git git = git_here();
    char *path;
    (void)state;
    folder("common");
    folder("common/worktrees");
    for (int i = 0; i < 3; i++) {
        path = xasprintf("common/worktrees/%s", names[i]);
        folder(path);
        free(path);
        path = xasprintf("common/worktrees/%s/commondir", names[i]);
        put(path, i == 1 ? "../..\n" : "");
        free(path);
        path = xasprintf("common/worktrees/%s/locked", names[i]);
        put(path, i == 2 ? "by hand" : GIT_ENTRY_MARK);
        free(path);
    }
    git_entries_unblock(&git);
    assert_false(there("common/worktrees/ours/commondir"));
    assert_true(there("common/worktrees/ours-written/commondir"));
    assert_true(there("common/worktrees/theirs/commondir"));
    free(git.common);
}

static void fails(struct err *err, bool done, int code, const char *text) {
    char *whole = at_home(text);
    assert_false(done);
    assert_string_equal(err->text, whole);
    assert_int_equal(err->code, code);
    err_release(err);
    *err = (struct err){0};
    free(whole);
}

static void moves_locks_aside(void **state) {
    const struct git_tree tree = {.admin = home};
    struct err err = {0};
    (void)state;
    assert_true(git_tree_unlock(&tree, "why", &err));
    put("index.lock", "1");
    put("HEAD.lock", "h");
    assert_true(git_tree_unlock(&tree, "why", &err));
    assert_false(there("index.lock"));
    assert_true(there("index.lock.why") && there("HEAD.lock.why"));
    for (int i = 1; i < 100; i++) {
        put("index.lock", "x");
        assert_true(git_tree_unlock(&tree, "why", &err));
    }
    is(git_line_in(".", "index.lock.why"), "1");
    assert_true(there("index.lock.why.99"));
    put("index.lock", "last");
    put("HEAD.lock", "stays");
    fails(&err, git_tree_unlock(&tree, "why", &err), MC_UNAVAILABLE,
          "~/index.lock: cannot be moved aside: File exists");
    assert_true(there("index.lock") && there("HEAD.lock"));
    files_remove("index.lock");
    refuse("link", EPERM, 1, 1);
    fails(&err, git_tree_unlock(&tree, "why", &err), MC_NOPERM,
          "~/HEAD.lock: cannot be moved aside: Operation not permitted");
    assert_true(refuse_over());
    refuse("unlink", EROFS, 0, 1);
    fails(&err, git_tree_unlock(&tree, "other", &err), MC_IOERR,
          "~/HEAD.lock: cannot be moved aside: Read-only file system");
    assert_true(refuse_over());
}

static void make_entry(const char *locked, const char *head) {
    folder("common");
    folder("common/worktrees");
    folder("common/worktrees/one");
    folder("common/worktrees/one/logs");
    put("common/worktrees/one/gitdir", "~/pool/one/.git\n");
    put("common/worktrees/one/commondir", "../..\n");
    put("common/worktrees/one/locked", locked);
    put("common/worktrees/one/HEAD", head);
    put("common/worktrees/one/logs/HEAD", "x");
    folder("pool");
    folder("pool/one");
    put("pool/one/.git", "gitdir: ~/common/worktrees/one\n");
}

static void forget(const char *path) {
    struct git git = git_here();
    char *whole = at_home(path);
    git_tree_forget(&git, whole);
    free(whole);
    free(git.common);
}

static void forgets_what_was_begun(void **state) {
    (void)state;
    make_entry("by hand", "0000");
    files_remove("common/worktrees/one/commondir");
    put("common/worktrees/one/HEAD", "12ab");
    forget("~/pool/one"); /* somebody's */
    assert_true(there("common/worktrees/one/HEAD"));
    put("common/worktrees/one/locked", GIT_ENTRY_MARK);
    put("common/worktrees/one/commondir", "../..\n");
    forget("~/pool/one"); /* whole */
    assert_true(there("common/worktrees/one/HEAD"));
    forget("~/pool/other");
    put("common/worktrees/one/HEAD", "0000");
    folder("elsewhere");
    put("pool/one/.git", "gitdir: ~/elsewhere\n");
    forget("~/pool/one"); /* that file is another's */
    assert_false(there("common/worktrees/one"));
    assert_true(there("pool/one/.git"));
}

static void forgets_its_link_too(void **state) {
    (void)state;
    make_entry("initializing", "0000");
    folder("common/worktrees/one/refs");
    forget("~/pool/one");
    assert_false(there("common/worktrees/one"));
    assert_false(there("pool/one/.git"));
    assert_true(there("pool/one"));
    assert_true(there("common/worktrees"));
}

static void forgets_a_broken_link(void **state) {
    (void)state;
    make_entry(GIT_ENTRY_MARK, "0000");
    put("pool/one/.git", "gitdir: ~/nowhere\n");
    forget("~/pool/one");
    assert_false(there("common/worktrees/one"));
    assert_false(there("pool/one/.git"));
}

static enum slot_place find(const char *pool, const char *path, struct slot_facts *facts) {
    struct git git = git_here();
    char *whole_pool = at_home(pool), *whole = at_home(path);
    struct git_tree tree;
    git.main = xasprintf("%s/repo", home);
    *facts = (struct slot_facts){0};
    git_tree_locate(&tree, &git, &(struct git_folder){.pool = whole_pool, .path = whole}, facts);
    if (facts->place == SLOT_AT_TREE) {
        assert_string_equal(tree.path, whole);
        assert_ptr_equal(tree.git, &git);
        assert_null(tree.objects);
        is(xstrdup(tree.admin), "~/common/worktrees/one");
    }
    git_tree_release(&tree);
    free(whole_pool);
    free(whole);
    free(git.common);
    free(git.main);
    return facts->place;
}

static void finds(enum slot_place place, const char *owner, bool repairable) {
    struct slot_facts facts;
    assert_int_equal(find("~/pool", "~/pool/one", &facts), place);
    is(facts.owner, owner);
    facts.owner = NULL;
    assert_int_equal(facts.repairable, repairable);
}

static void what_stands_in_a_slot(void **state) {
    struct slot_facts facts;
    (void)state;
    make_entry("by hand", "12ab");
    finds(SLOT_AT_TREE, NULL, false);
    put("common/worktrees/one/locked", GIT_ENTRY_MARK);
    finds(SLOT_AT_EMPTY, NULL, false); /* also with files in it */
    put("pool/one/file", "x");
    finds(SLOT_AT_EMPTY, NULL, false);
    put("common/worktrees/one/locked", "initializing");
    finds(SLOT_AT_TREE, NULL, false);
    files_remove("pool/one/file");
    finds(SLOT_AT_EMPTY, NULL, false);
    files_remove("common/worktrees/one/locked");
    assert_int_equal(find("~/pool", "~/pool", &facts), SLOT_AT_OUTSIDE);
    assert_int_equal(find("~/poo", "~/pool/one", &facts), SLOT_AT_OUTSIDE);
    assert_int_equal(find("/", "~/pool/one", &facts), SLOT_AT_TREE);
    folder("poo");
    assert_int_equal(find("~/poo", "~/pool/one", &facts), SLOT_AT_OUTSIDE);
    assert_int_equal(find("~/nowhere", "~/pool/one", &facts), SLOT_AT_OUTSIDE);
    assert_int_equal(find("~/pool", "~/pool/one/.git", &facts), SLOT_AT_OTHER);
    assert_int_equal(find("~/pool", "~/pool/one/.git/x", &facts), SLOT_AT_OTHER);
    assert_int_equal(find("~/pool", "~/pool/none", &facts), SLOT_AT_NOTHING);
    assert_int_equal(find("~", "~/common", &facts), SLOT_AT_MAIN);
    assert_int_equal(find("~", "~", &facts), SLOT_AT_MAIN);
    folder("repo");
    assert_int_equal(find("~", "~/repo", &facts), SLOT_AT_MAIN);
    put("common/worktrees/one/gitdir", "~/pool/other/.git\n");
    finds(SLOT_AT_OTHER, NULL, true); /* nobody else has it */
    folder("pool/other");
    put("pool/other/.git", "x");
    finds(SLOT_AT_OTHER, NULL, false);
}

/* The repository was moved: its entry still says that this is its worktree. */
static void mends_a_link(void **state) {
    (void)state;
    make_entry("by hand", "12ab");
    put("pool/one/file", "x");
    put("pool/one/.git", "gitdir: /nowhere/worktrees/one\n");
    finds(SLOT_AT_TREE, NULL, false);
    is(git_path_in("pool/one", ".git", "gitdir: "), "~/common/worktrees/one");
}

/* Its .git was removed, and not what is in it. */
static void knows_what_has_lost_its_link(void **state) {
    (void)state;
    make_entry("by hand", "12ab");
    put("pool/one/file", "x");
    files_remove("pool/one/.git");
    finds(SLOT_AT_OTHER, NULL, true);
    folder("pool/one/.git");
    finds(SLOT_AT_OTHER, NULL, false);
    rmdir("pool/one/.git");
    put("common/worktrees/one/HEAD", "0000");
    finds(SLOT_AT_OTHER, NULL, false);
    put("common/worktrees/one/HEAD", "12ab");
    put("common/worktrees/one/gitdir", "~/pool/other/.git\n");
    finds(SLOT_AT_OTHER, NULL, false);
}

static void leaves_a_link_that_leads_to_another(void **state) {
    (void)state;
    make_entry("by hand", "12ab");
    put("pool/one/.git", "gitdir: /nowhere/worktrees/two\n");
    put("pool/one/file", "x");
    finds(SLOT_AT_OTHER, NULL, false);
    put("pool/one/.git", "gitdir: /nowhere/worktrees/one\n");
    put("common/worktrees/one/HEAD", "0000");
    finds(SLOT_AT_OTHER, NULL, false);
    put("common/worktrees/one/HEAD", "12ab");
    finds(SLOT_AT_TREE, NULL, false);
}

static void names_the_owner(void **state) {
    static const char *const commons[] = {"~/other", "~/other.git"}, *const owners[] = {"~/other", "~/other.git"};
    (void)state;
    make_entry("by hand", "12ab");
    put("pool/one/file", "x");
    for (int i = 0; i < 2; i++) {
        char *common = at_home(commons[i]), *git = i == 0 ? xasprintf("%s/.git", common) : xstrdup(common);
        char *entries = xasprintf("%s/worktrees", git), *entry = xasprintf("%s/x", entries);
        char *file = xasprintf("%s/commondir", entry);
        folder(common);
        if (i == 0)
            folder(git);
        folder(entries);
        folder(entry);
        put(file, "../..\n");
        put("pool/one/.git", i == 0 ? "gitdir: ~/other/.git/worktrees/x\n" : "gitdir: ~/other.git/worktrees/x\n");
        finds(SLOT_AT_OTHER, owners[i], false);
        free(common);
        free(git);
        free(entries);
        free(entry);
        free(file);
    }
    put("pool/one/.git", "gitdir: ~/other/.git\n");
    finds(SLOT_AT_OTHER, NULL, false);
}

static void nowhere_to_make_one(void **state) {
    struct git git = git_here();
    struct err err = {0};
    char *path = at_home("~/nowhere/one");
    (void)state;
    fails(&err, git_tree_add(&git, path, "12ab", &err), MC_CANTCREAT,
          "~/nowhere/one: no worktree can be made there: No such file or directory");
    free(path);
    free(git.common);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(one_line_of_a_file),
        TEST(what_a_head_says),
        TEST(where_a_dot_git_leads),
        TEST(an_entry_of_it),
        TEST(how_far_an_entry_is),
        TEST(nothing_but_a_dot_git),
        TEST(the_entry_of_a_worktree),
        TEST(unblocks_what_a_dead_one_left),
        TEST(moves_locks_aside),
        TEST(forgets_what_was_begun),
        TEST(forgets_its_link_too),
        TEST(forgets_a_broken_link),
        TEST(what_stands_in_a_slot),
        TEST(mends_a_link),
        TEST(knows_what_has_lost_its_link),
        TEST(leaves_a_link_that_leads_to_another),
        TEST(names_the_owner),
        TEST(nowhere_to_make_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
