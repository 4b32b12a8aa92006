/* What is written for somebody is whole in its place, or not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "folder.h"
#include "host/files.h"
#include "host/outfile.h"
#include "refused.h"

REFUSABLE(fcntl, int, -1, (int fd, int command, long argument), (fd, command, argument))
REFUSABLE(fsync, int, -1, (int fd), (fd))

static void says(struct err *err, int code, const char *text) {
    assert_non_null(err->text);
    assert_string_equal(err->text, text);
    assert_int_equal(err->code, code);
    err_release(err);
    *err = (struct err){0};
}

static bool write_out(struct err *err) {
    struct text text = {0};
    struct outfile out;
    bool done;

    text_add(&text, "words");
    done = outfile_open(&out, "file", err) && outfile_add(&out, &text, err) && outfile_finish(&out, err);
    outfile_close(&out);
    text_release(&text);
    return done;
}

static void it_is_there_when_it_is_finished(void **state) {
    struct text seen = {0};
    struct err err = {0};

    (void)state;
    assert_true(write_out(&err));
    assert_true(files_read(&seen, "file", 100, &err));
    assert_string_equal(text_str(&seen), "words");
    assert_int_equal(folder_names(), 1);
    text_release(&seen);
}

static void what_goes_wrong_is_told(void **state) {
    int before = dup(STDIN_FILENO), after;
    struct err err = {0};

    (void)state;
    refuse("fcntl", EMFILE, 0, 1);
    assert_false(write_out(&err));
    says(&err, MC_OSERR, "file: cannot be written: Too many open files");
    assert_int_equal(folder_names(), 0);
    refuse("fsync", EIO, 0, 1);
    assert_false(write_out(&err));
    says(&err, MC_IOERR, "file: cannot be written: Input/output error");
    assert_int_equal(folder_names(), 0);
    refuse("fsync", EIO, 1, 1); /* of its name: it is there by then */
    assert_false(write_out(&err));
    says(&err, MC_IOERR, "file: cannot be kept: Input/output error");
    assert_int_equal(folder_names(), 1);
    after = dup(STDIN_FILENO);
    assert_int_equal(after, before + 1);
    close(before);
    close(after);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_there_when_it_is_finished, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(what_goes_wrong_is_told, folder_enter, folder_leave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
