/* Room that was kept on a disk: made once, spent once, and never waited for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "folder.h"
#include "host/files.h"
#include "host/reserve.h"
#include "refused.h"

REFUSABLE(posix_fallocate, int, ENOSPC, (int fd, off_t from, off_t n), (fd, from, n))
REFUSABLE(fsync, int, -1, (int fd), (fd))

static void is_kept(void **state) {
    struct stat seen;

    (void)state;
    assert_true(reserve_make("kept"));
    assert_int_equal(stat("kept", &seen), 0);
    assert_int_equal(seen.st_mode & 0777, 0600);
    assert_int_equal(seen.st_size, RESERVE_SIZE);
    assert_false(reserve_make("kept"));
    assert_int_equal(files_size("kept"), RESERVE_SIZE);
    assert_int_equal(unlink("kept"), 0);
    refuse("posix_fallocate", ENOSPC, 0, 1);
    assert_false(reserve_make("kept"));
    assert_true(refuse_over());
    assert_int_equal(folder_names(), 0);
}

static void is_spent_once(void **state) {
    struct text bytes = {0};
    struct err err = {0};

    (void)state;
    assert_true(reserve_make("kept"));
    assert_false(reserve_spend("kept", "file", "", RESERVE_SIZE + 1));
    assert_int_equal(folder_names(), 1);
    assert_true(reserve_spend("kept", "file", "words", 5));
    assert_int_equal(folder_names(), 1);
    assert_true(files_read(&bytes, "file", 5, &err));
    assert_string_equal(text_str(&bytes), "words");
    text_release(&bytes);
    assert_false(reserve_spend("kept", "file", "more", 4));
    assert_int_equal(files_size("file"), 5);
}

static void to_its_last_byte(void **state) {
    char bytes[RESERVE_SIZE];

    (void)state;
    memset(bytes, 'x', sizeof bytes);
    assert_true(reserve_make("kept"));
    assert_true(reserve_spend("kept", "file", bytes, sizeof bytes));
    assert_int_equal(files_size("file"), RESERVE_SIZE);
    assert_int_equal(folder_names(), 1);
}

/* What is in its place and has no reader would be waited for. */
static void a_fifo_is_none(void **state) {
    char *own = xasprintf("kept.%lld", (long long)getpid());

    (void)state;
    assert_int_equal(mkfifo("kept", 0600), 0);
    assert_false(reserve_spend("kept", "file", "words", 5));
    assert_false(files_exists("file"));
    assert_int_equal(unlink(own), 0);
    free(own);
}

static void what_is_not_on_the_disk_has_no_name(void **state) {
    char *own = xasprintf("kept.%lld", (long long)getpid());

    (void)state;
    assert_true(reserve_make("kept"));
    refuse("fsync", EIO, 0, 1);
    assert_false(reserve_spend("kept", "file", "words", 5));
    assert_true(refuse_over());
    assert_false(files_exists("file"));
    assert_int_equal(unlink(own), 0);
    free(own);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_enter, folder_leave)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(is_kept),
        TEST(is_spent_once),
        TEST(to_its_last_byte),
        TEST(a_fifo_is_none),
        TEST(what_is_not_on_the_disk_has_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
