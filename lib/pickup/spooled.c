#include "pickup/spooled.h"

#include <stdlib.h>

#include "base/argv.h"
#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "pickup/state.h"
#include "rules/key.h"
#include "rules/world.h"
#include "run/spool.h"
#include "run/told.h"
#include "store/journal.h"
#include "store/runtimes.h"

enum { RUNS_MOST = 10000 };

struct left {
    const struct runtime *runtime;
    const char *path;
    struct told told;
};

/* What nobody of ours has left is said once a run, and not looked at again. */
static bool put_aside(struct site *site, const struct left *left, const char *why, struct err *err) {
    const struct runtime *runtime = left->runtime;
    struct text whole = {0}, body = {0};
    bool ok;

    text_addf(&whole, "%s (moved nothing: %s; it is kept as %s.aside)", text_name(left->path), why, left->path);
    clean_line(&body, text_str(&whole), whole.len, 0);
    ok = told_ignored(site, &(struct told_ignored){runtime->ticket_id, runtime->run_id, text_str(&body)}, err);
    if (ok)
        spool_put_aside(left->path);
    text_release(&whole);
    text_release(&body);
    return ok;
}

/* Removed only when the board has it: one that is taken twice moves nothing the second time. */
static bool take(struct site *site, const struct left *left, struct err *err) {
    const struct told_of of = {left->runtime->run_id, text_name(left->path)};

    if (!told_apply(site, &of, &left->told, err))
        return false;
    files_remove(left->path);
    return true;
}

/* It waits for the next look, and is said once a run. */
static bool leave(struct site *site, const struct left *left, const struct err *why, struct err *err) {
    return told_once(site,
                     &(struct journal_row){.ticket_id = left->runtime->ticket_id,
                                           .run_id = left->runtime->run_id,
                                           .author = "mc-pickup",
                                           .kind = "unread",
                                           .body = why->text,
                                           .now = clock_now()},
                     err);
}

static bool take_one(struct site *site, struct left *left, bool *taken, struct err *err) {
    const struct tick now = site_tick(site);
    const char *strange = "it is no report";
    struct err why = {0};
    enum spool_found found = spool_read(left->path, &left->told, &why);
    bool ok;

    if (found == SPOOL_EVENT)
        strange = told_strange(&left->told, left->runtime->run_id, &now);
    if (found == SPOOL_UNREAD)
        ok = leave(site, left, &why, err);
    else
        ok = strange ? put_aside(site, left, strange, err) : take(site, left, err);
    *taken = *taken || found != SPOOL_UNREAD;
    told_release(&left->told);
    err_release(&why);
    return ok;
}

bool spooled_take_of(struct site *site, const struct runtime *runtime, bool *taken, struct err *err) {
    struct argv paths = {0};
    bool ok;

    *taken = false;
    if (!runtime->run_id)
        return true;
    spool_list(site, runtime->run_id, &paths);
    ok = !paths.count || site_know_self(site, err);
    for (size_t i = 0; ok && i < paths.count; i++)
        ok = take_one(site, &(struct left){.runtime = runtime, .path = paths.items[i]}, taken, err);
    if (ok && *taken)
        spool_reserve(site, runtime->run_id);
    argv_release(&paths);
    return ok;
}

static bool take_of_run(struct site *site, const char *run_id, bool *taken, struct err *err) {
    struct argv paths = {0};
    struct run run = {0};
    bool ok, any;

    *taken = false;
    spool_list(site, run_id, &paths);
    any = paths.count > 0;
    argv_release(&paths);
    if (!any)
        return true;
    ok = runs_get(site->board, run_id, &run, err);
    if (ok && *run.run_id)
        ok = spooled_take_of(site, &(struct runtime){.ticket_id = run.ticket_id, .run_id = run.run_id}, taken, err);
    run_release(&run);
    return ok;
}

/* Of runs that no active row names any more: this host was given up, and what its agents said since then moves
 * nothing, but is told. */
static bool take_forgotten(struct site *site, bool *taken, struct err *err) {
    char *folder = xasprintf("%s/run", site->folder);
    struct argv runs = {0};
    bool ok = true, of_one;

    folder_list(folder, "", RUNS_MOST, &runs);
    for (size_t i = 0; ok && i < runs.count; i++) {
        if (!key_run_ok(text_name(runs.items[i])))
            continue;
        ok = take_of_run(site, text_name(runs.items[i]), &of_one, err);
        *taken = *taken || of_one;
    }
    argv_release(&runs);
    free(folder);
    return ok;
}

bool spooled_take(struct pickup *pickup, const struct world *world, bool *taken, struct err *err) {
    bool ok = true, of_one;

    *taken = false;
    if (pickup->dry)
        return true;
    if (world->back && !take_forgotten(&pickup->site, taken, err))
        return false;
    for (size_t i = 0; ok && i < world->case_count; i++) {
        ok = spooled_take_of(&pickup->site, &world->cases[i].runtime, &of_one, err); /* one without a row has no run */
        *taken = *taken || of_one;
    }
    return ok;
}
