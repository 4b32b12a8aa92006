#include "run/spool.h"

#include <errno.h>
#include <stdlib.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "host/files.h"
#include "host/flush.h"
#include "host/folder.h"
#include "host/own.h"
#include "host/reserve.h"
#include "run/site.h"
#include "run/told.h"

enum { HEX = 8, DIGITS = 15, EVENTS_MAX = 1000, LITTLE = 4096, FOLDER_NAMES = 3 /* run/RUN/events */ };
static const int64_t at_most = 999999999999998; /* of so many digits */

static char *folder_of(const struct site *site, const char *run_id) {
    return xasprintf("%s/run/%s/events", site->folder, run_id);
}

/* Sorted by name they are in order, also where the clock was set back since the last one. */
static char *name_event(const char *folder, const struct told *told) {
    struct argv there = {0};
    char digits[DIGITS + 1], hex[HEX + 1];
    long long at = told->at, last;

    folder_list(folder, ".json", EVENTS_MAX, &there);
    if (there.count) {
        (void)text_copy(digits, sizeof digits, text_name(there.items[there.count - 1]));
        if (text_to_int(digits, at, at_most, &last))
            at = last + 1;
    }
    argv_release(&there);
    random_hex(hex, HEX);
    return xasprintf("%s/%0*lld-%s.json", folder, DIGITS, at, hex);
}

void spool_reserve(const struct site *site, const char *run_id) {
    char *folder = folder_of(site, run_id);
    char *path = xasprintf("%s/reserve", folder);
    struct err ignored = {0};

    if (files_make_dir(folder, &ignored))
        reserve_make(path);
    err_release(&ignored);
    free(path);
    free(folder);
}

/* On a full disk, in the room that was kept for it. */
static bool spend(const char *folder, const char *path, const struct told *told) {
    char *reserve = xasprintf("%s/reserve", folder);
    struct text bytes = {0};
    bool done;

    told_print(told, RESERVE_SIZE, &bytes);
    done = reserve_spend(reserve, path, text_str(&bytes), bytes.len);
    text_release(&bytes);
    free(reserve);
    return done;
}

/* Where that is spent: no more than its end. */
static bool leave_little(const char *path, const struct told *told) {
    struct text bytes = {0};
    struct err ignored = {0};
    bool done;

    told_print(told, LITTLE, &bytes);
    done = files_write(path, text_str(&bytes), bytes.len, &ignored);
    err_release(&ignored);
    text_release(&bytes);
    return done;
}

bool spool_leave(const struct site *site, const char *run_id, const struct told *told, struct err *err) {
    char *run = site_run_dir(site, run_id), *folder = folder_of(site, run_id);
    char *path = name_event(folder, told);
    struct text bytes = {0};
    struct err why = {0};
    bool done = false;

    if (!own_folder(run)) {
        err_set(err, MC_NOINPUT, "%s: this run has no folder of ours", run);
        goto out;
    }
    told_print(told, 0, &bytes);
    done = ((files_make_dir(folder, &why) && files_write(path, text_str(&bytes), bytes.len, &why)) ||
            spend(folder, path, told) || leave_little(path, told)) &&
           (flush_names(folder, FOLDER_NAMES) || err_errno(&why, MC_IOERR, errno, "%s: cannot be kept", path));
    if (!done)
        err_set(err, why.code, "%s", why.text);
out:
    err_release(&why);
    text_release(&bytes);
    free(path);
    free(folder);
    free(run);
    return done;
}

void spool_list(const struct site *site, const char *run_id, struct argv *paths) {
    char *folder = folder_of(site, run_id);

    if (own_folder(folder)) /* what a link leads to is nobody's words */
        folder_list(folder, ".json", EVENTS_MAX, paths);
    free(folder);
}

enum spool_found spool_read(const char *path, struct told *told, struct err *err) {
    struct text bytes = {0};
    bool ok;

    *told = (struct told){0};
    errno = 0;
    ok = own_file(path) || err_errno(err, MC_NOPERM, errno, "%s: cannot be looked at", path);
    ok = ok && files_read(&bytes, path, TEXT_MAX, err);
    if (!ok && (err->code == MC_OSERR || err->code == MC_IOERR))
        return text_release(&bytes), SPOOL_UNREAD;
    ok = ok && told_parse(told, text_str(&bytes), bytes.len);
    text_release(&bytes);
    return ok ? SPOOL_EVENT : SPOOL_STRANGE;
}

void spool_put_aside(const char *path) {
    char *aside = xasprintf("%s.aside", path);

    files_move(path, aside);
    free(aside);
}

bool spool_names(const struct site *site, const char *run_id, const char *nonce) {
    struct argv paths = {0};
    bool found = false;

    spool_list(site, run_id, &paths);
    for (size_t i = 0; !found && i < paths.count; i++) {
        struct told told;
        struct err unread = {0};

        found = spool_read(paths.items[i], &told, &unread) == SPOOL_EVENT &&
                (nonces_hold(&told.nonces, nonce) || nonces_hold(&told.last, nonce));
        told_release(&told);
        err_release(&unread);
    }
    argv_release(&paths);
    return found;
}
