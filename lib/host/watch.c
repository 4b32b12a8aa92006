#include "host/watch.h"

#include <errno.h>
#include <poll.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/proc.h"

bool watch_process(const struct identity *identity, int64_t ms) {
    int64_t until = clock_monotonic() + ms;
    struct pollfd watched = {.fd = -1, .events = POLLIN};
    enum seen alive = SEEN_UNKNOWN;
    bool ended = false;
    if (identity->pid > 0)
        watched.fd = pidfd_open((pid_t)identity->pid, 0);
    /* Whose descriptor it is shows only once it is open. */
    alive = proc_alive(identity);
    if (alive == SEEN_NO)
        ended = true;
    else if (alive == SEEN_UNKNOWN || watched.fd < 0)
        clock_sleep(ms);
    else
        for (int64_t left = ms; !ended && left > 0; left = until - clock_monotonic())
            ended = poll(&watched, 1, (int)left) > 0;
    if (watched.fd >= 0)
        close(watched.fd);
    return ended;
}
