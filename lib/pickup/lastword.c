#include "pickup/lastword.h"

#include <stdlib.h>

#include "base/err.h"
#include "host/replay.h"
#include "host/tmux.h"
#include "pickup/reading.h"
#include "pickup/spooled.h"
#include "pickup/state.h"
#include "rules/world.h"

static bool from_screen(struct reading *reading, bool *there, struct err *err) {
    struct tmux_agent agent = site_agent(&reading->pickup->site, reading->runtime);

    agent.pid = 0; /* a dead pane may have forgotten it */
    return reading_screen(reading, &agent, there, err);
}

/* Its screen is gone with its session, and its log is played again. One that cannot be says nothing. */
static bool from_log(struct reading *reading, struct err *err) {
    struct site *site = &reading->pickup->site;
    char *folder = site_run_dir(site, reading->runtime->run_id);
    struct replay replay = {.log = reading->runtime->pane_log_path,
                            .folder = folder,
                            .width = site->config.tmux.width,
                            .height = site->config.tmux.height};
    struct text screen = {0};
    struct err own = {0};
    bool ok = true;

    reading->by = OVER_BY_LOG;
    if (replay.log && replay_log(&site->tmux, &replay, &screen, &own))
        ok = reading_text(reading, text_str(&screen), err);
    err_release(&own);
    text_release(&screen);
    free(folder);
    return ok;
}

bool lastword_take(struct pickup *pickup, const struct world_case *one, struct err *err) {
    struct reading reading = {.pickup = pickup,
                              .runtime = &one->runtime,
                              .profile = site_profile_of(&pickup->site, one->runtime.run_id, one->runtime.profile),
                              .nonce = one->runtime.turn_nonce,
                              .from = ticket_status_name(one->ticket.status),
                              .by = OVER_BY_SCREEN,
                              .word_only = true};
    bool there, told;

    /* What it left for us before it died has been its word; this is read on, where that was none. */
    if (one->runtime_exists && !spooled_take_of(&pickup->site, &one->runtime, &told, err))
        return false;
    if (!one->ticket_exists || !one->runtime_is_tickets || !reading.nonce || !one->runtime.profile)
        return true;
    return site_tmux(&pickup->site, err) && from_screen(&reading, &there, err) && (there || from_log(&reading, err));
}
