#include "pickup/park.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/folder.h"
#include "host/inside.h"
#include "pickup/look.h"
#include "pickup/slots.h"
#include "pickup/state.h"
#include "rules/awake.h"
#include "rules/heal.h"
#include "rules/parking.h"
#include "run/end.h"
#include "run/parked.h"
#include "run/pool_glance.h"
#include "store/claim.h"
#include "store/journal.h"
#include "store/parking.h"
#include "store/runtimes.h"
#include "store/slots.h"

/* A pickup that is making room needs so long at most: an agent is given six seconds to end. */
enum { MAKING_ROOM_MS = 60 * 1000 };

/* One parking under way. */
struct parking {
    struct pickup *pickup;
    const char *workspace; /* a ticket waits for a slot of it; NULL: for max_live */
    int64_t waiting;       /* that ticket */
    bool looked;           /* at tmux, */
    struct tmux_panes panes;
    struct parking_list agents;
    const struct parking_row *chosen;
    struct argv useless;      /* the runs whose slots would not come back for it, */
    char useful[RUN_ID_SIZE]; /* and the one whose slot would: */
    bool decided;             /* its board is held, and no slot is looked at any more */
};

static void parking_release(struct parking *parking) {
    tmux_panes_release(&parking->panes);
    parking_list_release(&parking->agents);
    argv_release(&parking->useless);
}

static enum seen is_watched(const struct parking *parking, const struct runtime *runtime) {
    const struct tmux_agent agent = site_agent(&parking->pickup->site, runtime);
    const struct tmux_pane *pane = tmux_find_agent(&parking->panes, &agent);

    if (!parking->looked)
        return SEEN_NO;
    if (!pane || pane->dead)
        return SEEN_UNKNOWN;
    return pane->watched ? SEEN_YES : SEEN_NO;
}

/* A reading of this boot, else the wall clock. */
static int64_t rest_of(const struct site *site, const struct runtime *runtime) {
    int64_t since = runtime->last_output_at ? runtime->last_output_at : runtime->spawned_at;

    if (runtime->idle_tick && awake_known(runtime, site->self.boot))
        return awake_between(runtime->idle_tick, site_tick(site).ms);
    return clock_now() > since ? clock_now() - since : 0;
}

static struct parking_place place_of(const struct parking *parking, const struct parking_row *row) {
    return (struct parking_place){.runtime = row->runtime.status,
                                  .ticket = row->ticket,
                                  .owns = row->owns,
                                  .ending = row->ending,
                                  .awaited = row->awaited,
                                  .watched = is_watched(parking, &row->runtime),
                                  .workspace = row->workspace,
                                  .rest_ms = rest_of(&parking->pickup->site, &row->runtime),
                                  .ticket_id = row->runtime.ticket_id};
}

static bool list_agents(struct parking *parking, struct err *err) {
    const struct site *site = &parking->pickup->site;

    parking->chosen = NULL;
    parking_list_release(&parking->agents);
    return parking_list(site->board, &(struct parking_want){.host = site->config.host}, &parking->agents, err);
}

static bool is_recent(int64_t at) {
    int64_t age = clock_now() - at;

    return at && age < MAKING_ROOM_MS && age > -MAKING_ROOM_MS;
}

/* A slot that was left is being given back; one with a note cannot be yet, and nobody waits for it. */
static bool slot_is_coming(const struct parking *parking, bool *coming, struct err *err) {
    const struct site *site = &parking->pickup->site;
    struct slot_list left = {0};
    bool ok = slots_left(site->board, site->config.host, &left, err);

    for (size_t i = 0; ok && i < left.count; i++)
        if (!left.items[i].note && text_same(left.items[i].workspace, parking->workspace))
            *coming = true;
    slot_list_release(&left);
    return ok;
}

/* Of several pickups that see the same ticket wait, one parks. */
static bool room_is_coming(const struct parking *parking, bool *coming, struct err *err) {
    const struct parking_list *agents = &parking->agents;

    *coming = false;
    for (size_t i = 0; i < agents->count; i++)
        if (is_recent(agents->items[i].parked_at) &&
            (!parking->workspace || text_same(agents->items[i].workspace, parking->workspace)))
            *coming = true;
    return *coming || !parking->workspace || slot_is_coming(parking, coming, err);
}

/* Does anybody but the agent work in its slot? */
static bool is_occupied(const struct runtime *runtime) {
    char *folder = runtime->cwd ? folder_resolved(runtime->cwd) : NULL;
    char program[32];
    bool occupied = folder && inside_stranger(folder, runtime->agent.pid, program) != 0;

    free(folder);
    return occupied;
}

/* Is what is in its slot no more than can be kept? */
static bool would_come(struct parking *parking, const struct runtime *runtime) {
    struct site *site = &parking->pickup->site;
    struct slot slot = {0};
    struct err err = {0};
    bool comes = slots_of_run(site->board, runtime->run_id, &slot, &err) && slot.name && pool_would_come(site, &slot);

    if (comes)
        text_copy(parking->useful, sizeof parking->useful, runtime->run_id);
    else
        argv_add(&parking->useless, runtime->run_id);
    slot_release(&slot);
    err_release(&err);
    return comes;
}

/* Else whoever is parked has lost its conversation, and the ticket waits on. */
static bool slot_comes_back(struct parking *parking, const struct runtime *runtime) {
    if (is_occupied(runtime) || argv_has(&parking->useless, runtime->run_id))
        return false;
    return text_same(parking->useful, runtime->run_id) || (!parking->decided && would_come(parking, runtime));
}

static int choose_place(struct parking *parking, struct parking_place *places) {
    const struct parking_list *agents = &parking->agents;
    int best = parking_choose(places, agents->count, parking->workspace);

    while (best >= 0 && parking->looked && parking->workspace &&
           !slot_comes_back(parking, &agents->items[best].runtime)) {
        places[best].stays = true;
        best = parking_choose(places, agents->count, parking->workspace);
    }
    return best;
}

static bool choose(struct parking *parking, struct err *err) {
    const struct parking_list *agents = &parking->agents;
    struct parking_place *places;
    bool coming;
    int best;

    if (!list_agents(parking, err) || !room_is_coming(parking, &coming, err))
        return false;
    places = xcalloc(agents->count, sizeof *places);
    for (size_t i = 0; i < agents->count; i++)
        places[i] = place_of(parking, &agents->items[i]);
    best = coming ? -1 : choose_place(parking, places);
    parking->chosen = best < 0 ? NULL : &agents->items[best];
    free(places);
    return true;
}

/* Does the ticket wait still? */
static bool still_needed(const struct parking *parking, bool *needed, struct err *err) {
    struct claim_look again;

    *needed = false;
    if (!look(parking->pickup, &again, err))
        return false;
    *needed = again.waiting &&
              (parking->workspace ? text_same(again.workspace, parking->workspace) : again.found == CLAIM_LIVE);
    return true;
}

static char *why_of(const struct parking *parking) {
    return parking->workspace ? xasprintf("a ticket waits for a slot of workspace %s", parking->workspace)
                              : xstrdup("a ticket waits for room on this host (max_live)");
}

/* "its agent was ended, because a ticket waits for …; its work stays on branch …; …" */
static char *story_of(const struct parking *parking, const struct run *run, const char *key) {
    bool asked = parking->chosen->ticket == TICKET_NEEDS_INPUT;
    char *why = why_of(parking), *story;

    story = xasprintf("its agent was ended, because %s, and rested longest for a person; %s%s; %s%s TEXT goes to a new "
                      "run, which goes on from there and is told the story so far",
                      why, run->branch ? "its work stays on branch " : "its files stay in ",
                      run->branch ? run->branch : parking->chosen->runtime.cwd,
                      asked ? "mc-ticket answer " : "mc-ticket reject ", key);
    free(why);
    return story;
}

static bool write_rows(const struct parking *parking, const struct run *run, struct err *err) {
    struct site *site = &parking->pickup->site;
    const struct runtime *runtime = &parking->chosen->runtime;
    int64_t now = clock_now();
    char key[KEY_SIZE];
    char *story;
    bool ok;

    site_key(site, runtime->ticket_id, key);
    story = story_of(parking, run, key);
    ok = effects_intend(
             site->board,
             &(struct effect_write){.run_id = runtime->run_id, .kind = EFFECT_KILL, .detail = PARKED, .now = now},
             err) &&
         runs_settle(site->board,
                     &(struct run_settle){.run_id = runtime->run_id,
                                          .outcome = RUN_ASKED,
                                          .class = run->class,
                                          .detail = run->detail,
                                          .end = true,
                                          .now = now},
                     NULL, err) &&
         journal_add(site->board,
                     &(struct journal_row){.ticket_id = runtime->ticket_id,
                                           .run_id = runtime->run_id,
                                           .author = "mc-pickup",
                                           .kind = "parked",
                                           .body = story,
                                           .now = now},
                     err);
    free(story);
    return ok;
}

static bool write_intent(struct parking *parking, struct err *err) {
    struct run run = {0};
    bool ok = runs_get(parking->pickup->site.board, parking->chosen->runtime.run_id, &run, err) &&
              write_rows(parking, &run, err);

    run_release(&run);
    return ok;
}

/* *stands: there is somebody to park, whose end is intended now. */
static bool intend(struct parking *parking, bool *stands, struct err *err) {
    struct board *board = parking->pickup->site.board;
    bool needed, ok;

    *stands = false;
    parking->decided = true;
    if (!board_begin(board, err))
        return false;
    ok = still_needed(parking, &needed, err) && (!needed || choose(parking, err));
    *stands = ok && needed && parking->chosen;
    ok = ok && (!*stands || write_intent(parking, err));
    if (ok && *stands)
        return board_commit(board, err);
    board_rollback(board);
    return ok;
}

static void say(const struct parking *parking) {
    const struct runtime *runtime = &parking->chosen->runtime;
    const char *status = ticket_status_name(parking->chosen->ticket);
    char key[KEY_SIZE], waiting[KEY_SIZE], *line;

    site_key(&parking->pickup->site, runtime->ticket_id, key);
    site_key(&parking->pickup->site, parking->waiting, waiting);
    line = xasprintf("its agent is parked, so that %s can start; it stays %s", waiting, status);
    report_healed(&parking->pickup->report, &(struct report_healed){.rule = heal_rule_name(HEAL_PARKED),
                                                                    .ticket = key,
                                                                    .from = status,
                                                                    .to = status,
                                                                    .pid = runtime->agent.pid,
                                                                    .say = line});
    free(line);
}

/* A survivor, or a tmux that has fallen silent, concerns this agent alone. */
static bool end(struct parking *parking, bool *made, struct err *err) {
    struct pickup *pickup = parking->pickup;
    const struct end_as closed = {.to = RUNTIME_CLOSED, .reason = PARKED};
    struct err own = {0};
    char key[KEY_SIZE];

    *made = end_intended(&pickup->site, &parking->chosen->runtime, &closed, &own);
    if (*made) {
        say(parking);
        return slots_step(pickup, err);
    }
    site_key(&pickup->site, parking->chosen->runtime.ticket_id, key);
    if (own.code == MC_OSERR || own.code == MC_UNAVAILABLE)
        report_warn(&pickup->report, "%s: its agent is to be parked and is not ended yet: %s; every pickup tries again",
                    key, own.text);
    else
        err_set(err, own.code, "parking %s: %s", key, own.text);
    err_release(&own);
    return !err->text;
}

static bool plan(const struct parking *parking, struct err *err) {
    struct pickup *pickup = parking->pickup;
    char key[KEY_SIZE], *why = why_of(parking);

    site_key(&pickup->site, parking->chosen->runtime.ticket_id, key);
    report_plan(&pickup->report, "park", key, why);
    free(why);
    slot_release(&pickup->vacant);
    return slots_of_run(pickup->site.board, parking->chosen->runtime.run_id, &pickup->vacant, err);
}

/* One more call of tmux, where somebody rests: does a person look at it? *some: there is somebody to park. */
static bool find(struct parking *parking, bool *some, struct err *err) {
    struct tmux *tmux = &parking->pickup->site.tmux;
    struct err own = {0};

    *some = false;
    if (!choose(parking, err))
        return false;
    if (!parking->chosen)
        return true;
    parking->looked = true;
    *some = site_tmux(&parking->pickup->site, &own) && tmux_list(tmux, &parking->panes, &own) == SEEN_YES;
    err_release(&own);
    if (!*some)
        return true;
    if (!choose(parking, err))
        return false;
    *some = parking->chosen != NULL;
    return true;
}

bool park_one(struct pickup *pickup, const struct claim_look *need, bool *made, struct err *err) {
    struct parking parking = {.pickup = pickup, .workspace = need->workspace, .waiting = need->waiting};
    bool some, stands;
    bool ok = site_know_self(&pickup->site, err) && find(&parking, &some, err);

    *made = ok && some && pickup->dry;
    if (*made)
        ok = plan(&parking, err);
    else if (ok && some)
        ok = intend(&parking, &stands, err) && (!stands || end(&parking, made, err));
    parking_release(&parking);
    return ok;
}
