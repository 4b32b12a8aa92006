#include "pickup/after_turns.h"

#include "base/argv.h"
#include "base/clock.h"
#include "pickup/state.h"
#include "rules/world.h"
#include "run/aftermath.h"
#include "store/runtimes.h"
#include "store/slots.h"

enum { LONG_MS = 60 * 1000 };

static bool follow(struct pickup *pickup, const char *run_id, struct err *err) {
    struct after_done done;
    struct run run = {0};
    char key[KEY_SIZE];
    bool ok = runs_get(pickup->site.board, run_id, &run, err);

    site_key(&pickup->site, run.ticket_id, key);
    run_release(&run);
    if (!ok)
        return false;
    if (pickup->dry) {
        report_plan(&pickup->report, "after a turn", key, "its hook and its push, where its workspace has them");
        return true;
    }
    ok = aftermath_run(&pickup->site, &(struct after_call){.run_id = run_id}, &done, err);
    if (done.hook.len)
        report_warn(&pickup->report, "%s: %s", key, text_str(&done.hook));
    if (done.push.len)
        report_warn(&pickup->report, "%s: %s", key, text_str(&done.push));
    after_done_release(&done);
    return ok;
}

/* A turn that was found to be over in this pickup was not owed for when the board was looked at. */
bool after_turns_step(struct pickup *pickup, const struct world *world, struct err *err) {
    int64_t until = clock_monotonic() + LONG_MS;
    struct argv owing = {0};
    bool ok = true;

    if (pickup->tmux_silent || !pickup->site.config.workspace_count || !(world->owing || world->any))
        return true;
    ok = runs_owing(pickup->site.board, pickup->site.config.host, &owing, err);
    for (size_t i = 0; ok && i < owing.count && clock_monotonic() < until; i++)
        ok = follow(pickup, owing.items[i], err);
    argv_release(&owing);
    return ok;
}
