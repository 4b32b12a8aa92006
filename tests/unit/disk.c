/* The size of a folder: what is there, and no more of the time than was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/disk.h"
#include "host/files.h"
#include "refused.h"

/* What is named "elsewhere" is on another disk (ld --wrap, as the rest). */
int __real_fstatat(int fd, const char *name, struct stat *seen, int flags);
int __wrap_fstatat(int fd, const char *name, struct stat *seen, int flags);

int __wrap_fstatat(int fd, const char *name, struct stat *seen, int flags) {
    int done = is_refused("fstatat") ? -1 : __real_fstatat(fd, name, seen, flags);

    if (done == 0 && strcmp(name, "elsewhere") == 0)
        seen->st_dev++;
    return done;
}

REFUSABLE(open, int, -1, (const char *path, int flags, mode_t mode), (path, flags, mode))

enum { SIZE = 100000, SOON = 10000 };

static void put(const char *folder, const char *name) {
    static const char bytes[SIZE] = {1};
    char *path = xasprintf("%s/%s", folder, name);
    struct err err = {0};

    assert_true(files_write(path, bytes, SIZE, &err));
    free(path);
}

static void sizes(void **state) {
    char folder[] = "/tmp/mcu.XXXXXX";
    char *deep, *link;
    int64_t bytes = 0, before;

    (void)state;
    assert_non_null(mkdtemp(folder));
    deep = xasprintf("%s/a", folder);
    link = xasprintf("%s/a/link", folder);
    assert_int_equal(mkdir(deep, 0700), 0);
    put(folder, "one");
    put(deep, "two");
    assert_true(disk_used(&(struct disk_asked){folder, clock_monotonic() + SOON}, &before));
    assert_true(before >= 2 * SIZE && before < 3 * SIZE);
    assert_int_equal(symlink("/usr", link), 0); /* a link is one file, wherever it leads */
    assert_true(disk_used(&(struct disk_asked){folder, clock_monotonic() + SOON}, &bytes));
    assert_true(bytes < 3 * SIZE);
    assert_false(disk_used(&(struct disk_asked){folder, clock_monotonic() - 1}, &bytes));
    assert_false(disk_used(&(struct disk_asked){link, clock_monotonic() + SOON}, &bytes));
    assert_false(disk_used(&(struct disk_asked){"/nowhere", clock_monotonic() + SOON}, &bytes));
    char *script = xasprintf("%s/one", folder);
    assert_false(disk_used(&(struct disk_asked){script, clock_monotonic() + SOON}, &bytes));
    free(script);
    for (const char *const *name = (const char *const[]){"a/link", "a/two", "a", "one", ".", NULL}; *name; name++) {
        char *path = xasprintf("%s/%s", folder, *name);
        if (remove(path) != 0)
            rmdir(folder);
        free(path);
    }
    free(link);
    free(deep);
}

/* A time that is over in the middle ends it. */
static void bounded(void **state) {
    int64_t bytes = 0;

    (void)state;
    assert_false(disk_used(&(struct disk_asked){"/usr", clock_monotonic() + 1}, &bytes));
}

static bool sized(const char *folder, int64_t *bytes) {
    return disk_used(&(struct disk_asked){folder, clock_monotonic() + SOON}, bytes);
}

/* While it is looked at; what cannot be looked at makes no number. */
static void what_goes_and_what_is_not_to_be_seen(void **state) {
    static const struct {
        const char *call;
        int error;
        bool gone;
    } refusals[] = {
        {"fstatat", ENOENT, true}, {"fstatat", EACCES, false}, {"open", ENOENT, true}, {"open", EACCES, false}};
    char folder[] = "/tmp/mcu.XXXXXX";
    char *inner, *file;
    int64_t whole = 0, bytes = 0;

    (void)state;
    assert_non_null(mkdtemp(folder));
    inner = xasprintf("%s/elsewhere", folder);
    file = xasprintf("%s/one", folder);
    put(folder, "one");
    assert_true(sized(folder, &whole));
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        refuse(refusals[i].call, refusals[i].error, 0, 1);
        assert_int_equal(sized(folder, &bytes), refusals[i].gone);
        assert_true(refuse_over());
        assert_true(bytes < SIZE); /* none of it */
    }
    assert_int_equal(mkdir(inner, 0700), 0);
    put(inner, "two");
    assert_true(sized(folder, &bytes));
    assert_true(bytes < whole + SIZE); /* another disk's */
    free(file);
    file = xasprintf("%s/two", inner);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(inner), 0);
    free(file);
    file = xasprintf("%s/one", folder);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(folder), 0);
    free(inner);
    free(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sizes), cmocka_unit_test(bounded),
                                       cmocka_unit_test(what_goes_and_what_is_not_to_be_seen)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
