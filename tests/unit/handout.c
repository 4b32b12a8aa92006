#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/handout.h"
#include "host/spawn.h"

#include "descriptors_open.h"
#include "refused.h"

REFUSABLE(openat, int, -1, (int at, const char *path, int flags, mode_t mode), (at, path, flags, mode))
REFUSABLE(mkdirat, int, -1, (int at, const char *path, mode_t mode), (at, path, mode))
REFUSABLE(fchmod, int, -1, (int fd, mode_t mode), (fd, mode))
REFUSABLE(write, ssize_t, -1, (int fd, const void *bytes, size_t n), (fd, bytes, n))
REFUSABLE(fdopendir, DIR *, NULL, (int fd), (fd))

/* It is closed all the same. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd) {
    int done = __real_close(fd);
    return is_refused("close") ? -1 : done;
}

static char world[32];
static int open_before;

static int set_up(void **state) {
    (void)state;
    snprintf(world, sizeof world, "/tmp/mcXXXXXX");
    open_before = descriptors_open();
    return mkdtemp(world) && !chdir(world) && !mkdir("work", 0700) && !mkdir("elsewhere", 0700) ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    struct argv argv = {0};
    struct spawn_result result = {0};
    struct err err = {0};
    assert_int_equal(descriptors_open(), open_before);
    argv_add(&argv, "/bin/rm");
    argv_add(&argv, "-rf");
    argv_add(&argv, world);
    assert_true(spawn_run(&(struct spawn){.argv = &argv}, &result, &err));
    argv_release(&argv);
    return 0;
}

static bool put(const char *name, struct err *err) {
    return handout_put("work", &(struct handout){name, "read\n", 5}, err);
}

static void is_put(const char *name) {
    struct err err = {0};
    struct text bytes = {0};
    char *path = handout_path("work", name);
    assert_true(put(name, &err));
    assert_true(files_read_secret(&bytes, path, 100, &err));
    assert_string_equal(text_str(&bytes), "read\n");
    text_release(&bytes);
    free(path);
}

static void refuses_it(const char *name, enum mc_exit code) {
    struct err err = {0};
    assert_false(put(name, &err));
    assert_int_equal(err.code, code);
    assert_non_null(strstr(err.text, "work/.mc-pickup"));
    assert_non_null(strstr(err.text + err.advice, "move away"));
    err_release(&err);
}

static mode_t mode_of(const char *path) {
    struct stat seen;
    assert_int_equal(lstat(path, &seen), 0);
    assert_false(S_ISLNK(seen.st_mode));
    return seen.st_mode & 07777;
}

static void a_private_file(void **state) {
    (void)state;
    mode_t mask = umask(0);
    is_put("prompt-1.md");
    umask(mask);
    assert_int_equal(mode_of("work/.mc-pickup/prompt-1.md"), 0600);
    assert_int_equal(mode_of("work/.mc-pickup/.gitignore"), 0600);
    assert_int_equal(mode_of("work/.mc-pickup"), 0700);
    is_put("prompt-2.md");
    /* a folder that its agent has opened, or closed, to all */
    assert_int_equal(chmod("work/.mc-pickup", 0777), 0);
    is_put("prompt-3.md");
    assert_int_equal(mode_of("work/.mc-pickup"), 0700);
}

/* Also what somebody else calls a prompt is theirs. */
static void earlier_ones_go(void **state) {
    static const char *const others[] = {"work/.mc-pickup/notes",
                                         "work/.mc-pickup/prompt-notes.md",
                                         "work/.mc-pickup/prompt-0000001.md",
                                         "work/.mc-pickup/prompt-0000000g.md",
                                         "work/.mc-pickup/prompt-000000001.md",
                                         "work/.mc-pickup/prompt-00000001.txt",
                                         "work/.mc-pickup/a-prompt-00000001.md"};

    (void)state;
    handout_clear("work", NULL);
    handout_clear("nowhere", NULL);
    is_put("prompt-00000001.md");
    is_put("prompt-00000002.md");
    assert_int_equal(symlink("../../elsewhere", "work/.mc-pickup/prompt-00000003.md"), 0);
    assert_int_equal(mkdir("work/.mc-pickup/prompt-00000004.md", 0700), 0);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        files_touch(others[i]);
    handout_clear("work", "prompt-00000002.md");
    assert_false(files_exists("work/.mc-pickup/prompt-00000001.md"));
    assert_true(files_exists("work/.mc-pickup/prompt-00000002.md"));
    assert_false(files_exists("work/.mc-pickup/prompt-00000003.md"));
    assert_true(files_is_dir("elsewhere"));
    handout_clear("work", NULL);
    assert_false(files_exists("work/.mc-pickup/prompt-00000002.md"));
    assert_true(files_exists("work/.mc-pickup/.gitignore"));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_true(files_exists(others[i]));
}

static void links_are_not_followed(void **state) {
    (void)state;
    assert_int_equal(symlink("../elsewhere", "work/.mc-pickup"), 0);
    files_touch("elsewhere/prompt-1.md");
    refuses_it("prompt-2.md", MC_NOPERM);
    handout_clear("work", NULL);
    assert_true(files_exists("elsewhere/prompt-1.md"));
    assert_false(files_exists("elsewhere/.gitignore"));
    files_remove("work/.mc-pickup");
    is_put("prompt-1.md");
    assert_int_equal(symlink("../../elsewhere/victim", "work/.mc-pickup/prompt-2.md"), 0);
    refuses_it("prompt-2.md", MC_CANTCREAT);
    refuses_it("prompt-1.md", MC_CANTCREAT);
    assert_false(files_exists("elsewhere/victim"));
    assert_int_equal(rename("work", "moved"), 0);
    assert_int_equal(symlink("moved", "work"), 0);
    struct err err = {0};
    assert_false(put("prompt-3.md", &err));
    err_release(&err);
    assert_false(files_exists("moved/.mc-pickup/prompt-3.md"));
}

static void holds(const char *path, const char *bytes) {
    struct err err = {0};
    struct text found = {0};
    assert_true(files_read(&found, path, 1000, &err));
    assert_string_equal(text_str(&found), bytes);
    text_release(&found);
}

static const char ignore[] = "work/.mc-pickup/.gitignore";

/* A write that was cut short, here and there, and what nobody can have work in. */
static void what_hides_it_is_mended(void **state) {
    (void)state;
    struct err err = {0};
    struct text whole = {0};
    is_put("prompt-whole");
    assert_true(files_read(&whole, ignore, 1000, &err));
    assert_non_null(strstr(text_str(&whole), "\n*\n"));
    files_remove("work/.mc-pickup/prompt-whole");
    for (size_t n = 0; n <= whole.len; n += n < 2 || n + 2 > whole.len ? 1 : whole.len - 3) {
        assert_true(files_write(ignore, text_str(&whole), n, &err));
        is_put("prompt");
        holds(ignore, text_str(&whole));
        files_remove("work/.mc-pickup/prompt");
    }
    files_remove(ignore);
    assert_int_equal(mkfifo(ignore, 0600), 0); /* nobody may be kept waiting */
    is_put("prompt");
    holds(ignore, text_str(&whole));
    assert_int_equal(mode_of(ignore), 0600);
    text_release(&whole);
}

/* Whatever else stands there, be it like ours, stays, and the prompt is put all the same. */
static void what_is_somebody_elses_stays(void **state) {
    (void)state;
    struct err err = {0};
    struct text other = {0};
    char to[64];
    is_put("prompt-1.md");
    assert_true(files_read(&other, ignore, 1000, &err));
    text_addc(&other, '\n');
    for (int i = 0; i < 3; i++) { /* longer than ours, as long, one byte */
        assert_true(files_write(ignore, text_str(&other), other.len, &err));
        is_put("prompt-2.md");
        holds(ignore, text_str(&other));
        files_remove("work/.mc-pickup/prompt-2.md");
        other.len = i == 0 ? other.len - 1 : 1;
        other.data[other.len] = '\0';
        other.data[other.len - 1] = '!';
    }
    text_release(&other);
    files_remove(ignore);
    files_touch("elsewhere/victim");
    assert_int_equal(symlink("../../elsewhere/victim", ignore), 0);
    is_put("prompt-2.md");
    assert_int_equal(readlink(ignore, to, sizeof to), (ssize_t)strlen("../../elsewhere/victim"));
    assert_int_equal(files_size("elsewhere/victim"), 0);
    files_remove(ignore);
    assert_int_equal(mkdir(ignore, 0700), 0);
    is_put("prompt-3.md");
    assert_int_equal(rmdir(ignore), 0);
}

/* As git lists it. */
static void tells_a_prompt_by_its_path(void **state) {
    (void)state;
    static const char *const others[] = {"prompt-01234567.md",
                                         "x/.mc-pickup/prompt-01234567.md",
                                         ".mc-pickup/x/prompt-01234567.md",
                                         ".mc-pickup/prompt-01234567.md/x",
                                         ".mc-pickup/prompt-0123456.md",
                                         ".mc-pickup/.gitignore",
                                         ".mc-pickup"};
    assert_true(handout_is(".mc-pickup/prompt-01234567.md"));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(handout_is(others[i]));
}

static void no_directory_there(void **state) {
    (void)state;
    struct err err = {0};
    files_touch("work/.mc-pickup");
    refuses_it("prompt-1.md", MC_NOPERM);
    assert_false(handout_put("nowhere", &(struct handout){"prompt-1.md", "x", 1}, &err));
    assert_int_equal(err.code, MC_CANTCREAT);
    err_release(&err);
}

static void a_full_disk(void **state) {
    (void)state;
    struct rlimit limit, none;
    struct err err = {0};
    is_put("prompt-1.md");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    none = (struct rlimit){.rlim_cur = 3, .rlim_max = limit.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    bool done = put("prompt-2.md", &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_false(done);
    assert_int_equal(err.code, MC_IOERR);
    assert_false(handout_in_the_way(&err));
    assert_false(files_exists("work/.mc-pickup/prompt-2.md"));
    err_release(&err);
}

static void says(const char *name, int code, const char *text) {
    struct err err = {0};
    assert_false(put(name, &err));
    assert_string_equal(err.text, text);
    assert_int_equal(err.code, code);
    err_release(&err);
}

/* Nothing of it is left, and what is said of it tells whether a person can move something away. */
static void what_the_system_refuses(void **state) {
    (void)state;
    struct err err = {0};
    refuse("mkdirat", ENOSPC, 0, 1);
    says("prompt-00000001.md", MC_IOERR, "work/.mc-pickup/: cannot be written: No space left on device");
    assert_true(refuse_over());
    refuse("mkdirat", EACCES, 0, 1);
    says("prompt-00000001.md", MC_NOPERM,
         "work/.mc-pickup/: cannot be written: Permission denied; move away what is in the way");
    assert_true(refuse_over());
    refuse("fchmod", EPERM, 0, 1);
    says("prompt-00000001.md", MC_NOPERM, "work/.mc-pickup: belongs to another user; move away what is there");
    assert_true(refuse_over());
    is_put("prompt-00000001.md");
    for (int i = 0; i < 2; i++) {
        refuse(i == 0 ? "openat" : "close", EMFILE, 2, 1);
        says("prompt-00000002.md", MC_OSERR,
             "work/.mc-pickup/prompt-00000002.md: cannot be written: Too many open files");
        assert_true(refuse_over());
        assert_false(files_exists("work/.mc-pickup/prompt-00000002.md"));
    }
    says("prompt-00000001.md", MC_CANTCREAT,
         "work/.mc-pickup/prompt-00000001.md: cannot be written: File exists; move away what is in the way");
    refuse("write", EIO, 0, 1);
    says("prompt-00000002.md", MC_IOERR, "work/.mc-pickup/prompt-00000002.md: cannot be written: Input/output error");
    assert_true(refuse_over());
    refuse("write", EINTR, 0, 1);
    is_put("prompt-00000002.md");
    assert_true(refuse_over());
    refuse("fdopendir", ENOMEM, 0, 1);
    handout_clear("work", NULL);
    assert_true(refuse_over());
    assert_true(files_exists("work/.mc-pickup/prompt-00000002.md"));
    assert_false(handout_put("nowhere", &(struct handout){"prompt-00000001.md", "x", 1}, &err));
    assert_string_equal(err.text, "nowhere: cannot be opened: No such file or directory");
    err_release(&err);
    assert_int_equal(chmod("work/.mc-pickup", 0700), 0);
    files_remove("work/.mc-pickup/.gitignore");
    handout_clear("work", NULL);
    assert_int_equal(rmdir("work/.mc-pickup"), 0);
    files_touch("work/.mc-pickup");
    says("prompt-00000001.md", MC_NOPERM, "work/.mc-pickup: is a link, or no directory; move away what is there");
}

/* As root, which alone can give one away. */
static void of_another_user(void **state) {
    (void)state;
    if (geteuid() != 0)
        skip();
    is_put("prompt-00000001.md");
    assert_int_equal(chown("work/.mc-pickup", 65534, 65534), 0);
    says("prompt-00000002.md", MC_NOPERM, "work/.mc-pickup: belongs to another user; move away what is there");
}

/* So many names are looked at, and no more. */
static void a_folder_that_was_filled(void **state) {
    (void)state;
    enum { LOOKED_AT = 4096, MORE = 100 };
    int left = 0;
    is_put("prompt-ffffffff.md");
    for (int i = 0; i < LOOKED_AT + MORE; i++) {
        char name[64];
        snprintf(name, sizeof name, "work/.mc-pickup/prompt-%08d.md", i);
        assert_int_equal(link("work/.mc-pickup/prompt-ffffffff.md", name), 0);
    }
    handout_clear("work", NULL);
    DIR *folder = opendir("work/.mc-pickup");
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        left += strncmp(entry->d_name, "prompt-", 7) == 0;
    closedir(folder);
    assert_in_range(left, MORE + 1, MORE + 4); /* these two and what hides it may have been among them */
    handout_clear("work", NULL);
    assert_false(files_exists("work/.mc-pickup/prompt-ffffffff.md"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_private_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(earlier_ones_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(links_are_not_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_hides_it_is_mended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_somebody_elses_stays, set_up, tear_down),
        cmocka_unit_test(tells_a_prompt_by_its_path),
        cmocka_unit_test_setup_teardown(a_full_disk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_directory_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_the_system_refuses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_another_user, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_was_filled, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
