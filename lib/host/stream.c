#include "host/stream.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

/* Is there something to read, or its end, before the time is over? */
static bool wait_for(int fd, int64_t end) {
    struct pollfd one = {.fd = fd, .events = POLLIN};
    int64_t left;

    while ((left = end - clock_monotonic()) > 0) {
        int ready = poll(&one, 1, (int)left);

        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return false;
    }
    return false;
}

bool stream_read(struct text *out, int fd, int64_t ms) {
    int64_t end = clock_monotonic() + ms;
    char bytes[64 * 1024];

    while (wait_for(fd, end)) {
        ssize_t n = read(fd, bytes, sizeof bytes);

        if (n == 0)
            return true;
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return false;
        if (n > 0 && !text_addn(out, bytes, (size_t)n))
            return false;
    }
    return false;
}
