#include "pickup/claim.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/random.h"
#include "pickup/look.h"
#include "pickup/room.h"
#include "pickup/state.h"
#include "pickup/stuck.h"
#include "pickup/work.h"
#include "rules/due.h"
#include "run/orphans.h"
#include "run/wanted.h"
#include "run/workdir.h"
#include "store/claim.h"
#include "store/runtimes.h"
#include "store/slots.h"
#include "store/tickets.h"

enum { RACES_MAX = 100 };

/* Of those that are due longest none can be taken: they make way for the others that are due. */
static bool sweep(struct pickup *pickup, struct err *err) {
    struct board *board = pickup->site.board;
    int64_t now = clock_now();
    const struct claim_want want = {.now = now, .horizon = wanted_horizon(&pickup->site, now)};
    bool ok = board_begin(board, err) && claim_sweep(board, &want, err) && board_commit(board, err);

    board_rollback(board);
    return ok;
}

static const struct profile *profile_of(const struct site *site, const struct ticket *ticket) {
    return config_profile(&site->config, ticket->profile ? ticket->profile : site->config.profile);
}

static bool name_work(struct pickup *pickup, struct work *work, int64_t id, struct err *err) {
    struct site *site = &pickup->site;

    *work = (struct work){.site = site, .report = &pickup->report, .asked = pickup->ticket != 0, .first = true};
    if (!tickets_get(site->board, id, &work->ticket, err))
        return false;
    site_key(site, id, work->key);
    random_hex(work->run_id, RUN_ID_DIGITS);
    key_nonce(work->nonce, id, clock_now(), random_number());
    work->run_dir = site_run_dir(site, work->run_id);
    work->launch_file = site_launch_file(site, work->run_id);
    work->profile = profile_of(site, &work->ticket);
    if (!work->profile)
        return err_set(err, MC_CONFIG, "%s: profile %s is not configured", work->key, work->ticket.profile);
    work->workspace = config_workspace(&site->config, work->ticket.workspace);
    work->argv_turn = work->profile->first_turn == FIRST_TURN_ARGV && site->config.send.transport == TRANSPORT_TMUX;
    return true;
}

/* Where its agent works: a slot of the pool, else the ticket's private directory. */
struct whereabouts {
    struct slot_pool pool;
    char *folder, *cwd;
};

static bool find_place(const struct work *work, struct whereabouts *where, struct err *err) {
    const struct workspace *workspace = work->workspace;

    *where = (struct whereabouts){0};
    if (!workspace)
        return (where->cwd = workdir_of(work->site, work->ticket.id, err)) != NULL;
    where->folder = site_pool(work->site, workspace);
    where->pool = (struct slot_pool){workspace->name, where->folder, workspace->size};
    return true;
}

static bool write_claim(struct work *work, bool sweep, bool *changed, struct err *err) {
    struct site *site = work->site;
    char session_key[SESSION_KEY_SIZE];
    char session[SESSION_SIZE];
    struct whereabouts where;
    char *log;
    int64_t now = clock_now();
    bool ok;

    if (!find_place(work, &where, err))
        return false;
    log = site_pane_log(site, work->run_id);
    key_session_key(session_key, work->ticket.id);
    key_session(session, site->config.tmux.session_prefix, work->key);
    ok = claim_take(site->board,
                    &(struct claim_taking){
                        .id = work->ticket.id,
                        .pool = work->workspace ? &where.pool : NULL,
                        .slot = &work->slot,
                        .run_id = work->run_id,
                        .host = site->config.host,
                        .profile = work->profile->name,
                        .session_key = session_key,
                        .tmux_target = session,
                        .cwd = where.cwd,
                        .log = log,
                        .nonce = work->nonce,
                        .pickup = &site->self,
                        .argv_turn = work->argv_turn,
                        .tick = site_tick(site),
                        .endpoint = site->config.send.transport == TRANSPORT_HTTP,
                        .sweep = sweep,
                        .straight = due_straight(now),
                        .now = now,
                        .horizon = wanted_horizon(site, now),
                    },
                    changed, err);
    if (ok && *changed)
        ok = runtimes_get(site->board, session_key, &work->runtime, err);
    free(where.folder);
    free(where.cwd);
    free(log);
    return ok;
}

/* One transaction: look again, take. A lost race leaves *took false and is not an error. */
static bool take(struct pickup *pickup, struct work *work, bool *took, struct err *err) {
    struct board *board = pickup->site.board;
    struct claim_look found;

    if (!site_know_self(&pickup->site, err) || !claim_prepare(board, pickup->site.config.workspace_count > 0, err) ||
        !board_begin_claim(board, err))
        return false;
    if (!look(pickup, &found, err))
        goto undo;
    if (!found.id) {
        board_rollback(board);
        return true;
    }
    if (!name_work(pickup, work, found.id, err) || !write_claim(work, found.due, took, err))
        goto undo;
    if (*took && !orphans_note(work->site, work->workspace, err))
        goto undo;
    if (*took)
        return board_commit(board, err);
    board_rollback(board);
    work_release(work);
    return true;
undo:
    board_rollback(board);
    *took = false;
    return false;
}

static void say_contended(struct pickup *pickup) {
    look_settle(&pickup->report, OUTCOME_DEFERRED, "contended", MC_TEMPFAIL);
    report_fail(&pickup->report, "other pickups took each ticket first; the next pickup tries again");
    report_hush(&pickup->report);
}

static bool look_and_speak(struct pickup *pickup, bool first, struct claim_look *found, struct err *err) {
    return look(pickup, found, err) &&
           (!first || (speak_of_stuck(pickup, found, err) && speak_of_waiting(pickup, found, err)));
}

/* *again: nothing is settled yet. */
static bool clear_way(struct room *room, struct claim_look *found, bool *again, struct err *err) {
    *again = found->more_due && !room->pickup->dry;
    return *again ? sweep(room->pickup, err) : room_make(room, found, again, err);
}

/* It would get the slot of the one that is parked for it. */
static bool foresee(struct pickup *pickup, struct work *work) {
    if (pickup->vacant.name && work->workspace && text_same(pickup->vacant.workspace, work->workspace->name))
        work->slot = pickup->vacant;
    else
        slot_release(&pickup->vacant);
    pickup->vacant = (struct slot){0};
    return true;
}

bool claim_one(struct pickup *pickup, struct work *work, bool *took, struct err *err) {
    struct room room = {.pickup = pickup};
    struct claim_look found;
    bool ok = true, again = true;

    *took = false;
    for (int race = 0; ok && again && race < RACES_MAX; race++) {
        ok = look_and_speak(pickup, race == 0, &found, err) && clear_way(&room, &found, &again, err);
        if (!ok || again)
            continue;
        if (!found.id)
            ok = room_say(&room, &found, err);
        else if ((*took = pickup->dry))
            ok = name_work(pickup, work, found.id, err) && foresee(pickup, work);
        else
            ok = take(pickup, work, took, err);
        again = found.id && !*took;
    }
    room_end(&room);
    if (ok && again)
        say_contended(pickup);
    return ok;
}
