#include "base/clock.h"
#include "base/random.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* The clocks of these tests: the kernel's, moved by what a test says, and counted. */
static int64_t wall_moved, awake_moved, boot_moved; /* seconds */
static int reads;

int clock_gettime(clockid_t id, struct timespec *now) {
    int result = (int)syscall(SYS_clock_gettime, id, now);
    reads++;
    now->tv_sec += id == CLOCK_REALTIME ? wall_moved : id == CLOCK_BOOTTIME ? boot_moved : awake_moved;
    return result;
}

static void check_stamp(int64_t ms, const char *expected) {
    char stamp[CLOCK_STAMP];
    clock_stamp(ms, stamp);
    assert_string_equal(stamp, expected);
}

static void stamps_are_utc_seconds(void **state) {
    (void)state;
    check_stamp(0, "1970-01-01T00:00:00Z");
    check_stamp(1700000000999, "2023-11-14T22:13:20Z");
    check_stamp(-1, "1969-12-31T23:59:59Z");
    check_stamp(-1000, "1969-12-31T23:59:59Z");
    check_stamp(INT64_MAX, "292278994-08-17T07:12:55Z");
    check_stamp(INT64_MIN, "-292275055-05-16T16:47:04Z");
}

static void zoned_stamps_say_whose_clock(void **state) {
    char stamp[CLOCK_STAMP];

    (void)state;
    setenv("TZ", "IST-5:30", 1);
    tzset();
    clock_local(1700000000999, stamp);
    assert_string_equal(stamp, "2023-11-15 03:43:20");
    clock_zoned(1700000000999, stamp);
    assert_string_equal(stamp, "2023-11-15 03:43:20 +0530");
    clock_zoned(INT64_MAX, stamp);
    assert_string_equal(stamp, "292278994-08-17 12:42:55 +0530");
    clock_zoned(INT64_MIN, stamp);
    assert_string_equal(stamp, "-292275055-05-16 22:17:04 +0530");
    unsetenv("TZ");
    tzset();
}

/* Of a day with 23 hours, too: in 2026 summer time began there on 29 March. */
static void midnights_are_local(void **state) {
    (void)state;
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    assert_int_equal(clock_midnight(INT64_C(1774821600000), 0), INT64_C(1774821600000)); /* 30 March, 0:00 */
    assert_int_equal(clock_midnight(INT64_C(1774821599000), 0), INT64_C(1774738800000)); /* 29 March, 0:00 */
    assert_int_equal(clock_midnight(INT64_C(1774821600000), 1), INT64_C(1774738800000));
    assert_int_equal(clock_midnight(INT64_C(1774821600000), 31), INT64_C(1772146800000)); /* 27 February */
    unsetenv("TZ");
    tzset();
}

/* First: what is followed once is followed to the end of the process. */
static void nobody_followed_costs_nothing(void **state) {
    int64_t before;

    (void)state;
    reads = 0;
    before = clock_now();
    assert_int_equal(reads, 1);
    assert_int_equal(clock_difference(), 0);
    assert_int_equal(reads, 1);
    wall_moved = 3600;
    assert_in_range(clock_now() - before, 3600000, 3660000);
    assert_in_range(clock_here() - before, 3600000, 3660000);
    wall_moved = 0;
}

/* Fifty years off, or set in the middle: nobody is to see it in a stamp of the board. */
static void a_followed_clock_is_nobodys_here(void **state) {
    int64_t theirs = INT64_C(1700000000000), here = clock_here();

    (void)state;
    clock_follow(theirs);
    assert_in_range(clock_now() - theirs, 0, 1000);
    assert_in_range(clock_difference() - (here - theirs), 0, 1000);
    wall_moved = -3600;
    assert_in_range(clock_now() - theirs, 0, 1000);
    assert_in_range(here - clock_here(), 3590000, 3600000);
    assert_in_range(clock_difference() - (here - theirs) + 3600000, 0, 1000);
    wall_moved = INT64_C(50) * 365 * 86400;
    assert_in_range(clock_now() - theirs, 0, 1000);
    wall_moved = 0;
}

/* Suspended for five hours: the wall clock and the boot clock went on, as the followed one did. */
static void a_followed_clock_goes_on_in_suspend(void **state) {
    int64_t theirs = INT64_C(1700000000000), difference;

    (void)state;
    clock_follow(theirs);
    difference = clock_difference();
    wall_moved = boot_moved = 18000;
    assert_in_range(clock_now() - theirs, 18000000, 18001000);
    assert_in_range(clock_difference() - difference + 1, 0, 2);
    awake_moved = 100;
    assert_in_range(clock_now() - theirs, 18000000, 18001000);
    wall_moved = boot_moved = awake_moved = 0;
}

/* Another connection, another server that took over: the last word counts, backwards too. */
static void the_last_one_followed_counts(void **state) {
    (void)state;
    clock_follow(INT64_C(1700000000000));
    clock_follow(INT64_C(1600000000000));
    assert_in_range(clock_now(), INT64_C(1600000000000), INT64_C(1600000001000));
    clock_sleep(20);
    assert_in_range(clock_now(), INT64_C(1600000000019), INT64_C(1600000002000));
}

static void interrupted(int number) {
    (void)number;
}

static void a_sleep_outlives_a_signal(void **state) {
    (void)state;
    struct sigaction action = {.sa_handler = interrupted};
    sigaction(SIGALRM, &action, NULL);
    int64_t start = clock_monotonic();
    alarm(1);
    clock_sleep(1300);
    assert_true(clock_monotonic() - start >= 1299);
    clock_sleep(0);
    clock_sleep(-5);
    assert_true(clock_now() > INT64_C(1600000000000));
}

static void random_names_differ(void **state) {
    (void)state;
    char a[RUN_ID_DIGITS + 1];
    char b[RUN_ID_DIGITS + 1];
    random_hex(a, RUN_ID_DIGITS);
    random_hex(b, RUN_ID_DIGITS);
    assert_int_equal(strlen(a), RUN_ID_DIGITS);
    assert_int_equal(strspn(a, "0123456789abcdef"), RUN_ID_DIGITS);
    assert_string_not_equal(a, b);
    random_hex(a, 6);
    assert_int_equal(strlen(a), 6);
    random_hex(a, 0);
    assert_string_equal(a, "");
    assert_true(random_number() != random_number() || random_number() != random_number());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_followed_costs_nothing),    cmocka_unit_test(stamps_are_utc_seconds),
        cmocka_unit_test(zoned_stamps_say_whose_clock),     cmocka_unit_test(midnights_are_local),
        cmocka_unit_test(a_sleep_outlives_a_signal),        cmocka_unit_test(random_names_differ),
        cmocka_unit_test(a_followed_clock_is_nobodys_here), cmocka_unit_test(a_followed_clock_goes_on_in_suspend),
        cmocka_unit_test(the_last_one_followed_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
