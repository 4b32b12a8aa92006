#include "base/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

static int64_t read_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* How far the followed clock is ahead of the boot clock. Not of the awake one: while this machine sleeps, the others of
 * the board and its server do not, and what is due by their clock is due when this one wakes. */
static int64_t ahead_of_boot;
static bool following;

void clock_follow(int64_t ms) {
    ahead_of_boot = ms - read_clock(CLOCK_BOOTTIME);
    following = true;
}

int64_t clock_now(void) {
    return following ? ahead_of_boot + read_clock(CLOCK_BOOTTIME) : read_clock(CLOCK_REALTIME);
}

int64_t clock_here(void) {
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_difference(void) {
    return following ? clock_here() - clock_now() : 0;
}

int64_t clock_monotonic(void) {
    return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_up(void) {
    return read_clock(CLOCK_BOOTTIME);
}

int64_t clock_stopwatch(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void clock_sleep(int64_t ms) {
    if (ms <= 0)
        return;
    struct timespec left = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
        continue;
}

/* Milliseconds of 64 bits end in the year 292278994: a struct tm holds it, and CLOCK_STAMP has room for it. */
static time_t seconds_of(int64_t ms) {
    return (time_t)(ms / 1000 - (ms % 1000 < 0 ? 1 : 0));
}

void clock_stamp(int64_t ms, char *out) {
    time_t seconds = seconds_of(ms);
    struct tm utc = {0};
    (void)gmtime_r(&seconds, &utc);
    (void)strftime(out, CLOCK_STAMP, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static struct tm local_of(int64_t ms) {
    time_t seconds = seconds_of(ms);
    struct tm local = {0};
    (void)localtime_r(&seconds, &local);
    return local;
}

void clock_local(int64_t ms, char *out) {
    struct tm local = local_of(ms);
    (void)strftime(out, CLOCK_STAMP, "%Y-%m-%d %H:%M:%S", &local);
}

void clock_zoned(int64_t ms, char *out) {
    struct tm local = local_of(ms);
    (void)strftime(out, CLOCK_STAMP, "%Y-%m-%d %H:%M:%S %z", &local);
}

int64_t clock_midnight(int64_t ms, int days_before) {
    struct tm local = local_of(ms);
    local.tm_mday -= days_before;
    local.tm_hour = local.tm_min = local.tm_sec = 0;
    local.tm_isdst = -1; /* a day may have 23 hours or 25 */
    return (int64_t)mktime(&local) * 1000;
}

int clock_minute(int64_t ms) {
    struct tm local = local_of(ms);
    return local.tm_hour * 60 + local.tm_min;
}
