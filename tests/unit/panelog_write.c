/* A pane's log where another writes it, where it is none of ours, and where the system refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "folder.h"
#include "host/files.h"
#include "host/lock.h"
#include "host/panelog_write.h"
#include "refused.h"

REFUSABLE(pwrite, ssize_t, -1, (int fd, const void *bytes, size_t n, off_t at), (fd, bytes, n, at))

/* A clock that gets there faster than its waits, and who else does something meanwhile (ld --wrap). */
static int64_t ahead;
static void (*meanwhile)(void);
int64_t __real_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void);
void __wrap_clock_sleep(int64_t ms);

int64_t __wrap_clock_monotonic(void) {
    return __real_clock_monotonic() + ahead;
}

void __wrap_clock_sleep(int64_t ms) {
    ahead += ms * 100;
    if (meanwhile)
        meanwhile();
}

/* Between its opening and its lock another file takes its place. */
static bool replaced;
int __real_flock(int fd, int how);
int __wrap_flock(int fd, int how);

int __wrap_flock(int fd, int how) {
    if (replaced)
        assert_int_equal(rename("log.new", "log"), 0);
    replaced = false;
    return __real_flock(fd, how);
}

static int setup(void **state) {
    meanwhile = NULL;
    return folder_enter(state);
}

static int teardown(void **state) {
    unlink("log");
    return folder_leave(state);
}

static void refuses(int code, const char *text) {
    struct panelog log;
    struct err err = {0};

    assert_false(panelog_open(&log, "log", 0, &err));
    assert_string_equal(err.text, text);
    assert_int_equal(err.code, code);
    assert_int_equal(log.fd, -1);
    err_release(&err);
}

static int other = -1;

static void other_leaves(void) {
    lock_leave(&other);
}

static void another_one_is_waited_for(void **state) {
    struct panelog log;
    struct err err = {0};

    (void)state;
    assert_int_equal(lock_take("log", &other, &err), LOCK_TAKEN);
    refuses(MC_TEMPFAIL, "log: another program writes it");
    meanwhile = other_leaves;
    assert_true(panelog_open(&log, "log", 0, &err));
    panelog_close(&log);
}

static void what_takes_its_place_is_the_log(void **state) {
    struct panelog log;
    struct stat now, held;
    int before, after;
    struct err err = {0};

    (void)state;
    assert_true(files_write("log.new", "whole", 5, &err));
    replaced = true;
    before = dup(STDIN_FILENO);
    assert_true(panelog_open(&log, "log", 0, &err));
    after = dup(STDIN_FILENO);
    assert_false(replaced);
    assert_int_equal(after, before + 2); /* the log is the one that is open more */
    assert_int_equal(stat("log", &now), 0);
    assert_int_equal(fstat(log.fd, &held), 0);
    assert_int_equal(now.st_ino, held.st_ino);
    assert_int_equal(log.size, 5);
    panelog_close(&log);
    close(before);
    close(after);
}

static void one_that_is_none_of_ours(void **state) {
    (void)state;
    assert_int_equal(mkfifo("log", 0600), 0);
    refuses(MC_NOPERM, "log: is not a file of our own");
}

static void goes_on_after_a_signal(void **state) {
    char words[] = "words";
    struct text seen = {0};
    struct panelog log;
    struct err err = {0};

    (void)state;
    assert_true(panelog_open(&log, "log", 0, &err));
    refuse("pwrite", EINTR, 0, 1);
    panelog_add(&log, words, 5);
    assert_true(refuse_over());
    panelog_close(&log);
    assert_true(files_read(&seen, "log", 100, &err));
    assert_string_equal(text_str(&seen), "words");
    text_release(&seen);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_one_is_waited_for, setup, teardown),
        cmocka_unit_test_setup_teardown(what_takes_its_place_is_the_log, setup, teardown),
        cmocka_unit_test_setup_teardown(one_that_is_none_of_ours, setup, teardown),
        cmocka_unit_test_setup_teardown(goes_on_after_a_signal, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
