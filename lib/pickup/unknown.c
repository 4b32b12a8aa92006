#include "pickup/unknown.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "pickup/report.h"
#include "pickup/state.h"
#include "rules/world.h"
#include "run/site.h"
#include "run/tried.h"
#include "store/board.h"
#include "store/runtimes.h"

enum { DUE_MS = 600000 };

static char *last_look(const struct site *site) {
    return site_own_file(site, "last-sessions");
}

bool unknown_due(const struct site *site) {
    char *file;
    int64_t since;

    if (!board_is_shared(site->board))
        return false;
    file = last_look(site);
    since = clock_here() - files_changed_at(file);
    free(file);
    return since < 0 || since >= DUE_MS;
}

static void say(struct pickup *pickup, const struct world_session *session, const char *folder) {
    const struct site *site = &pickup->site;
    struct text tmux = {0};

    tmux_called(&site->tmux, &tmux);
    report_warn(&pickup->report,
                "session %s: an agent at work on %s, whose run %s the board does not know (a standby that took over, "
                "an older copy put back?): it is left alone, and what it says stays in %s/events; look with %s "
                "attach -t =%s: and end it there if nobody needs it (kill-session)",
                session->name, *session->ticket_tag ? session->ticket_tag : "no ticket", session->run_tag, folder,
                text_str(&tmux), session->name);
    text_release(&tmux);
}

static void keep(const char *folder, const char *note) {
    struct err ignored = {0};

    if (files_make_dir(folder, &ignored))
        files_touch(note);
    err_release(&ignored);
}

/* The look at the rows is older than the list of the sessions: its pickup may have claimed in between. Noted in its
 * run's folder: the board that forgot the run is not asked to remember this, nor asked again. */
static bool judge(struct pickup *pickup, const struct world_session *session, struct err *err) {
    char *folder = site_run_dir(&pickup->site, session->run_tag), *note = xasprintf("%s/unknown-said", folder);
    bool said = files_exists(note);
    struct run run = {0};
    bool ok = said || runs_get(pickup->site.board, session->run_tag, &run, err);

    if (ok && !said && !*run.run_id && !tried_is(pickup->site.board, session->run_tag)) {
        keep(folder, note);
        say(pickup, session, folder);
    }
    run_release(&run);
    free(note);
    free(folder);
    return ok;
}

bool unknown_say(struct pickup *pickup, const struct world *world, struct err *err) {
    bool ok = true;

    if (pickup->dry || !board_is_shared(pickup->site.board) || world->server == SEEN_UNKNOWN)
        return true;
    for (size_t i = 0; ok && i < world->session_count; i++)
        if (world->sessions[i].board_tagged && !world->sessions[i].run_exists && !world->sessions[i].pane_dead)
            ok = judge(pickup, &world->sessions[i], err);
    if (ok && unknown_due(&pickup->site)) {
        char *file = last_look(&pickup->site);

        files_touch(file);
        free(file);
    }
    return ok;
}
