#include "pickup/keeping.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "host/files.h"
#include "host/lock.h"
#include "host/proc.h"
#include "pickup/keep_folders.h"
#include "pickup/keep_tickets.h"
#include "pickup/keeping_time.h"
#include "pickup/state.h"
#include "rules/ages.h"
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

/* Another's clock may be followed (base/clock.h): it is the one that ages are told by. */
static struct ages_look look_now(void) {
    struct ages_look look = {.wall = clock_now(), .up = clock_up()};
    struct err unheard = {0};

    (void)proc_boot_id(look.boot, &unheard);
    err_release(&unheard);
    return look;
}

static struct ages_look look_before(const char *last) {
    struct ages_look look;
    char line[AGES_LINE_SIZE];

    line[files_head(last, line, sizeof line - 1)] = '\0';
    (void)ages_read(&look, line);
    return look;
}

/* Where there is no room for another line, the day counts from now nevertheless. */
static void write_look(const char *last, const struct ages_look *look) {
    char line[AGES_LINE_SIZE];
    struct err unheard = {0};

    ages_write(line, look);
    if (!files_put(last, line, strlen(line), &unheard))
        files_touch(last);
    err_release(&unheard);
}

/* What is full or cannot be written is said once a day; the board's own failures are the pickup's. *over: it is done
 * for today. */
static bool settle(struct pickup *pickup, bool *over, struct err *err) {
    bool own = err->code == MC_IOERR || err->code == MC_CANTCREAT || err->code == MC_NOPERM;

    *over = *over || own;
    if (own) {
        report_warn(&pickup->report, "retention: %s; nothing was lost, and it is tried again tomorrow", err->text);
        err_release(err);
    }
    if (err->code == MC_TEMPFAIL)
        err_release(err); /* somebody else is at it, or the board is in use: the next idle pickup */
    return !err->text;
}

static bool keep_as_believed(struct pickup *pickup, const char *last, struct err *err) {
    struct ages_look before = look_before(last), now = look_now();
    struct keeping keeping = begin(pickup);
    bool over = false, ok = true;

    switch (ages_word(&before, &now)) {
    case AGES_BELIEVED:
        over = keep(&keeping, &over, err) && over;
        ok = settle(pickup, &over, err);
        break;
    case AGES_DOUBTED:
        over = now.doubted = true;
        break;
    case AGES_WAITING:
        break;
    }
    if (over)
        write_look(last, &now);
    return ok;
}

bool keeping_step(struct pickup *pickup, struct err *err) {
    char *last = site_own_file(&pickup->site, "last-keeping");
    int64_t since = clock_here() - files_changed_at(last);
    bool ok = true;
    int fd = -1;

    if (since < 0 || since >= day_ms) {
        char *lock = site_own_file(&pickup->site, "keeping");
        bool over = false;

        ok = lock_take(lock, &fd, err) == LOCK_TAKEN ? keep_as_believed(pickup, last, err) : settle(pickup, &over, err);
        if (over)
            files_touch(last);
        lock_leave(&fd);
        free(lock);
    }
    free(last);
    return ok;
}
