#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/spawn.h"

struct world {
    char dir[32];
};

static int set_up(void **state) {
    struct world *world = xcalloc(1, sizeof *world);
    snprintf(world->dir, sizeof world->dir, "/tmp/mcXXXXXX");
    *state = world;
    return mkdtemp(world->dir) == NULL ? -1 : chdir(world->dir);
}

static int tear_down(void **state) {
    struct world *world = *state;
    struct argv argv = {0};
    struct spawn_result result = {0};
    struct err err = {0};
    argv_add(&argv, "/bin/rm");
    argv_add(&argv, "-rf");
    argv_add(&argv, world->dir);
    assert_true(spawn_run(&(struct spawn){.argv = &argv}, &result, &err));
    argv_release(&argv);
    free(world);
    return 0;
}

static void put(const char *path, const char *s, mode_t mode) {
    struct err err = {0};
    assert_true(files_write(path, s, strlen(s), &err));
    assert_int_equal(chmod(path, mode), 0);
}

static mode_t mode_of(const char *path) {
    struct stat seen;
    assert_int_equal(lstat(path, &seen), 0);
    return seen.st_mode & 07777;
}

static void expect(bool done, struct err *err, enum mc_exit code, const char *words) {
    assert_false(done);
    assert_int_equal(err->code, code);
    assert_non_null(err->text);
    assert_string_equal(err->text, words);
    err_release(err);
}

static int names_in(const char *path) {
    DIR *dir = opendir(path);
    int count = 0;
    assert_non_null(dir);
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count - 2;
}

static void makes_directories_whatever_the_umask(void **state) {
    struct world *world = *state;
    struct err err = {0};
    char *path = xasprintf("%s/a//b/c/", world->dir);
    mode_t mask = umask(0);
    assert_true(files_make_dir(path, &err));
    assert_int_equal(mode_of("a"), 0700);
    assert_int_equal(mode_of("a/b/c"), 0700);
    umask(0777);
    assert_true(files_make_dir("d", &err));
    umask(mask);
    assert_int_equal(mode_of("d"), 0700);
    assert_true(files_make_dir(path, &err)); /* again */
    assert_true(files_is_dir("a/b"));
    free(path);
}

static void refuses_directories_of_others(void **state) {
    struct err err = {0};
    (void)state;
    assert_int_equal(mkdir("open", 0700), 0);
    assert_int_equal(chmod("open", 0770), 0);
    expect(files_make_dir("open", &err), &err, MC_NOPERM, "open: others may write here; run: chmod go-w open");
    assert_int_equal(symlink("open", "link"), 0);
    expect(files_make_dir("link", &err), &err, MC_NOPERM, "link: is a symbolic link; name the directory itself");
    assert_true(files_make_dir("link/inside", &err)); /* a parent is only walked through */
    assert_int_equal(symlink("nowhere", "dead"), 0);
    for (int i = 0; i < 3; i++)
        expect(files_make_dir(i ? i > 1 ? "dead/a/b" : "dead/a" : "dead", &err), &err, MC_CANTCREAT,
               "dead: is a link that leads nowhere; move it away, or make the directory that it names");
    assert_int_equal(chmod("open", 01777), 0);
    expect(files_make_dir("open", &err), &err, MC_NOPERM, "open: others may write here; use a directory of your own");
    put("file", "", 0600);
    expect(files_make_dir("file", &err), &err, MC_CANTCREAT, "file: is not a directory; move it away");
    expect(files_make_dir("file/below", &err), &err, MC_CANTCREAT, "file: is not a directory; move it away");
    expect(files_make_dir("/proc/nothing/here", &err), &err, MC_CANTCREAT,
           "/proc/nothing: this directory cannot be made: No such file or directory");
    if (geteuid() == 0) {
        assert_int_equal(mkdir("theirs", 0700), 0);
        assert_int_equal(chown("theirs", 12345, 12345), 0);
        expect(files_make_dir("theirs", &err), &err, MC_NOPERM,
               "theirs: belongs to another user; use a directory of your own");
    }
}

/* Inside a private one, who may write into it is its user's business; whose it is and what it is, is ours. */
static void makes_inner_directories(void **state) {
    struct err err = {0};
    (void)state;
    assert_true(files_make_inner_dir("inner", &err));
    assert_int_equal(mode_of("inner"), 0700);
    assert_int_equal(chmod("inner", 02777), 0);
    assert_true(files_make_inner_dir("inner", &err));
    assert_int_equal(mode_of("inner"), 02777);
    assert_int_equal(symlink("inner", "link"), 0);
    expect(files_make_inner_dir("link", &err), &err, MC_NOPERM, "link: is a symbolic link; name the directory itself");
    put("file", "", 0600);
    expect(files_make_inner_dir("file", &err), &err, MC_CANTCREAT, "file: is not a directory; move it away");
    if (geteuid() == 0) {
        assert_int_equal(chown("inner", 12345, 12345), 0);
        expect(files_make_inner_dir("inner", &err), &err, MC_NOPERM,
               "inner: belongs to another user; use a directory of your own");
    }
}

static void expect_name(char *given, const char *rest, const char *dir) {
    char *wanted = xasprintf("%s%s", dir, rest);
    assert_string_equal(given, wanted);
    free(wanted);
    free(given);
}

static void makes_names_absolute(void **state) {
    const struct world *world = *state;
    assert_int_equal(mkdir("real", 0700), 0);
    assert_int_equal(symlink("real", "link"), 0);
    assert_int_equal(symlink("nowhere", "real/file"), 0);
    expect_name(files_absolute("/a/../b"), "/a/../b", "");
    expect_name(files_absolute("file"), "/file", world->dir);
    expect_name(files_absolute("./file"), "/file", world->dir);
    expect_name(files_absolute("link/file"), "/real/file", world->dir);
    expect_name(files_absolute("real/../file"), "/file", world->dir);
    expect_name(files_absolute("missing/file"), "/missing/file", world->dir);
    assert_int_equal(chdir("/"), 0);
    expect_name(files_absolute("file"), "/file", "");
    assert_int_equal(chdir(world->dir), 0);
}

static void follows_links_by_steps(void **state) {
    (void)state;
    assert_int_equal(symlink("b/c", "one"), 0);
    assert_int_equal(symlink("/x/y", "two"), 0);
    expect_name(files_link("one"), "b/c", "");
    expect_name(files_link("./one"), "./b/c", "");
    expect_name(files_link("two"), "/x/y", "");
    assert_null(files_link("."));
    assert_null(files_link("missing"));
}

static void reads_the_first_bytes(void **state) {
    char bytes[4] = "";
    (void)state;
    put("file", "0123456789", 0600);
    assert_int_equal(files_head("file", bytes, sizeof bytes), 4);
    assert_memory_equal(bytes, "0123", 4);
    put("short", "x", 0600);
    assert_int_equal(files_head("short", bytes, sizeof bytes), 1);
    assert_int_equal(files_head("missing", bytes, sizeof bytes), 0);
    assert_int_equal(files_head(".", bytes, sizeof bytes), 0);
}

/* The kernel makes this file up piece by piece: a read brings a page of it at most. */
static void a_short_read_is_not_the_end(void **state) {
    enum { MORE = 9000 };
    char bytes[MORE];
    int fd = open("/proc/self/smaps", O_RDONLY);
    (void)state;
    assert_in_range(read(fd, bytes, sizeof bytes), 1, MORE - 1);
    close(fd);
    assert_int_equal(files_head("/proc/self/smaps", bytes, sizeof bytes), MORE);
}

static void reads_whole_files(void **state) {
    struct text text = {0};
    struct err err = {0};
    (void)state;
    put("file", "0123456789", 0644);
    assert_true(files_read(&text, "file", 10, &err));
    assert_string_equal(text_str(&text), "0123456789");
    text_clear(&text);
    expect(files_read(&text, "file", 9, &err), &err, MC_DATAERR, "file: is over 9 bytes");
    expect(files_read(&text, "missing", 9, &err), &err, MC_NOINPUT, "missing: there is no such file");
    expect(files_read(&text, "file/below", 9, &err), &err, MC_NOINPUT, "file/below: there is no such file");
    expect(files_read(&text, ".", 9, &err), &err, MC_NOPERM, ".: is not a regular file; name one that is");
    assert_int_equal(mkfifo("fifo", 0600), 0);
    expect(files_read(&text, "fifo", 9, &err), &err, MC_NOPERM,
           "fifo: is not a regular file; name one that is"); /* and does not wait for a writer */
    text_release(&text);
}

static void trusts_only_its_own(void **state) {
    struct text text = {0};
    struct err err = {0};
    (void)state;
    put("file", "x", 0644);
    assert_true(files_read_trusted(&text, "file", 10, &err));
    expect(files_read_secret(&text, "file", 10, &err), &err, MC_NOPERM,
           "file: others may read it; run: chmod 600 file");
    assert_int_equal(chmod("file", 0640), 0);
    expect(files_read_secret(&text, "file", 10, &err), &err, MC_NOPERM,
           "file: others may read it; run: chmod 600 file");
    put("file", "x\ny", 0644);
    expect(files_read_secret(&text, "file", 10, &err), &err, MC_NOPERM,
           "file: others may read it; name a file of your own that holds nothing else");
    put("file", "x\n", 0644);
    expect(files_read_secret(&text, "file", 10, &err), &err, MC_NOPERM,
           "file: others may read it; run: chmod 600 file");
    assert_int_equal(chmod("file", 0600), 0);
    assert_true(files_read_secret(&text, "file", 10, &err));
    assert_int_equal(chmod("file", 0620), 0);
    expect(files_read_trusted(&text, "file", 10, &err), &err, MC_NOPERM,
           "file: others may write it; run: chmod go-w file");
    assert_int_equal(chmod("file", 0602), 0);
    expect(files_read_trusted(&text, "file", 10, &err), &err, MC_NOPERM,
           "file: others may write it; run: chmod go-w file");
    expect(files_read_trusted(&text, "missing", 10, &err), &err, MC_NOINPUT, "missing: there is no such file");
    if (geteuid() == 0) {
        assert_int_equal(chmod("file", 0600), 0);
        assert_int_equal(chown("file", 12345, 12345), 0);
        expect(files_read_trusted(&text, "file", 10, &err), &err, MC_NOPERM,
               "file: belongs to another user; use a file of your own");
    }
    text_release(&text);
}

static void writes_in_place_of_what_was_there(void **state) {
    struct text text = {0};
    struct err err = {0};
    mode_t mask = umask(0);
    (void)state;
    put("target", "untouched", 0600);
    assert_int_equal(symlink("target", "file"), 0);
    assert_true(files_write("file", "new\0one", 7, &err)); /* the link itself is replaced */
    umask(mask);
    assert_int_equal(mode_of("file"), 0600);
    assert_true(files_read(&text, "file", 100, &err));
    assert_int_equal(text.len, 7);
    assert_memory_equal(text.data, "new\0one", 7);
    assert_int_equal(files_size("target"), 9);
    assert_int_equal(names_in("."), 2); /* nothing half made is left */
    assert_int_equal(mkdir("dir", 0700), 0);
    expect(files_write("dir", "x", 1, &err), &err, MC_CANTCREAT, "dir: cannot be put in its place: Is a directory");
    assert_int_equal(names_in("."), 3);
    expect(files_write("nowhere/x", "x", 1, &err), &err, MC_CANTCREAT,
           "nowhere/x: cannot be made: No such file or directory");
    text_release(&text);
}

static void leaves_nothing_half_written(void **state) {
    struct rlimit before, small;
    struct err err = {0};
    char bytes[8192] = "";
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){.rlim_cur = 4096, .rlim_max = before.rlim_max};
    put("file", "old", 0600);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    expect(files_write("file", bytes, sizeof bytes, &err), &err, MC_IOERR, "file: cannot be written: File too large");
    expect(files_create("new", bytes, sizeof bytes, &err), &err, MC_IOERR, "new: cannot be written: File too large");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(names_in("."), 1);
    assert_int_equal(files_size("file"), 3);
}

static void creates_only_what_is_not_there(void **state) {
    struct err err = {0};
    mode_t mask = umask(0);
    (void)state;
    assert_true(files_create("new", "abc", 3, &err));
    umask(mask);
    assert_int_equal(mode_of("new"), 0600);
    assert_int_equal(files_size("new"), 3);
    expect(files_create("new", "abc", 3, &err), &err, MC_CANTCREAT, "new: cannot be created: File exists");
    assert_int_equal(symlink("elsewhere", "link"), 0);
    expect(files_create("link", "abc", 3, &err), &err, MC_CANTCREAT, "link: cannot be created: File exists");
    assert_false(files_exists("elsewhere"));
}

static void creates_whole_or_not_at_all(void **state) {
    struct err err = {0};
    (void)state;
    assert_false(files_has_dirs("."));
    assert_true(files_create_whole("new", "abc", 3, &err));
    assert_int_equal(mode_of("new"), 0600);
    expect(files_create_whole("new", "defg", 4, &err), &err, MC_CANTCREAT, "new: cannot be created: File exists");
    assert_int_equal(files_size("new"), 3);
    assert_int_equal(symlink("elsewhere", "link"), 0);
    expect(files_create_whole("link", "abc", 3, &err), &err, MC_CANTCREAT, "link: cannot be created: File exists");
    assert_int_equal(names_in("."), 2);
    assert_int_equal(symlink("/", "root"), 0);
    assert_false(files_has_dirs("."));
    assert_int_equal(mkdir("inner", 0700), 0);
    assert_true(files_has_dirs("."));
    assert_false(files_has_dirs("nowhere"));
}

static void tails_at_a_line(void **state) {
    struct text text = {0};
    (void)state;
    put("file", "one\ntwo\nthree\n", 0600);
    files_tail(&text, "file", 100);
    assert_string_equal(text_str(&text), "one\ntwo\nthree\n");
    text_clear(&text);
    files_tail(&text, "file", 14); /* all of it is no tail: its first line is whole */
    assert_string_equal(text_str(&text), "one\ntwo\nthree\n");
    text_clear(&text);
    files_tail(&text, "file", 12);
    assert_string_equal(text_str(&text), "two\nthree\n");
    text_clear(&text);
    put("file", "one long line without an end", 0600);
    files_tail(&text, "file", 5);
    assert_string_equal(text_str(&text), "");
    files_tail(&text, "missing", 5);
    assert_string_equal(text_str(&text), "");
    put("file", "", 0600);
    files_tail(&text, "file", 5);
    assert_string_equal(text_str(&text), "");
    text_release(&text);
}

static void looks_and_touches(void **state) {
    (void)state;
    assert_int_equal(files_size("file"), -1);
    assert_int_equal(files_changed_at("file"), 0);
    assert_false(files_exists("file"));
    files_touch("file");
    assert_int_equal(mode_of("file"), 0600);
    assert_int_equal(files_size("file"), 0);
    assert_true(files_changed_at("file") > clock_now() - 3600000);
    assert_int_equal(utimensat(AT_FDCWD, "file", (struct timespec[]){{5, 0}, {5, 250000000}}, 0), 0);
    assert_int_equal(files_changed_at("file"), 5250);
    files_touch("file");
    assert_true(files_changed_at("file") > 6000);
    files_touch("nowhere/file");
    assert_true(files_exists("file"));
    assert_false(files_is_dir("file"));
    files_move("file", "other");
    assert_false(files_exists("file"));
    files_move("nowhere", "other");
    files_remove("other");
    files_remove("other");
    assert_false(files_exists("other"));
    files_touch("file");
    assert_true(files_take("file"));
    assert_false(files_take("file"));
}

static void finds_programs(void **state) {
    struct world *world = *state;
    char *path = xasprintf("relative::/nowhere:%s/bin:/usr/bin:/bin", world->dir), *found;
    bool not_executable;
    struct err err = {0};
    assert_true(files_make_dir("bin", &err));
    assert_true(files_make_dir("relative", &err));
    put("relative/only-here", "", 0700);
    put("bin/plain", "", 0600);
    put("bin/tool", "", 0700);
    assert_int_equal(mkdir("bin/folder", 0700), 0);
    found = files_find_program("tool", path, &not_executable);
    assert_non_null(found);
    assert_non_null(strstr(found, "/bin/tool"));
    free(found);
    assert_null(files_find_program("plain", path, &not_executable));
    assert_true(not_executable);
    assert_null(files_find_program("folder", path, &not_executable));
    assert_null(files_find_program("only-here", path, &not_executable));
    assert_false(not_executable);
    assert_null(files_find_program("", path, &not_executable));
    assert_null(files_find_program("tool", NULL, &not_executable));
    found = files_find_program("bin/tool", NULL, &not_executable);
    assert_string_equal(found, "bin/tool");
    free(found);
    assert_null(files_find_program("bin/plain", NULL, &not_executable));
    assert_true(not_executable);
    found = files_program_dir();
    assert_true(files_is_dir(found));
    free(found);
    free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(makes_directories_whatever_the_umask),
        TEST(refuses_directories_of_others),
        TEST(makes_inner_directories),
        TEST(makes_names_absolute),
        TEST(follows_links_by_steps),
        TEST(reads_the_first_bytes),
        TEST(a_short_read_is_not_the_end),
        TEST(reads_whole_files),
        TEST(trusts_only_its_own),
        TEST(writes_in_place_of_what_was_there),
        TEST(leaves_nothing_half_written),
        TEST(creates_only_what_is_not_there),
        TEST(creates_whole_or_not_at_all),
        TEST(tails_at_a_line),
        TEST(looks_and_touches),
        TEST(finds_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
