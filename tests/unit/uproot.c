#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "host/descriptors.h"
#include "host/files.h"
#include "host/uproot.h"

#include "descriptors_open.h"
#include "refused.h"

REFUSABLE(openat, int, -1, (int at, const char *path, int flags, mode_t mode), (at, path, flags, mode))
REFUSABLE(fdopendir, DIR *, NULL, (int fd), (fd))
REFUSABLE(unlinkat, int, -1, (int at, const char *path, int flags), (at, path, flags))
REFUSABLE(renameat, int, -1, (int at, const char *path, int to, const char *new_path), (at, path, to, new_path))

static ino_t mounted; /* a folder of this number is another file system's */

int __real_fstat(int fd, struct stat *seen);
int __wrap_fstat(int fd, struct stat *seen);
int __wrap_fstat(int fd, struct stat *seen) {
    int done = is_refused("fstat") ? -1 : __real_fstat(fd, seen);
    if (done == 0 && seen->st_ino == mounted)
        seen->st_dev++;
    return done;
}

static char folder[] = "/tmp/mcz.XXXXXX";

static char *in(const char *name) {
    return xasprintf("%s/%s", folder, name);
}

static void make(const char *name, bool is_folder) {
    char *path = in(name);
    FILE *file = is_folder ? NULL : fopen(path, "w");
    if (is_folder)
        assert_int_equal(mkdir(path, 0700), 0);
    else
        assert_int_equal(fclose(file), 0);
    free(path);
}

static void test_all_of_it_and_nothing_behind_a_link(void **state) {
    (void)state;
    char *link = in("gone/a/link"), *top_link = in("link"), *kept = in("kept"), *file = in("kept/file"),
         *gone = in("gone");
    make("kept", true);
    make("kept/file", false);
    make("gone", true);
    make("gone/a", true);
    make("gone/a/b", true);
    make("gone/a/b/file", false);
    assert_int_equal(symlink(kept, link), 0);
    assert_int_equal(symlink(kept, top_link), 0);
    assert_false(uproot(top_link, INT64_MAX));
    assert_true(uproot(gone, INT64_MAX));
    assert_false(files_exists(gone));
    assert_true(files_exists(file));
    assert_true(uproot(gone, INT64_MAX)); /* nothing there is fine */
    free(link);
    free(top_link);
    free(kept);
    free(file);
    free(gone);
}

static void test_nothing_of_another_user(void **state) {
    (void)state;
    char *other = in("other"), *file = in("other/file");
    if (geteuid() != 0)
        skip(); /* only root can give a folder away */
    make("other", true);
    make("other/file", false);
    assert_int_equal(chown(other, 1, 1), 0);
    assert_false(uproot(other, INT64_MAX));
    assert_true(files_exists(file));
    assert_int_equal(chown(other, 0, 0), 0);
    assert_true(uproot(other, INT64_MAX));
    free(other);
    free(file);
}

/* So many folders, each in the one before and with a file in it. */
static char *dig(const char *name, int depth) {
    char *top = in(name), *path = xstrdup(top);
    for (int i = 0; i < depth; i++) {
        char *file = xasprintf("%s/file", path), *deeper = xasprintf("%s/d", path);
        assert_int_equal(mkdir(path, 0700), 0);
        assert_int_equal(fclose(fopen(file, "w")), 0);
        free(file);
        free(path);
        path = deeper;
    }
    free(path);
    return top;
}

static void test_however_deep(void **state) {
    (void)state;
    int before = descriptors_open();
    char *top = dig("deep", 140);
    struct rlimit limit, few;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    few = limit;
    few.rlim_cur = 3 + 65; /* the three that are open, and just as many as so many levels take */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    bool gone = uproot(top, INT64_MAX);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_true(gone);
    assert_false(files_exists(top));
    assert_int_equal(descriptors_open(), before);
    free(top);
}

static void test_until_then(void **state) {
    (void)state;
    char *top = dig("late", 2), *file = in("late/file");
    assert_false(uproot(top, clock_monotonic()));
    assert_true(files_exists(file));
    assert_true(uproot(top, clock_monotonic() + 600000));
    free(top);
    free(file);
}

/* What our own user has closed is opened. */
static void test_what_is_closed(void **state) {
    static const mode_t modes[] = {0, 0100, 0400, 0500, 0600};
    uid_t user = geteuid();
    (void)state;
    if (user == 0)
        assert_int_equal(seteuid(65534), 0);
    char *place = xstrdup("/tmp/mcz.XXXXXX");
    assert_non_null(mkdtemp(place));
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        char *top = xasprintf("%s/top", place), *inner = xasprintf("%s/inner", top), *file = xasprintf("%s/f", inner);
        assert_int_equal(mkdir(top, 0700), 0);
        assert_int_equal(mkdir(inner, 0700), 0);
        assert_int_equal(fclose(fopen(file, "w")), 0);
        assert_int_equal(chmod(inner, modes[i]), 0);
        assert_int_equal(chmod(top, 0500), 0);
        assert_true(uproot(top, INT64_MAX));
        free(top);
        free(inner);
        free(file);
    }
    assert_int_equal(rmdir(place), 0);
    if (user == 0)
        assert_int_equal(seteuid(user), 0);
    free(place);
}

static void test_nothing_of_another_file_system(void **state) {
    struct stat seen;
    char *top = dig("mounts", 2), *inner = in("mounts/mount"), *file = in("mounts/mount/file");
    int before = descriptors_open();
    (void)state;
    make("mounts/mount", true);
    make("mounts/mount/file", false);
    assert_int_equal(stat(inner, &seen), 0);
    mounted = seen.st_ino;
    bool gone = uproot(top, INT64_MAX);
    mounted = 0;
    assert_false(gone);
    assert_true(files_exists(file));
    assert_int_equal(descriptors_open(), before);
    assert_true(uproot(top, INT64_MAX));
    free(top);
    free(inner);
    free(file);
}

static void test_what_the_system_refuses(void **state) {
    static const struct {
        const char *call;
        int error, behind;
    } calls[] = {{"fstat", EIO, 0},        {"fdopendir", ENOMEM, 0}, {"openat", EMFILE, 1}, {"fstat", EIO, 1},
                 {"fdopendir", ENOMEM, 1}, {"unlinkat", EPERM, 0},   {"renameat", EXDEV, 0}};
    (void)state;
    int before = descriptors_open();
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char *top = dig("refused", strcmp(calls[i].call, "renameat") == 0 ? 66 : 2);
        refuse(calls[i].call, calls[i].error, calls[i].behind, EACH_TIME);
        bool gone = uproot(top, INT64_MAX);
        if (!refuse_over() || gone)
            fail_msg("%s", calls[i].call);
        assert_true(files_exists(top));
        assert_int_equal(descriptors_open(), before);
        assert_true(uproot(top, INT64_MAX));
        free(top);
    }
    char *most = dig("most", 64); /* so deep nothing is brought up yet */
    refuse("renameat", EXDEV, 0, EACH_TIME);
    bool all = uproot(most, INT64_MAX);
    assert_false(refuse_over());
    assert_true(all);
    free(most);
    assert_false(uproot("/dev/null", INT64_MAX));
    assert_false(uproot("/dev/null/x", INT64_MAX));
    char *top = dig("gone", 1);
    refuse("unlinkat", ENOENT, 0, 1); /* somebody else was faster: the next look sees what is there */
    assert_true(uproot(top, INT64_MAX));
    assert_true(refuse_over());
    free(top);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_of_it_and_nothing_behind_a_link),
                                       cmocka_unit_test(test_nothing_of_another_user),
                                       cmocka_unit_test(test_however_deep),
                                       cmocka_unit_test(test_until_then),
                                       cmocka_unit_test(test_what_is_closed),
                                       cmocka_unit_test(test_nothing_of_another_file_system),
                                       cmocka_unit_test(test_what_the_system_refuses)};
    descriptors_close(DESCRIPTOR_NONE, DESCRIPTOR_NONE); /* what we were given */
    assert_non_null(mkdtemp(folder));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return uproot(folder, INT64_MAX) ? failed : 1;
}
