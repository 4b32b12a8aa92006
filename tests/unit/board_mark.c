#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "folder.h"
#include "host/files.h"
#include "refused.h"
#include "run/board_mark.h"

REFUSABLE(linkat, int, -1, (int from, const char *name, int to, const char *as, int flags), (from, name, to, as, flags))

static void one_board_marks_it(void **state) {
    struct err err = {0};
    (void)state;
    assert_int_equal(board_mark_read(".", "one"), WHOSE_UNMARKED);
    assert_int_equal(board_mark_make(".", "one", &err), WHOSE_OURS);
    assert_int_equal(board_mark_make(".", "one", &err), WHOSE_OURS);
    assert_int_equal(board_mark_make(".", "two", &err), WHOSE_ANOTHERS);
    assert_int_equal(board_mark_read(".", "two"), WHOSE_ANOTHERS);
    assert_null(err.text);
    assert_int_equal(unlink(".board"), 0);
}

/* What stands in the way is said as the system says it, and is the disk's fault only where it is. */
static void what_cannot_be_marked(void **state) {
    static const struct {
        int error;
        enum mc_exit code;
        const char *says;
    } refusals[] = {{EPERM, MC_NOPERM, "Operation not permitted"}, {ENOSPC, MC_IOERR, "No space left on device"}};
    struct err err = {0};
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        refuse("linkat", refusals[i].error, 0, EACH_TIME);
        assert_int_equal(board_mark_make(".", "one", &err), WHOSE_UNMARKED);
        assert_true(refuse_over());
        assert_int_equal(err.code, refusals[i].code);
        assert_non_null(strstr(err.text, "./.board: cannot be created"));
        assert_non_null(strstr(err.text, refusals[i].says));
        err_release(&err);
    }
    assert_false(files_exists(".board"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_board_marks_it, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(what_cannot_be_marked, folder_enter, folder_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
