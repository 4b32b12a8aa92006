#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/beneath.h"
#include "host/spawn.h"

#include "descriptors_open.h"
#include "refused.h"

REFUSABLE(fstat, int, -1, (int fd, struct stat *seen), (fd, seen))
REFUSABLE(openat, int, -1, (int at, const char *path, int flags, mode_t mode), (at, path, flags, mode))
REFUSABLE(unlinkat, int, -1, (int at, const char *path, int flags), (at, path, flags))
REFUSABLE(linkat, int, -1, (int from, const char *name, int to, const char *as, int flags), (from, name, to, as, flags))
REFUSABLE(fdopendir, DIR *, NULL, (int fd), (fd))

struct place {
    char *folder; /* "tree" is looked at; "outside" lies beside it */
    struct beneath beneath;
    int open; /* descriptors, before */
};

static char *at(const struct place *place, const char *path) {
    return xasprintf("%s/%s", place->folder, path);
}

static void folder(const struct place *place, const char *path) {
    char *name = at(place, path);
    assert_int_equal(mkdir(name, 0755), 0);
    free(name);
}

static void file(const struct place *place, const char *path, const char *text) {
    char *name = at(place, path);
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    free(name);
}

static void link_to(const struct place *place, const char *path, const char *to) {
    char *name = at(place, path);
    assert_int_equal(symlink(to, name), 0);
    free(name);
}

static bool there(const struct place *place, const char *path) {
    char *name = at(place, path);
    struct stat st;
    bool found = lstat(name, &st) == 0;
    free(name);
    return found;
}

static int make(void **state) {
    struct place *place = xcalloc(1, sizeof *place);
    struct err err = {0};
    char name[] = "/tmp/mcbeneathXXXXXX", *tree;
    assert_non_null(mkdtemp(name));
    place->open = descriptors_open();
    place->folder = xstrdup(name);
    folder(place, "tree");
    folder(place, "tree/a");
    folder(place, "tree/a/b");
    file(place, "tree/a/b/one", "one");
    file(place, "tree/two", "two");
    folder(place, "outside");
    file(place, "outside/one", "secret");
    tree = at(place, "tree");
    assert_int_equal(chmod(name, 0755), 0);
    assert_true(beneath_open(&place->beneath, tree, &err));
    place->beneath.where = "tree";
    free(tree);
    *state = place;
    return 0;
}

static int end(void **state) {
    struct place *place = *state;
    struct argv argv = {0};
    struct spawn spawn = {.argv = &argv};
    struct spawn_result result = {0};
    struct err err = {0};
    beneath_release(&place->beneath);
    assert_int_equal(descriptors_open(), place->open);
    argv_adds(&argv, (const char *const[]){"/bin/rm", "-rf", place->folder, NULL});
    assert_true(spawn_run(&spawn, &result, &err));
    argv_release(&argv);
    free(place->folder);
    free(place);
    return 0;
}

static enum beneath_kind kind(struct place *place, const char *path) {
    struct beneath_seen seen;
    struct err err = {0};
    assert_true(beneath_look(&place->beneath, path, &seen, &err));
    return seen.kind;
}

static void test_look(void **state) {
    struct place *place = *state;
    link_to(place, "tree/link", "nowhere");
    assert_int_equal(kind(place, "a/b/one"), BENEATH_FILE);
    assert_int_equal(kind(place, "link"), BENEATH_LINK);
    assert_int_equal(kind(place, "a"), BENEATH_DIR);
    assert_int_equal(kind(place, "a/c/one"), BENEATH_NOTHING);
    assert_int_equal(kind(place, "two/one"), BENEATH_NOTHING);
}

static void test_no_link_leads_out(void **state) {
    struct place *place = *state;
    struct beneath_seen seen;
    struct err err = {0};
    link_to(place, "tree/out", "../outside");
    link_to(place, "tree/a/one", "../../outside/one");
    assert_int_equal(kind(place, "out/one"), BENEATH_NOTHING);
    assert_int_equal(beneath_read(&place->beneath, "out/one", &seen, &err), -1);
    assert_int_equal(err.code, MC_DATAERR);
    assert_int_equal(beneath_read(&place->beneath, "a/one", &seen, &err), -1);
    assert_int_equal(err.code, MC_DATAERR);
    close(beneath_begin(&place->beneath, "new", &err));
    assert_false(beneath_place(&place->beneath, "new", "out/new", &err));
    assert_false(there(place, "outside/new"));
    err_release(&err);
}

static void test_paths_that_are_none(void **state) {
    static const char *const paths[] = {"",  "/etc/passwd", "../outside/one", "a/../../outside/one", "a//b/one",
                                        ".", "a/./b/one",   ".git",           "a/.git/hooks/x",      ".GIT/config"};
    struct place *place = *state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct beneath_seen seen;
        struct err err = {0};
        assert_false(beneath_look(&place->beneath, paths[i], &seen, &err));
        assert_int_equal(err.code, MC_DATAERR);
        err_release(&err);
    }
}

static void test_a_pipe_is_not_waited_for(void **state) {
    struct place *place = *state;
    char *name = at(place, "tree/pipe");
    struct beneath_seen seen;
    struct err err = {0};
    assert_int_equal(mkfifo(name, 0644), 0);
    assert_int_equal(kind(place, "pipe"), BENEATH_OTHER);
    assert_int_equal(beneath_read(&place->beneath, "pipe", &seen, &err), -1);
    assert_int_equal(err.code, MC_DATAERR);
    err_release(&err);
    free(name);
}

static void test_what_cannot_be_read(void **state) {
    struct place *place = *state;
    char *name = at(place, "tree/two");
    uid_t root = geteuid();
    struct beneath_seen seen;
    struct err err = {0};
    assert_int_equal(chmod(name, 0), 0);
    if (root == 0)
        assert_int_equal(seteuid(65534), 0);
    int fd = beneath_read(&place->beneath, "two", &seen, &err);
    if (root == 0)
        assert_int_equal(seteuid(root), 0);
    assert_int_equal(fd, -1);
    assert_int_equal(err.code, MC_NOPERM);
    assert_non_null(strstr(err.text, "tree/two"));
    err_release(&err);
    free(name);
}

static void test_only_the_one_that_was_seen_is_removed(void **state) {
    struct place *place = *state;
    struct beneath_seen seen;
    struct err err = {0};
    assert_true(beneath_look(&place->beneath, "two", &seen, &err));
    file(place, "tree/two", "TWO");
    assert_false(beneath_remove(&place->beneath, "two", &seen, &err));
    assert_int_equal(err.code, MC_DATAERR);
    assert_non_null(strstr(err.text, "tree/two"));
    assert_true(there(place, "tree/two"));
    assert_true(beneath_look(&place->beneath, "two", &seen, &err));
    assert_true(beneath_remove(&place->beneath, "two", &seen, &err));
    assert_false(there(place, "tree/two"));
    assert_true(beneath_remove(&place->beneath, "two", &seen, &err));
    err_release(&err);
}

static void test_folders_go_when_they_are_empty(void **state) {
    struct place *place = *state;
    struct beneath_seen seen;
    struct err err = {0};
    folder(place, "tree/a/c");
    beneath_prune(&place->beneath, "a/b/one");
    assert_true(there(place, "tree/a/b"));
    assert_true(beneath_look(&place->beneath, "a/b/one", &seen, &err));
    assert_true(beneath_remove(&place->beneath, "a/b/one", &seen, &err));
    beneath_prune(&place->beneath, "a/b/one");
    assert_false(there(place, "tree/a/b"));
    assert_true(there(place, "tree/a/c"));
    assert_true(beneath_hollow(&place->beneath, "a"));
    assert_false(there(place, "tree/a"));
    folder(place, "tree/d");
    file(place, "tree/d/kept", "x");
    folder(place, "tree/d/e");
    assert_false(beneath_hollow(&place->beneath, "d"));
    assert_true(there(place, "tree/d/kept"));
}

static void test_a_file_gets_its_name_when_it_is_whole(void **state) {
    struct place *place = *state;
    struct err err = {0};
    int fd = beneath_begin(&place->beneath, ".part", &err);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "new", 3), 3);
    close(fd);
    assert_true(beneath_place(&place->beneath, ".part", "two", &err));
    assert_false(there(place, "tree/.part"));
    assert_true(beneath_begin_link(&place->beneath, ".part", "nowhere", &err));
    assert_true(beneath_place(&place->beneath, ".part", "x/y/link", &err));
    assert_int_equal(kind(place, "x/y/link"), BENEATH_LINK);
}

static void test_a_long_path(void **state) {
    struct place *place = *state;
    char path[4001];
    struct err err = {0};
    for (size_t i = 0; i < sizeof path - 1; i++)
        path[i] = i % 200 == 199 ? '/' : 'x';
    path[sizeof path - 2] = 'x';
    path[sizeof path - 1] = '\0';
    close(beneath_begin(&place->beneath, ".part", &err));
    assert_true(beneath_place(&place->beneath, ".part", path, &err));
    assert_int_equal(kind(place, path), BENEATH_FILE);
}

static void says(struct err *err, int code, const char *text) {
    assert_int_equal(err->code, code);
    assert_string_equal(err->text, text);
    err_release(err);
    *err = (struct err){0};
}

static void test_what_cannot_be_done(void **state) {
    struct place *place = *state;
    struct beneath *beneath = &place->beneath, none;
    struct beneath_seen seen = {0};
    struct err err = {0};
    char long_name[301] = "", *told;
    memset(long_name, 'x', sizeof long_name - 1);
    assert_false(beneath_open(&none, "/nowhere", &err));
    says(&err, MC_NOINPUT, "/nowhere cannot be opened: No such file or directory");
    assert_false(beneath_look(beneath, long_name, &seen, &err));
    told = xasprintf("tree/%s cannot be looked at: File name too long", long_name);
    says(&err, MC_CANTCREAT, told);
    free(told);
    assert_int_equal(beneath_begin(beneath, "a", &err), -1);
    says(&err, MC_CANTCREAT, "tree/a cannot be made: File exists");
    assert_false(beneath_begin_link(beneath, "a", "nowhere", &err));
    says(&err, MC_CANTCREAT, "tree/a cannot be made: File exists");
    close(beneath_begin(beneath, ".part", &err));
    assert_false(beneath_place(beneath, ".part", "a", &err));
    says(&err, MC_CANTCREAT, "tree/a cannot be written: Is a directory");
    assert_false(beneath_place(beneath, ".part", "a/../b", &err));
    says(&err, MC_DATAERR, "tree/a/../b is no path of a file that git keeps");
    assert_false(beneath_remove(beneath, "a/../b", &seen, &err));
    says(&err, MC_DATAERR, "tree/a/../b is no path of a file that git keeps");
    assert_true(there(place, "tree/.part"));
}

static void test_a_file_comes_from_another_place(void **state) {
    struct place *place = *state;
    struct beneath from;
    char *other = at(place, "other");
    struct err err = {0};
    folder(place, "other");
    folder(place, "other/sub");
    folder(place, "other/hollow");
    link_to(place, "other/link", "nowhere");
    file(place, "other/sub/file", "whole");
    file(place, "other/two", "other");
    assert_true(beneath_open(&from, other, &err));
    assert_true(beneath_adopt(&place->beneath, &from, "sub/file", &err));
    assert_int_equal(kind(place, "sub/file"), BENEATH_FILE);
    assert_false(there(place, "other/sub/file"));
    assert_true(beneath_adopt(&place->beneath, &from, "link", &err));
    assert_int_equal(kind(place, "link"), BENEATH_LINK);
    assert_true(beneath_adopt(&place->beneath, &from, "hollow", &err)); /* which has one name only */
    assert_true(there(place, "tree/hollow"));
    assert_false(beneath_adopt(&place->beneath, &from, "two", &err));
    says(&err, MC_CANTCREAT, "tree/two cannot be written: File exists");
    assert_true(there(place, "other/two"));
    refuse("linkat", EPERM, 0, 1); /* a file system without second names */
    assert_false(beneath_adopt(&place->beneath, &from, "two", &err));
    says(&err, MC_CANTCREAT, "tree/two cannot be written: File exists");
    file(place, "other/three", "three");
    refuse("linkat", EPERM, 0, 1);
    assert_true(beneath_adopt(&place->beneath, &from, "three", &err));
    assert_int_equal(kind(place, "three"), BENEATH_FILE);
    assert_false(there(place, "other/three"));
    assert_false(beneath_adopt(&place->beneath, &from, "gone", &err));
    says(&err, MC_CANTCREAT, "tree/gone cannot be written: No such file or directory");
    assert_false(beneath_adopt(&place->beneath, &from, "no/folder", &err));
    says(&err, MC_CANTCREAT, "tree/no/folder cannot be written: No such file or directory");
    beneath_release(&from);
    free(other);
}

static void test_who_may_remove(void **state) {
    struct place *place = *state;
    char *tree = at(place, "tree");
    uid_t root = geteuid();
    struct err err = {0};
    assert_true(beneath_may_remove(&place->beneath, "two", &err));
    assert_true(beneath_may_remove(&place->beneath, "no/folder", &err));
    assert_int_equal(chmod(tree, 0555), 0);
    if (root == 0)
        assert_int_equal(seteuid(65534), 0);
    bool may = beneath_may_remove(&place->beneath, "two", &err);
    if (root == 0)
        assert_int_equal(seteuid(root), 0);
    assert_int_equal(chmod(tree, 0755), 0);
    assert_false(may);
    says(&err, MC_NOPERM, "tree/two cannot be removed: Permission denied");
    free(tree);
}

static void test_where_no_folder_can_be_made(void **state) {
    struct place *place = *state;
    char *tree = at(place, "tree");
    uid_t root = geteuid();
    struct err err = {0};
    close(beneath_begin(&place->beneath, ".part", &err));
    assert_int_equal(chmod(tree, 0555), 0);
    if (root == 0)
        assert_int_equal(seteuid(65534), 0);
    bool placed = beneath_place(&place->beneath, ".part", "c/one", &err);
    if (root == 0)
        assert_int_equal(seteuid(root), 0);
    assert_int_equal(chmod(tree, 0755), 0);
    assert_false(placed);
    says(&err, MC_NOPERM, "tree/c/one cannot be written: Permission denied");
    assert_false(there(place, "tree/c"));
    free(tree);
}

static struct beneath_seen seen(struct place *place, const char *path) {
    struct beneath_seen seen;
    struct err err = {0};
    assert_true(beneath_look(&place->beneath, path, &seen, &err));
    return seen;
}

/* What is the same file, untouched: each of these tells another one. */
static void test_what_tells_a_file(void **state) {
    const struct beneath_seen one = {BENEATH_FILE, true, 1, 2, 3, 4, 5, 6};
    (void)state;
    assert_true(beneath_same(&one, &(struct beneath_seen){BENEATH_FILE, true, 1, 2, 3, 4, 5, 6}));
    for (int i = 0; i < 6; i++) {
        int64_t n[6] = {1, 2, 3, 4, 5, 6};
        n[i] += 7;
        assert_false(
            beneath_same(&one, &(struct beneath_seen){BENEATH_FILE, true, n[0], n[1], n[2], n[3], n[4], n[5]}));
    }
}

static void test_what_is_seen(void **state) {
    struct place *place = *state;
    struct beneath_seen read, looked;
    struct err err = {0};
    struct stat st;
    char *two = at(place, "tree/two");
    const struct timespec then[] = {{1, 0}, {1700000001, 23}};
    assert_int_equal(chmod(two, 0100640), 0);
    assert_int_equal(utimensat(AT_FDCWD, two, then, 0), 0);
    assert_int_equal(stat(two, &st), 0);
    int fd = beneath_read(&place->beneath, "two", &read, &err);
    assert_true(fd >= 0);
    close(fd);
    looked = seen(place, "two");
    assert_true(beneath_same(&read, &looked));
    assert_int_equal(looked.kind, BENEATH_FILE);
    assert_int_equal(read.kind, BENEATH_FILE);
    assert_false(looked.executable);
    assert_int_equal(looked.device, st.st_dev);
    assert_int_equal(looked.inode, st.st_ino);
    assert_int_equal(looked.size, 3);
    assert_int_equal(looked.changed_ns, 1700000001000000023);
    assert_int_equal(looked.status_ns, (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec);
    assert_int_equal(looked.mode, 0100640);
    assert_int_equal(chmod(two, 0100), 0);
    assert_true(seen(place, "two").executable);
    looked = seen(place, "nothing");
    assert_memory_equal(&looked, &(struct beneath_seen){0}, sizeof looked);
    free(two);
}

static void test_what_was_there_a_moment_ago(void **state) {
    static const char *const gone[] = {"nothing", "nowhere/one", "two/one", "link"};
    struct place *place = *state;
    struct beneath_seen ignored;
    struct err err = {0};
    link_to(place, "tree/link", "two");
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        char *told = xasprintf("tree/%s has changed while it was read; it is tried again", gone[i]);
        assert_int_equal(beneath_read(&place->beneath, gone[i], &ignored, &err), -1);
        says(&err, MC_DATAERR, told);
        free(told);
    }
    char *to = beneath_link(&place->beneath, "link", &err);
    assert_string_equal(to, "two");
    free(to);
    assert_null(beneath_link(&place->beneath, "two", &err));
    says(&err, MC_DATAERR, "tree/two has changed while it was read; it is tried again");
    assert_int_equal(beneath_read(&place->beneath, "a/b", &ignored, &err), -1);
    says(&err, MC_DATAERR, "tree/a/b is no regular file any more; it is tried again");
    refuse("fstat", EIO, 0, 1);
    assert_int_equal(beneath_read(&place->beneath, "two", &ignored, &err), -1);
    assert_true(refuse_over());
    says(&err, MC_DATAERR, "tree/two is no regular file any more; it is tried again");
    assert_int_equal(beneath_read(&place->beneath, "\x1b[1m/..", &ignored, &err), -1);
    says(&err, MC_DATAERR, "tree/\\x1B[1m/.. is no path of a file that git keeps");
}

static void test_what_the_system_refuses(void **state) {
    struct place *place = *state;
    struct beneath_seen two = seen(place, "two"), ignored;
    struct err err = {0};
    refuse("openat", EMFILE, 0, 1);
    assert_false(beneath_look(&place->beneath, "a/b/one", &ignored, &err));
    assert_true(refuse_over());
    says(&err, MC_OSERR, "tree/a/b/one cannot be looked at: Too many open files");
    refuse("openat", EACCES, 2, 1);
    assert_int_equal(beneath_read(&place->beneath, "a/b/one", &ignored, &err), -1);
    assert_true(refuse_over());
    says(&err, MC_NOPERM, "tree/a/b/one cannot be read: Permission denied");
    refuse("unlinkat", EPERM, 0, 1);
    assert_false(beneath_remove(&place->beneath, "two", &two, &err));
    assert_true(refuse_over());
    says(&err, MC_NOPERM, "tree/two cannot be removed: Operation not permitted");
    assert_true(there(place, "tree/two"));
    refuse("unlinkat", ENOENT, 0, 1); /* somebody else has taken it away */
    assert_true(beneath_remove(&place->beneath, "two", &two, &err));
    assert_true(refuse_over());
    folder(place, "tree/c");
    folder(place, "tree/c/d");
    refuse("fdopendir", ENOMEM, 1, 1);
    assert_false(beneath_hollow(&place->beneath, "c"));
    assert_true(refuse_over());
    refuse("openat", EACCES, 1, 1);
    assert_false(beneath_hollow(&place->beneath, "c"));
    assert_true(refuse_over());
    refuse("unlinkat", EBUSY, 0, 1);
    beneath_prune(&place->beneath, "c/d/e");
    assert_true(refuse_over());
    assert_true(there(place, "tree/c/d"));
    assert_true(beneath_hollow(&place->beneath, "c"));
    assert_true(beneath_hollow(&place->beneath, "c"));
    assert_false(beneath_hollow(&place->beneath, "c/.."));
    assert_null(err.text);
}

/* So many folders called d, each in the one before. */
static void dig(const struct place *place, int depth) {
    char *path = xstrdup("tree");
    while (depth-- > 0) {
        char *deeper = xasprintf("%s/d", path);
        free(path);
        path = deeper;
        folder(place, path);
    }
    free(path);
}

static void test_how_deep_it_is_hollow(void **state) {
    enum { DEEPEST = 256 };
    struct place *place = *state;
    dig(place, DEEPEST);
    assert_true(beneath_hollow(&place->beneath, "d"));
    dig(place, DEEPEST + 1);
    assert_false(beneath_hollow(&place->beneath, "d"));
}

static unsigned mode_of(struct place *place, const char *path) {
    return (unsigned)seen(place, path).mode & 07777;
}

/* What its caller's umask leaves, whatever ours is. */
static void test_folders_that_are_made(void **state) {
    struct place *place = *state;
    struct err err = {0};
    unsigned wanted = 0777 & ~(unsigned)spawn_caller_umask();
    spawn_note_caller();
    mode_t own = umask(0177);
    close(beneath_begin(&place->beneath, ".part", &err));
    assert_int_equal(mode_of(place, ".part"), 0600);
    assert_true(beneath_place(&place->beneath, ".part", "a/x/y/file", &err));
    umask(own);
    assert_int_equal(mode_of(place, "a"), 0755);
    assert_int_equal(mode_of(place, "a/x"), wanted);
    assert_int_equal(mode_of(place, "a/x/y"), wanted);
    assert_false(there(place, "tree/.part"));
    assert_int_equal(kind(place, "a/x/y/file"), BENEATH_FILE);
    assert_int_equal(kind(place, "a/b/one"), BENEATH_FILE);
    /* where one has left something by the name of ours */
    link_to(place, "tree/.part", "two");
    int fd = beneath_begin(&place->beneath, ".part", &err);
    assert_int_equal(write(fd, "new", 3), 3);
    close(fd);
    assert_int_equal(kind(place, ".part"), BENEATH_FILE);
    assert_int_equal(seen(place, "two").size, 3);
    assert_true(beneath_begin_link(&place->beneath, ".part", "over there", &err));
    char *to = beneath_link(&place->beneath, ".part", &err);
    assert_string_equal(to, "over there");
    free(to);
    beneath_discard(&place->beneath, ".part");
    assert_false(there(place, "tree/.part"));
    assert_false(beneath_place(&place->beneath, ".part", "two", &err));
    says(&err, MC_CANTCREAT, "tree/two cannot be written: No such file or directory");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_look, make, end),
        cmocka_unit_test_setup_teardown(test_no_link_leads_out, make, end),
        cmocka_unit_test_setup_teardown(test_paths_that_are_none, make, end),
        cmocka_unit_test_setup_teardown(test_a_pipe_is_not_waited_for, make, end),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_read, make, end),
        cmocka_unit_test_setup_teardown(test_only_the_one_that_was_seen_is_removed, make, end),
        cmocka_unit_test_setup_teardown(test_folders_go_when_they_are_empty, make, end),
        cmocka_unit_test_setup_teardown(test_a_file_gets_its_name_when_it_is_whole, make, end),
        cmocka_unit_test_setup_teardown(test_a_long_path, make, end),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_done, make, end),
        cmocka_unit_test_setup_teardown(test_a_file_comes_from_another_place, make, end),
        cmocka_unit_test_setup_teardown(test_who_may_remove, make, end),
        cmocka_unit_test_setup_teardown(test_where_no_folder_can_be_made, make, end),
        cmocka_unit_test(test_what_tells_a_file),
        cmocka_unit_test_setup_teardown(test_what_is_seen, make, end),
        cmocka_unit_test_setup_teardown(test_what_was_there_a_moment_ago, make, end),
        cmocka_unit_test_setup_teardown(test_what_the_system_refuses, make, end),
        cmocka_unit_test_setup_teardown(test_how_deep_it_is_hollow, make, end),
        cmocka_unit_test_setup_teardown(test_folders_that_are_made, make, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
