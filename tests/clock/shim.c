/* Clocks that tests set, for programs that know nothing of it:
 *
 *     LD_PRELOAD=$MC_CLOCK_SHIM MC_CLOCK_OFFSETS=FILE mc-pickup …
 *
 * FILE holds up to four numbers of milliseconds, each added to a clock, missing ones 0: the wall clock
 * (CLOCK_REALTIME, time, gettimeofday), the awake clock (CLOCK_MONOTONIC), the boot clock (CLOCK_BOOTTIME) and the one
 * that files are stamped by. It is read at every call, so that a clock can be set in mid-run: write it beside and
 * rename it. Sleeping takes as long as it takes: the kernel knows no offsets. A suspend of 5 h is
 * "18000000 0 18000000", a machine that never was right "3600000 0 0 3600000". */
#include "calls.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { WALL, AWAKE, BOOT, CLOCKS, FILES = CLOCKS, NONE };

static int clock_of(clockid_t id) {
    switch (id) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        return WALL;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
        return AWAKE;
    case CLOCK_BOOTTIME:
        return BOOT;
    default:
        return NONE;
    }
}

static int64_t offset_of(int which) {
    char text[128], *at = text, *end = NULL;
    int64_t offset = 0;
    calls_told("MC_CLOCK_OFFSETS", text, sizeof text);
    for (int i = 0; i <= which; i++, at = end) {
        offset = strtoll(at, &end, 10);
        if (end == at)
            offset = 0;
    }
    return offset;
}

static void move(struct timespec *at, int64_t ms) {
    int64_t ns = at->tv_nsec + ms % 1000 * 1000000;
    at->tv_sec += (time_t)(ms / 1000);
    if (ns < 0 || ns >= 1000000000) {
        at->tv_sec += ns < 0 ? -1 : 1;
        ns += ns < 0 ? 1000000000 : -1000000000;
    }
    at->tv_nsec = (long)ns;
}

int clock_gettime(clockid_t id, struct timespec *now) {
    int which = clock_of(id);
    int result = (int)syscall(SYS_clock_gettime, id, now);
    if (result == 0 && which < CLOCKS)
        move(now, offset_of(which));
    return result;
}

int calls_seen(int result, struct stat *seen) {
    if (result == 0) {
        int64_t ms = offset_of(FILES);
        move(&seen->st_atim, ms);
        move(&seen->st_mtim, ms);
        move(&seen->st_ctim, ms);
    }
    return result;
}

/* No path: the file that is open. */
static int stamp(int at, const char *path, const struct timespec then[2], int flags) {
    struct timespec back[2];
    for (int i = 0; then && i < 2; i++) {
        back[i] = then[i];
        if (then[i].tv_nsec != UTIME_NOW && then[i].tv_nsec != UTIME_OMIT)
            move(&back[i], -offset_of(FILES));
    }
    return (int)syscall(SYS_utimensat, at, path, then ? back : NULL, flags);
}

int utimensat(int at, const char *path, const struct timespec then[2], int flags) {
    return stamp(at, path, then, flags);
}

int futimens(int fd, const struct timespec then[2]) {
    return stamp(fd, NULL, then, 0);
}
