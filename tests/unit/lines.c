/* Whole lines are added, or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "folder.h"
#include "host/files.h"
#include "host/lines.h"
#include "host/lock.h"
#include "refused.h"

REFUSABLE(pwrite, ssize_t, -1, (int fd, const void *bytes, size_t n, off_t at), (fd, bytes, n, at))
REFUSABLE(pread, ssize_t, -1, (int fd, void *bytes, size_t n, off_t at), (fd, bytes, n, at))
REFUSABLE(fsync, int, -1, (int fd), (fd))

enum { MOST = 20000 };

static void put(const char *bytes, size_t n) {
    struct err err = {0};

    assert_true(files_write("file", bytes, n, &err));
}

static void holds(const char *bytes) {
    struct text text = {0};
    struct err err = {0};

    assert_true(files_read(&text, "file", MOST, &err));
    assert_string_equal(text_str(&text), bytes);
    text_release(&text);
}

static bool append(struct err *err) {
    return lines_append(&(struct lines){"file", "new\n", 4}, err);
}

static void says(int code, const char *text) {
    struct err err = {0};

    assert_false(append(&err));
    assert_string_equal(err.text, text);
    assert_int_equal(err.code, code);
    err_release(&err);
}

static void half_a_line_is_taken_away(void **state) {
    static const size_t halves[] = {0, 1, 4095, 4096, 4097, 9000};
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        char *bytes = xcalloc(1, MOST);

        memcpy(bytes, "old\n", 4);
        memset(bytes + 4, 'x', halves[i]);
        put(bytes, 4 + halves[i]);
        assert_true(append(&err));
        holds("old\nnew\n");
        put(bytes + 4, halves[i]); /* and where there is no whole one */
        assert_true(append(&err));
        holds("new\n");
        free(bytes);
    }
}

static void none_is_added_where_one_cannot_be(void **state) {
    (void)state;
    put("old\n", 4);
    refuse("pwrite", ENOSPC, 0, 1);
    says(MC_IOERR, "file: cannot be written: No space left on device");
    for (int i = 0; i < 3; i++) { /* itself, its name, its folder's */
        refuse("fsync", EIO, i, 1);
        says(MC_IOERR, "file: cannot be written: Input/output error");
        holds("old\n");
    }
    refuse("pread", EIO, 0, 1);
    says(MC_IOERR, "file: cannot be written: Input/output error");
    holds("old\n");
    assert_true(refuse_over());
}

static void goes_on_after_a_signal(void **state) {
    static const char *const calls[] = {"pwrite", "pread"};
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        put("old\n", 4);
        refuse(calls[i], EINTR, 0, 1);
        assert_true(append(&err));
        assert_true(refuse_over());
        holds("old\nnew\n");
    }
}

static void another_one_writes(void **state) {
    struct err err = {0};
    int fd;

    (void)state;
    put("old\n", 4);
    assert_int_equal(lock_take("file", &fd, &err), LOCK_TAKEN);
    says(MC_TEMPFAIL, "file: another program writes it");
    holds("old\n");
    lock_leave(&fd);
}

static void what_is_no_file_of_ours(void **state) {
    (void)state;
    assert_int_equal(mkfifo("file", 0600), 0);
    says(MC_NOPERM, "file: is not a file of our own");
    assert_int_equal(unlink("file"), 0);
    assert_int_equal(symlink("other", "file"), 0);
    says(MC_CANTCREAT, "file: cannot be opened: Too many levels of symbolic links; move away what stands there");
    assert_int_equal(unlink("file"), 0);
    put("old\n", 4);
    assert_int_equal(link("file", "other"), 0);
    says(MC_NOPERM, "file: is not a file of our own, but another's by a hard link: move it away");
    holds("old\n");
    assert_int_equal(unlink("other"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(half_a_line_is_taken_away, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(none_is_added_where_one_cannot_be, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(goes_on_after_a_signal, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(another_one_writes, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(what_is_no_file_of_ours, folder_enter, folder_leave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
