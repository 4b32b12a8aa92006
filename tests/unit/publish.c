#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/publish.h"
#include "refused.h"

REFUSABLE(fchown, int, -1, (int fd, uid_t user, gid_t group), (fd, user, group))
REFUSABLE(fchmod, int, -1, (int fd, mode_t mode), (fd, mode))
REFUSABLE(futimens, int, -1, (int fd, const struct timespec *times), (fd, times))
REFUSABLE(fsync, int, -1, (int fd), (fd))
REFUSABLE(lstat, int, -1, (const char *name, struct stat *seen), (name, seen))

static char folder[] = "/tmp/mc-publish-XXXXXX";
static char *path;

static int setup(void **state) {
    (void)state;
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    if (!mkdtemp(folder))
        return 1;
    path = xasprintf("%s/page.html", folder);
    return 0;
}

/* Nothing else is left there. */
static int teardown(void **state) {
    (void)state;
    chmod(folder, 0700);
    unlink(path);
    free(path);
    return rmdir(folder);
}

static bool put(const char *bytes, struct err *err) {
    return publish(&(struct publishing){.path = path, .bytes = bytes, .n = strlen(bytes), .at = 0}, err);
}

static void holds(const char *bytes, unsigned mode) {
    struct text text = {0};
    struct err err = {0};
    struct stat seen;

    assert_true(files_read(&text, path, 100, &err));
    assert_string_equal(text_str(&text), bytes);
    assert_int_equal(lstat(path, &seen), 0);
    assert_true(S_ISREG(seen.st_mode));
    assert_int_equal(seen.st_mode & 07777, mode);
    text_release(&text);
}

static void refuses_it(const char *bytes, enum mc_exit code) {
    struct err err = {0};

    assert_false(put(bytes, &err));
    assert_int_equal(err.code, code);
    assert_non_null(strstr(err.text, path));
    err_release(&err);
}

static void a_new_one_is_ours_alone(void **state) {
    struct err err = {0};
    mode_t old = umask(0);

    (void)state;
    assert_true(put("a", &err));
    umask(old);
    holds("a", 0600);
}

static void one_that_is_there_keeps_its_mode(void **state) {
    struct err err = {0};

    (void)state;
    assert_true(put("a", &err));
    chmod(path, 0644);
    assert_true(put("b", &err));
    holds("b", 0644);
    chmod(path, 0400);
    assert_true(put("c", &err));
    holds("c", 0400);
}

/* As root, the two that only root can try. */
static void another_users_file_is_left_alone(void **state) {
    struct err err = {0};

    (void)state;
    if (geteuid() != 0)
        skip();
    assert_true(put("a", &err));
    assert_int_equal(chown(path, 65534, 65534), 0);
    refuses_it("new", MC_NOPERM);
}

static void the_group_is_kept(void **state) {
    struct err err = {0};
    struct stat seen;

    (void)state;
    if (geteuid() != 0)
        skip();
    assert_true(put("a", &err));
    assert_int_equal(chown(path, (uid_t)-1, 65534), 0);
    chmod(path, 0640);
    assert_true(put("b", &err));
    holds("b", 0640);
    assert_int_equal(lstat(path, &seen), 0);
    assert_int_equal(seen.st_gid, 65534);
}

static void its_age_is_what_was_asked_for(void **state) {
    struct err err = {0};

    (void)state;
    assert_true(publish(&(struct publishing){.path = path, .bytes = "a", .n = 1, .at = INT64_C(1790000000123)}, &err));
    assert_int_equal(files_changed_at(path), INT64_C(1790000000123));
}

static void a_link_is_not_followed(void **state) {
    char *other = xasprintf("%s/other", folder);
    struct err err = {0};
    struct stat seen;

    (void)state;
    assert_true(publish(&(struct publishing){.path = other, .bytes = "kept", .n = 4, .at = 0}, &err));
    assert_int_equal(symlink("other", path), 0);
    refuses_it("new", MC_NOPERM);
    assert_int_equal(files_size(other), 4);
    assert_int_equal(lstat(path, &seen), 0);
    assert_true(S_ISLNK(seen.st_mode));
    unlink(other);
    free(other);
}

static void a_folder_is_no_place(void **state) {
    (void)state;
    assert_int_equal(mkdir(path, 0700), 0);
    refuses_it("new", MC_CANTCREAT);
    rmdir(path);
}

static void a_missing_folder_is_said(void **state) {
    struct err err = {0};

    (void)state;
    assert_false(
        publish(&(struct publishing){.path = "/nowhere/at/all/page.html", .bytes = "x", .n = 1, .at = 0}, &err));
    assert_int_equal(err.code, MC_CANTCREAT);
    err_release(&err);
}

/* /dev/full is a full disk, but no file; a limit on their size is as good. */
static void what_was_there_stays_when_it_fails(void **state) {
    struct err err = {0};
    char *large = xmalloc(1 << 20);

    (void)state;
    memset(large, 'x', (1 << 20) - 1);
    large[(1 << 20) - 1] = '\0';
    assert_true(put("old", &err));
    if (fork() == 0) {
        const struct rlimit most = {4096, 4096};

        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &most);
        _exit(put(large, &err) ? 0 : err.code == MC_IOERR ? 7 : 8);
    } else {
        int status = 0;

        wait(&status);
        assert_int_equal(WEXITSTATUS(status), 7);
    }
    holds("old", 0600);
    free(large);
}

/* A group that we are not in gets nothing that is not everybody's. */
static void a_group_that_we_may_not_give(void **state) {
    static const unsigned modes[][2] = {{0640, 0600}, {0664, 0644}, {0666, 0666}, {0775, 0755}, {0677, 0677},
                                        {0600, 0600}, {0644, 0644}, {0654, 0644}, {0651, 0611}};
    struct err err = {0};

    (void)state;
    assert_true(put("a", &err));
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        chmod(path, modes[i][0]);
        refuse("fchown", EPERM, 0, 1);
        assert_true(put("b", &err));
        assert_true(refuse_over());
        holds("b", modes[i][1]);
    }
}

static void one_for_all(void **state) {
    struct publishing what = {.path = path, .bytes = "a", .n = 1, .for_all = true};
    struct err err = {0};
    mode_t old = umask(077);

    (void)state;
    assert_true(publish(&what, &err));
    holds("a", 0644);
    chmod(path, 04640);
    assert_true(publish(&what, &err));
    holds("a", 0640);
    umask(old);
}

static void each_step_is_seen_to(void **state) {
    static const char *const steps[] = {"fchmod", "futimens", "fsync"};
    struct publishing what = {.path = path, .bytes = "new", .n = 3, .at = 5};
    struct err err = {0};
    char *told = xasprintf("%s: cannot be written; what was there stays: Input/output error", path);

    (void)state;
    assert_true(put("old", &err));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        refuse(steps[i], EIO, i == 0, 1); /* its first fchmod is its own */
        assert_false(publish(&what, &err));
        assert_true(refuse_over());
        assert_string_equal(err.text, told);
        assert_int_equal(err.code, MC_IOERR);
        err_release(&err);
        err = (struct err){0};
        holds("old", 0600);
    }
    free(told);
    assert_int_equal(unlink(path), 0);
    what.for_all = true;
    refuse("fchmod", EIO, 1, 1);
    assert_false(publish(&what, &err));
    assert_true(refuse_over());
    assert_false(files_exists(path));
    err_release(&err);
}

static void what_is_told_of_a_place(void **state) {
    static const struct {
        const char *says;
        enum mc_exit code;
    } places[] = {{": it is a symbolic link; name the file that it leads to", MC_NOPERM},
                  {": it is no file; name one, or a place where there is none", MC_CANTCREAT},
                  {": cannot be looked at: Permission denied", MC_NOPERM}};

    (void)state;
    for (int i = 0; i < 3; i++) {
        char *told = xasprintf("%s%s", path, places[i].says);
        struct err err = {0};

        if (i == 0)
            assert_int_equal(symlink("nowhere", path), 0);
        if (i == 1)
            assert_int_equal(mkfifo(path, 0600), 0);
        if (i == 2)
            refuse("lstat", EACCES, 0, 1);
        assert_false(publish_may(path, &err));
        assert_string_equal(err.text, told);
        assert_int_equal(err.code, places[i].code);
        refuse_over();
        err_release(&err);
        err = (struct err){0};
        unlink(path);
        assert_true(publish_may(path, &err));
        free(told);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_one_is_ours_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(one_that_is_there_keeps_its_mode, setup, teardown),
        cmocka_unit_test_setup_teardown(another_users_file_is_left_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(the_group_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(its_age_is_what_was_asked_for, setup, teardown),
        cmocka_unit_test_setup_teardown(a_link_is_not_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_folder_is_no_place, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_folder_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_there_stays_when_it_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(a_group_that_we_may_not_give, setup, teardown),
        cmocka_unit_test_setup_teardown(one_for_all, setup, teardown),
        cmocka_unit_test_setup_teardown(each_step_is_seen_to, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_told_of_a_place, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
