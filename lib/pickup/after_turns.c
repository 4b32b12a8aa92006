#include "pickup/after_turns.h"

#include <stdlib.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/mem.h"
#include "pickup/state.h"
#include "rules/workspace.h"
#include "rules/world.h"
#include "run/aftermath.h"
#include "store/runtimes.h"
#include "store/slots.h"

enum { LONG_MS = 60 * 1000 };

/* What its workspace has of them: most have neither. */
static void plan(struct pickup *pickup, const struct workspace *workspace, const char *key) {
    bool hook = workspace && workspace->hooks[HOOK_AFTER_RUN].count, push = workspace && workspace->push;
    const char *what = hook && push ? "run after_run and push" : hook ? "run after_run" : "push";
    char *say = xasprintf("%s for %s, whose turn is over", what, key);

    if (hook || push)
        report_plan_say(&pickup->report, &(struct report_step){"after_turn", key, what, say});
    free(say);
}

static bool follow(struct pickup *pickup, const char *run_id, struct err *err) {
    struct after_done done;
    struct run run = {0};
    const struct workspace *workspace;
    char key[KEY_SIZE];
    bool ok = runs_get(pickup->site.board, run_id, &run, err);

    site_key(&pickup->site, run.ticket_id, key);
    workspace = ok && run.workspace ? config_workspace_named(&pickup->site.config, run.workspace) : NULL;
    run_release(&run);
    if (!ok)
        return false;
    if (pickup->dry) {
        plan(pickup, workspace, key);
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
    bool ok;

    if (pickup->tmux_silent || !pickup->site.config.workspace_count || !(world->owing || world->any))
        return true;
    ok = runs_owing(pickup->site.board, pickup->site.config.host, &owing, err);
    for (size_t i = 0; ok && i < owing.count && clock_monotonic() < until; i++)
        ok = follow(pickup, owing.items[i], err);
    argv_release(&owing);
    return ok;
}
