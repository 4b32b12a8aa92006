#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "host/files.h"
#include "host/uproot.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_of_it_and_nothing_behind_a_link),
                                       cmocka_unit_test(test_nothing_of_another_user)};
    assert_non_null(mkdtemp(folder));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return uproot(folder, INT64_MAX) ? failed : 1;
}
