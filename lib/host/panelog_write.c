#include "host/panelog_write.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "host/hole.h"
#include "host/lock.h"
#include "host/panelog_mark.h"

enum { PATIENCE_MS = 5000, STEP_MS = 10, BLOCK = 4096, STEP_MAX = 1024 * 1024 };

/* What the turn's beginning may take, its blocks' edges included. */
enum { TURN_ROOM = PANELOG_TURN + 2 * BLOCK };

static_assert(PANELOG_LIMIT_MIN >= TURN_ROOM + PANELOG_LAST + 2 * PANELOG_PIECE, "the least log holds all it must");
static_assert(PANELOG_PIECE == PANELOG_LIMIT_MIN / 8, "a step is never smaller than a piece");

/* How much is let go at once. */
static int64_t step(const struct panelog *log) {
    return log->limit / 8 < STEP_MAX ? log->limit / 8 : STEP_MAX;
}

/* One whose last writer has just put another file in its place is not the log any more. */
static bool take(struct panelog *log, struct err *err) {
    int64_t until = clock_monotonic() + PATIENCE_MS;

    for (;;) {
        switch (lock_take(log->path, &log->fd, err)) {
        case LOCK_TAKEN:
            if (files_is_at(log->fd, log->path))
                return true;
            lock_leave(&log->fd);
            break;
        case LOCK_FAILED:
            return false;
        case LOCK_BUSY:
            break;
        }
        if (clock_monotonic() >= until)
            return err_set(err, MC_TEMPFAIL, "%s: another program writes it", log->path);
        clock_sleep(STEP_MS);
    }
}

bool panelog_open(struct panelog *log, const char *path, int64_t limit, struct err *err) {
    struct stat seen;

    *log = (struct panelog){
        .path = path, .fd = -1, .limit = limit > PANELOG_LIMIT_MIN ? limit : (int64_t)PANELOG_LIMIT_MIN};
    if (!take(log, err))
        return false;
    if (fstat(log->fd, &seen) == 0 && S_ISREG(seen.st_mode) && seen.st_uid == geteuid()) {
        log->size = seen.st_size;
        log->first = hole_end(log->fd, 0);
        return true;
    }
    panelog_close(log);
    return err_set(err, MC_NOPERM, "%s: is not a file of our own", path);
}

void panelog_close(struct panelog *log) {
    lock_leave(&log->fd);
}

/* The part before `first` that is kept all the same. */
struct part {
    int64_t from, to;
};

static struct part turn_before(const struct panelog *log, int64_t first) {
    int64_t mark;

    if (!panelog_mark_get(log->path, &mark) || mark >= first)
        return (struct part){first, first};
    mark -= mark % BLOCK;
    return (struct part){mark, mark + TURN_ROOM < first ? mark + TURN_ROOM : first};
}

static bool punch(struct panelog *log, int64_t first) {
    struct part turn = turn_before(log, first);

    return hole_punch(log->fd, 0, turn.from) && hole_punch(log->fd, turn.to, first);
}

static bool copy(const struct panelog *log, int to, int64_t from, int64_t end) {
    static char bytes[PANELOG_PIECE];

    while (from < end) {
        size_t want = end - from < PANELOG_PIECE ? (size_t)(end - from) : PANELOG_PIECE;
        ssize_t n = pread(log->fd, bytes, want, from);

        if (n > 0)
            n = pwrite(to, bytes, (size_t)n, from); /* what that leaves of it is read again */
        if (n <= 0)
            return false;
        from += n;
    }
    return true;
}

/* Where no hole can be made in a file, one is left in a new one that takes its place: the same bytes at the same
 * offsets. */
static bool replace(struct panelog *log, int64_t first) {
    struct part turn = turn_before(log, first);
    char *beside = xasprintf("%s.new", log->path);
    struct err unheard = {0};
    int fd;
    bool done = lock_take(beside, &fd, &unheard) == LOCK_TAKEN && ftruncate(fd, 0) == 0 &&
                copy(log, fd, turn.from, turn.to) && copy(log, fd, first, log->size) && ftruncate(fd, log->size) == 0 &&
                rename(beside, log->path) == 0;

    if (done) {
        lock_leave(&log->fd);
        log->fd = fd;
    } else {
        (void)unlink(beside);
        lock_leave(&fd);
    }
    err_release(&unheard);
    free(beside);
    return done;
}

/* What is over is let go before more is written. A copy is made seldom: of half. */
static bool make_room(struct panelog *log, size_t n) {
    int64_t after = log->size + (int64_t)n;
    int64_t most = log->limit - TURN_ROOM;
    int64_t half = most / 2 > PANELOG_LAST ? most / 2 : PANELOG_LAST;
    int64_t first = after + step(log) - most;

    if (after - log->first <= most)
        return true;
    if (log->size < log->again)
        return false;
    first += BLOCK - first % BLOCK;
    if (punch(log, first)) {
        log->first = first;
        return true;
    }
    first = after - half;
    first -= first % BLOCK;
    if (replace(log, first))
        log->first = first;
    else
        log->again = log->size + step(log);
    return log->first == first;
}

/* They are counted: the file is as long as if they stood in it. */
static void let_go(struct panelog *log, size_t n) {
    log->size += (int64_t)n;
    (void)!ftruncate(log->fd, log->size);
}

static size_t without_nul(char *bytes, size_t n) {
    char *to = memchr(bytes, '\0', n);

    if (!to)
        return n;
    for (const char *from = to; from < bytes + n; from++)
        if (*from)
            *to++ = *from;
    return (size_t)(to - bytes);
}

/* A `cat` of an earlier time may have had something left to write. */
static void look_for_others(struct panelog *log) {
    struct stat seen;

    if (fstat(log->fd, &seen) == 0 && seen.st_size > log->size)
        log->size = seen.st_size;
}

void panelog_add(struct panelog *log, char *bytes, size_t n) {
    n = without_nul(bytes, n);
    look_for_others(log);
    if (!make_room(log, n)) {
        let_go(log, n);
        return;
    }
    while (n > 0) {
        ssize_t written = pwrite(log->fd, bytes, n, log->size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            let_go(log, n);
            return;
        }
        log->size += written;
        bytes += written;
        n -= (size_t)written;
    }
}
