#include "pickup/keeping.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "host/files.h"
#include "host/lock.h"
#include "pickup/keep_folders.h"
#include "pickup/keep_tickets.h"
#include "pickup/keeping_time.h"
#include "pickup/state.h"
#include "run/site.h"
#include "store/archive.h"
#include "store/board.h"

enum { TIME_MS = 5000, PAUSE_MS = 2 };
static const int64_t day_ms = INT64_C(24) * 60 * 60 * 1000;

/* Request ids that nobody repeats any more. */
static bool keep_requests(const struct keeping *keeping, bool *done, struct err *err) {
    struct board *board = keeping->pickup->site.board;
    struct request_ids ids = {0};
    bool ok = archive_requests(board, keeping->runs_before, &ids, err);

    while (ok && ids.count && !keeping_over(keeping)) {
        ok = board_begin(board, err) && archive_drop_requests(board, &ids, err) && board_commit(board, err);
        if (!ok)
            board_rollback(board);
        clock_sleep(PAUSE_MS);
        ok = ok && archive_requests(board, keeping->runs_before, &ids, err);
    }
    *done = !ids.count;
    request_ids_release(&ids);
    return ok;
}

/* Tickets last: what a run has left in folders goes while the board still knows whose it is. */
static bool keep(const struct keeping *keeping, bool *done, struct err *err) {
    return keep_folders(keeping, done, err) && (!*done || keep_requests(keeping, done, err)) &&
           (!*done || keep_tickets(keeping, done, err));
}

static int64_t later(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* A folder is to be gone before its ticket is. */
static struct keeping begin(struct pickup *pickup) {
    int64_t now = clock_now();
    int64_t runs = pickup->site.config.retention.runs_days, closed = pickup->site.config.retention.closed_days;

    return (struct keeping){.pickup = pickup,
                            .runs_before = now - runs * day_ms,
                            .closed_before = now - later(runs, closed) * day_ms,
                            .until = clock_monotonic() + TIME_MS};
}

/* What is full or cannot be written is said once a day; the board's own failures are the pickup's. */
static bool settle(struct pickup *pickup, const char *last, bool done, struct err *err) {
    bool own = err->text && (err->code == MC_IOERR || err->code == MC_CANTCREAT || err->code == MC_NOPERM);

    if (own) {
        report_warn(&pickup->report, "retention: %s; nothing was lost, and it is tried again tomorrow", err->text);
        err_release(err);
    }
    if (err->text && err->code == MC_TEMPFAIL)
        err_release(err); /* somebody else is at it, or the board is in use: the next idle pickup */
    if (done || own)
        files_touch(last);
    return !err->text;
}

bool keeping_step(struct pickup *pickup, struct err *err) {
    char *last = site_own_file(&pickup->site, "last-keeping");
    int64_t since = clock_here() - files_changed_at(last);
    struct keeping keeping;
    bool done = false;
    bool ok = true;
    int fd = -1;

    if (since < 0 || since >= day_ms) {
        char *lock = site_own_file(&pickup->site, "keeping");

        keeping = begin(pickup);
        if (lock_take(lock, &fd, err) == LOCK_TAKEN)
            done = keep(&keeping, &done, err) && done;
        ok = settle(pickup, last, done, err);
        lock_leave(&fd);
        free(lock);
    }
    free(last);
    return ok;
}
