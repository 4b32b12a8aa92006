/* A wall clock that stands still, for scenes whose every stamp is to be known:
 *
 *     LD_PRELOAD=$MC_STILL_SHIM STILL_CLOCK=FILE mc-pickup …
 *
 * FILE holds what the wall clock says, in milliseconds, and then pairs, the earliest first: files written since this
 * real nanosecond are stamped by that millisecond. Clocks that only measure how long something takes go on, as on a
 * machine that has been awake for AWAKE longer than this one, which may have been started just now. They are ahead by
 * the milliseconds in the file STILL_AHEAD, from a moment on in which nothing that the program has started runs: so
 * whoever has waited for long enough is told so, and no answer is late by it. */
#include "calls.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Its text; false: there is none, and the clock is the machine's. */
static int look(const char *variable, char *text, size_t size) {
    calls_told(variable, text, size);
    return *text != '\0';
}

static void set(struct timespec *at, long long ms) {
    at->tv_sec = (time_t)(ms / 1000);
    at->tv_nsec = (long)(ms % 1000 * 1000000);
}

static int has_children(void) {
    int saved = errno;
    siginfo_t info;
    int has = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;

    errno = saved;
    return has;
}

enum { AWAKE = 8000000 }; /* s; scenes/stage.py */

static time_t ahead(void) {
    static time_t seconds;
    static int known;
    char text[4096];

    if (look("STILL_AHEAD", text, sizeof text) && (!known || !has_children()))
        seconds = (time_t)(strtoll(text, NULL, 10) / 1000);
    known = 1;
    return seconds;
}

int clock_gettime(clockid_t id, struct timespec *now) {
    char text[4096];
    int result;

    if ((id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) && look("STILL_CLOCK", text, sizeof text)) {
        set(now, strtoll(text, NULL, 10));
        return 0;
    }
    result = (int)syscall(SYS_clock_gettime, id, now);
    if (result == 0 && id == CLOCK_MONOTONIC)
        now->tv_sec += AWAKE + ahead();
    return result;
}

/* Not what was stamped by a program to such a moment. */
static void stand(struct timespec *at, const char *text) {
    long long ns = at->tv_sec * 1000000000LL + at->tv_nsec, since;
    char *next;

    for (strtoll(text, &next, 10); (since = strtoll(next, &next, 10)) > 0;) {
        long long ms = strtoll(next, &next, 10);

        if (ns >= since && ns < since + 3600 * 1000000000LL)
            set(at, ms);
    }
}

int calls_seen(int result, struct stat *seen) {
    char text[4096];

    if (result == 0 && look("STILL_CLOCK", text, sizeof text)) {
        stand(&seen->st_atim, text);
        stand(&seen->st_mtim, text);
        stand(&seen->st_ctim, text);
    }
    return result;
}
