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
#include "host/hole.h"
#include "host/lock.h"
#include "host/panelog_mark.h"
#include "host/panelog_write.h"
#include "refused.h"

REFUSABLE(fallocate, int, -1, (int fd, int mode, off_t from, off_t n), (fd, mode, from, n))
REFUSABLE(pwrite, ssize_t, -1, (int fd, const void *bytes, size_t n, off_t at), (fd, bytes, n, at))

enum { BLOCK = 4096 };

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

static void mark_is(const char *bytes, int64_t wanted) {
    int64_t mark = -1;
    struct err err = {0};

    if (bytes)
        assert_true(files_write("log.mark", bytes, strlen(bytes), &err));
    if (panelog_mark_get("log", &mark) != (wanted >= 0))
        fail_msg("%s", bytes ? bytes : "what was put");
    assert_int_equal(mark, wanted);
}

static void where_the_last_turn_begins(void **state) {
    struct text seen = {0};
    struct err err = {0};

    (void)state;
    mark_is(NULL, -1);
    panelog_mark_put("log", 123456);
    mark_is(NULL, 123456);
    panelog_mark_put("log", 0);
    mark_is(NULL, 0);
    panelog_mark_put("log", INT64_MAX);
    mark_is(NULL, INT64_MAX);
    panelog_mark_put("log", 7);
    assert_true(files_read(&seen, "log.mark", 100, &err));
    assert_string_equal(text_str(&seen), "0000000000000000007\n");
    mark_is("000000000000000007", -1);
    mark_is("00000000000000000x7\n", -1);
    mark_is("9999999999999999999\n", -1);
    unlink("log.mark");
    assert_int_equal(symlink("file", "log.mark"), 0);
    panelog_mark_put("log", 7); /* no link is followed */
    assert_int_equal(access("file", F_OK), -1);
    mark_is(NULL, 7);
    assert_true(files_write("another", "its own", 7, &err)); /* nor a hard one written through */
    unlink("log.mark");
    assert_int_equal(link("another", "log.mark"), 0);
    panelog_mark_put("log", 8);
    mark_is(NULL, 8);
    text_clear(&seen);
    assert_true(files_read(&seen, "another", 100, &err));
    assert_string_equal(text_str(&seen), "its own");
    unlink("another");
    unlink("log.mark");
    text_release(&seen);
}

/* Bytes that say where they stand: as many, and behind those before. */
static void add_more(struct panelog *log, int64_t n) {
    static char bytes[PANELOG_PIECE];

    for (int64_t at = log->size, end = at + n; at < end;) {
        size_t piece = end - at < PANELOG_PIECE ? (size_t)(end - at) : PANELOG_PIECE;

        for (size_t i = 0; i < piece; i++)
            bytes[i] = (char)('a' + (at + (int64_t)i) % 26);
        panelog_add(log, bytes, piece);
        at += (int64_t)piece;
        assert_int_equal(log->size, at);
    }
}

/* Where what is in it begins and ends, as 4096s: "48-96 112-". */
static void stands(const char *wanted) {
    int fd = open("log", O_RDONLY | O_CLOEXEC);
    struct text seen = {0};
    char byte, before = '\0';
    int64_t at = 0;

    for (; pread(fd, &byte, 1, at) == 1; at += BLOCK, before = byte) {
        if (byte)
            assert_int_equal(byte, 'a' + at % 26);
        if (!byte != !before)
            text_addf(&seen, byte ? "%s%lld-" : "%.0s%lld", byte && seen.len ? " " : "", (long long)at / BLOCK);
    }
    assert_string_equal(text_str(&seen), wanted);
    text_release(&seen);
    close(fd);
}

/* Of a log with the least limit: the most that stands in it beside a last turn's beginning, and what is let go at once.
 */
enum { MOST = 206, STEP = 32 };

static int64_t inode_of(const char *path) {
    struct stat seen;

    return stat(path, &seen) == 0 ? (int64_t)seen.st_ino : 0;
}

static bool has_holes(void) {
    struct err err = {0};
    bool can = files_write("file", "x", 1, &err);
    int fd = open("file", O_RDWR | O_CLOEXEC);

    can = can && hole_punch(fd, 0, BLOCK);
    close(fd);
    return can;
}

/* What is over is let go, an eighth of the limit at a time, but for the last turn's beginning. */
static void the_last_of_it_is_kept(void **state) {
    struct panelog log;
    struct err err = {0};
    int64_t inode;

    (void)state;
    if (!has_holes())
        skip();
    assert_true(panelog_open(&log, "log", PANELOG_LIMIT_MIN - 1, &err));
    inode = inode_of("log");
    assert_int_equal(log.limit, PANELOG_LIMIT_MIN);
    add_more(&log, MOST * BLOCK);
    stands("0-");
    add_more(&log, 1);
    stands("33-");
    add_more(&log, 33 * BLOCK - 1);
    stands("33-");
    panelog_mark_put("log", 40 * BLOCK + 5);
    add_more(&log, 33 * BLOCK);
    stands("40-90 98-");
    panelog_mark_put("log", 500 * BLOCK); /* it is whole still */
    add_more(&log, 33 * BLOCK);
    stands("132-");
    assert_int_equal(inode_of("log"), inode);
    panelog_close(&log);
    assert_true(panelog_open(&log, "log", PANELOG_LIMIT_MIN, &err)); /* it is found again as it was left */
    assert_int_equal(log.size, 305 * BLOCK);
    assert_int_equal(log.first, 132 * BLOCK);
    panelog_close(&log);
    unlink("log.mark");
}

/* A copy is made of half, and not tried again at once. */
static void where_no_hole_can_be_made(void **state) {
    struct panelog log;
    struct err err = {0};
    int64_t inode;

    (void)state;
    assert_true(panelog_open(&log, "log", PANELOG_LIMIT_MIN, &err));
    inode = inode_of("log");
    panelog_mark_put("log", 5 * BLOCK);
    refuse("fallocate", EOPNOTSUPP, 0, EACH_TIME);
    add_more(&log, MOST * BLOCK + 1);
    stands("5-55 78-");
    assert_int_not_equal(inode_of("log"), inode);
    assert_int_equal(inode_of("log.new"), 0);
    add_more(&log, (284 - MOST) * BLOCK - 1);
    stands("5-55 78-");
    assert_int_equal(lock_take("log.new", &other, &err), LOCK_TAKEN);
    add_more(&log, 1); /* it finds no room, and is counted */
    stands("5-55 78-284");
    lock_leave(&other);
    add_more(&log, STEP * BLOCK - 1);
    stands("5-55 78-284");
    add_more(&log, 1);
    stands("5-55 188-284 316-");
    assert_true(refuse_over());
    panelog_close(&log);
    unlink("log.mark");
}

/* Of a larger one half is copied, and a step is larger. */
static void a_larger_one(void **state) {
    struct panelog log;
    struct err err = {0};

    (void)state;
    if (!has_holes())
        skip();
    assert_true(panelog_open(&log, "log", 2 * PANELOG_LIMIT_MIN, &err));
    add_more(&log, 462 * BLOCK);
    stands("0-");
    add_more(&log, 1);
    stands("65-");
    refuse("fallocate", EOPNOTSUPP, 0, EACH_TIME);
    add_more(&log, 65 * BLOCK);
    stands("296-");
    assert_true(refuse_over());
    panelog_close(&log);
}

static void reads(const char *wanted, size_t n) {
    struct text seen = {0};
    struct err err = {0};

    assert_true(files_read(&seen, "log", 100, &err));
    assert_int_equal(seen.len, n);
    assert_memory_equal(text_str(&seen), wanted, n);
    text_release(&seen);
}

/* NULs of the program's own are none of it; what finds no room is one; and somebody may write into it. */
static void what_is_missing_is_nul(void **state) {
    char odd[] = "a\0b\0\0c\0", plain[] = "words", none[] = "\0\0";
    struct panelog log;
    struct err err = {0};
    int fd;

    (void)state;
    assert_true(panelog_open(&log, "log", 0, &err));
    panelog_add(&log, odd, sizeof odd);
    panelog_add(&log, none, 2);
    reads("abc", 3);
    refuse("pwrite", ENOSPC, 0, 1);
    panelog_add(&log, plain, 5);
    assert_true(refuse_over());
    assert_int_equal(log.size, 8);
    panelog_add(&log, plain, 2);
    reads("abc\0\0\0\0\0wo", 10);
    fd = open("log", O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(write(fd, "and", 3), 3);
    close(fd);
    panelog_add(&log, plain + 2, 3);
    reads("abc\0\0\0\0\0woandrds", 16);
    assert_int_equal(log.size, 16);
    panelog_close(&log);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_one_is_waited_for, setup, teardown),
        cmocka_unit_test_setup_teardown(what_takes_its_place_is_the_log, setup, teardown),
        cmocka_unit_test_setup_teardown(one_that_is_none_of_ours, setup, teardown),
        cmocka_unit_test_setup_teardown(goes_on_after_a_signal, setup, teardown),
        cmocka_unit_test_setup_teardown(where_the_last_turn_begins, setup, teardown),
        cmocka_unit_test_setup_teardown(the_last_of_it_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(where_no_hole_can_be_made, setup, teardown),
        cmocka_unit_test_setup_teardown(a_larger_one, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_missing_is_nul, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
