#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/volume.h"

static void test_a_disk(void **state) {
    (void)state;
    struct volume volume;
    assert_true(volume_look("/dev/shm", &volume));
    assert_true(volume.free_bytes > 0);
    assert_false(volume.read_only);
    assert_null(volume.network);
}

static void test_nothing_there(void **state) {
    (void)state;
    struct volume volume;
    assert_false(volume_look("/dev/shm/no such folder", &volume));
}

/* sysfs says nothing of room, and is no network's. */
static void test_a_full_one(void **state) {
    (void)state;
    struct volume volume;
    assert_true(volume_look("/proc", &volume));
    assert_int_equal(volume.free_bytes, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_disk), cmocka_unit_test(test_nothing_there),
                                       cmocka_unit_test(test_a_full_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
