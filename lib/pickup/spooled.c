#include "pickup/spooled.h"

#include <stddef.h>

#include "base/argv.h"
#include "base/err.h"
#include "host/files.h"
#include "pickup/state.h"
#include "run/spool.h"
#include "run/told.h"
#include "store/runtimes.h"

/* Removed only when the board has it: one that is taken twice moves nothing the second time. What is no event is not
 * looked at again. */
static bool take_one(struct site *site, const char *run_id, const char *path, struct err *err) {
    struct told told;
    bool ok = !spool_read(path, &told) || told_apply(site, run_id, &told, err);

    told_release(&told);
    if (ok)
        files_remove(path);
    return ok;
}

static bool take_of_run(struct site *site, const char *run_id, struct err *err) {
    struct argv paths = {0};
    bool ok;

    spool_list(site, run_id, &paths);
    ok = !paths.count || site_know_self(site, err);
    for (size_t i = 0; ok && i < paths.count; i++)
        ok = take_one(site, run_id, paths.items[i], err);
    if (ok && paths.count)
        spool_reserve(site, run_id);
    argv_release(&paths);
    return ok;
}

bool spooled_take(struct pickup *pickup, struct err *err) {
    struct site *site = &pickup->site;
    struct runtime_list list = {0};
    bool ok;

    if (pickup->dry)
        return true;
    ok = runtimes_list(site->board, site->config.host, &list, err);
    for (size_t i = 0; ok && i < list.count; i++)
        ok = take_of_run(site, list.items[i].run_id, err);
    runtime_list_release(&list);
    return ok;
}
