#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "host/files.h"
#include "host/line.h"
#include "host/uproot.h"

enum { MOST = 20 };

static char folder[] = "/tmp/mcl.XXXXXX";

static char *in(const char *name) {
    return xasprintf("%s/%s", folder, name);
}

static void a_file_grows_by_lines_and_not_for_ever(void **state) {
    (void)state;
    char *file = in("file");
    assert_true(line_append(file, "one\n", MOST));
    assert_true(line_append(file, "two, and it is long\n", MOST));
    assert_int_equal(files_size(file), 24);
    assert_false(line_append(file, "three\n", MOST));
    assert_int_equal(files_size(file), 24);
    free(file);
}

static void what_a_link_leads_to_and_what_is_no_file_are_left_alone(void **state) {
    (void)state;
    char *target = in("target"), *link = in("link"), *away = in("away"), *pipe = in("pipe");
    assert_true(line_append(target, "mine\n", MOST));
    assert_int_equal(symlink(target, link), 0);
    assert_false(line_append(link, "not mine\n", MOST));
    assert_int_equal(files_size(target), 5);
    files_remove(link);
    assert_int_equal(linkat(AT_FDCWD, target, AT_FDCWD, link, 0), 0);
    assert_false(line_append(link, "not mine\n", MOST));
    assert_int_equal(files_size(target), 5);
    assert_int_equal(symlink("/nowhere/else", away), 0);
    assert_false(line_append(away, "no\n", MOST));
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_false(line_append(pipe, "no\n", MOST)); /* and waits for no reader */
    assert_false(line_append("/dev/null", "no\n", MOST));
    free(target);
    free(link);
    free(away);
    free(pipe);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_grows_by_lines_and_not_for_ever),
        cmocka_unit_test(what_a_link_leads_to_and_what_is_no_file_are_left_alone),
    };
    assert_non_null(mkdtemp(folder));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return uproot(folder, INT64_MAX) ? failed : 1;
}
