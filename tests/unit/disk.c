/* The size of a folder: what is there, and no more of the time than was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/disk.h"
#include "host/files.h"

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
    int64_t start = clock_monotonic(), bytes = 0;

    (void)state;
    assert_false(disk_used(&(struct disk_asked){"/usr", start + 1}, &bytes));
    assert_true(clock_monotonic() - start < 2000);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sizes), cmocka_unit_test(bounded)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
