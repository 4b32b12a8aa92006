#include "pickup/spooled.h"

#include <stddef.h>

#include "base/argv.h"
#include "base/err.h"
#include "host/files.h"
#include "pickup/state.h"
#include "rules/world.h"
#include "run/spool.h"
#include "run/told.h"

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

static bool take_of_run(struct site *site, const char *run_id, bool *taken, struct err *err) {
    struct argv paths = {0};
    bool ok;

    spool_list(site, run_id, &paths);
    ok = !paths.count || site_know_self(site, err);
    for (size_t i = 0; ok && i < paths.count; i++)
        ok = take_one(site, run_id, paths.items[i], err);
    if (ok && paths.count)
        spool_reserve(site, run_id);
    *taken = *taken || paths.count;
    argv_release(&paths);
    return ok;
}

bool spooled_take(struct pickup *pickup, const struct world *world, bool *taken, struct err *err) {
    bool ok = true;

    *taken = false;
    for (size_t i = 0; ok && !pickup->dry && i < world->case_count; i++)
        if (world->cases[i].runtime_exists)
            ok = take_of_run(&pickup->site, world->cases[i].runtime.run_id, taken, err);
    return ok;
}
